// The numbers of a model that stand in other files: GET XLS / GET DIRECT CONSTANTS, DATA, LOOKUPS and
// SUBSCRIPT become numbers, tables and elements in the Model, so that neither the compiler nor a worker
// needs the files. Pure but for the given source of files; any thread.
//
// Where the numbers stand, by Vensim's rules. Constants: to the right of the cell; for two ranges the first
// goes down and the last to the right; with a `*` after the cell, the other way around. Data and lookups:
// times stand in a row ("4") or a column ("A"), from the cell's column or row on; the values of one element
// stand beside them, those of the next in the next row or column. The first cell without a number ends the
// line of times of GET DIRECT. In place of cells, rows and columns names of areas may be written. A range of
// one element counts as none.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "controller/model/partly_read.hpp"

namespace flowyard::controller::model::data {

// The bytes of a file called as the model calls it ("data.xlsx", "?data"); an error says why there are none.
using FileSource = std::function<Result<std::string>(const std::string& file)>;

struct Reference {
  std::string file;  // as the model writes it: relative to the model's own file
  FileLocation location;
};

// Where a file that a model names is: models name files from where they are themselves. "models/m.mdl" and
// "..\\data.xlsx" give "data.xlsx".
std::string beside(const std::string& model_file, const std::string& named);

// The candidate paths, the best first: the path itself; where the name is one like "?data", for which the
// author chose a file in Vensim, that name with each ending of a file of numbers.
std::vector<std::string> paths_of(const std::string& path);

// Each file once, with the first place that names it.
std::vector<Reference> files_of(const Model& model);

// .xlsx, .xls and separated text (by content, and the separator by ending or as the model says). Every
// error at once: a file that is not there or cannot be read, a sheet, cell or name that does not exist, a
// time without any value.
Results<Model> resolve(Model model, const FileSource& source);

// The same, with what could be read: numbers that are missing are 0.
PartlyRead resolve_partly(Model model, const FileSource& source);

}  // namespace flowyard::controller::model::data
