// Model files, and files of numbers beside them: read and written whole. What goes wrong is a CommandFailed.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/cli/ui/terminal.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::cli {

// Read by the end of its name, with the numbers of the spreadsheets that it names. The model's own warnings
// are left to the caller.
model::Model read_model(const std::string& path);

// What could be read of a model file. Where there are errors, the model has nothing but its warnings.
struct ModelReading {
  model::Model model = {};
  Errors errors = {};
};
ModelReading try_model(const std::string& path);

// A text that is at hand, as it is.
model::Model read_model(const std::string& path, std::string_view text);

// The warnings of the model, as notes.
void note_warnings(const model::Model& model, Terminal& terminal);

// Of the paths that a model's name for a file may mean (paths_of), that of the file that is there, if need be
// in upper or lower case.
std::string found_path(const std::string& path);

// At most kMaxModelBytes.
std::string read_input(const std::string& path);
void write_file(const std::string& path, std::string_view text);

// ".csv", in lower case; empty where there is none.
std::string extension_of(const std::string& path);

}  // namespace flowyard::controller::cli
