// The client's side of a bundle: reads the experiment file and, as the controller names them, the files that
// it needs. The controller is not trusted to choose: a file is sent only where its path stands, as a word, in
// the experiment, or where a model that was sent reads it and it lies in the folder of the experiment or of
// that model, or below.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

struct ExperimentFile {
  experiment::Bundle bundle;
  std::string folder;  // relative paths in the file start here
};

// "-": what comes by standard input, with the files that it names beside the folder one is in.
Result<ExperimentFile> read_experiment_file(const std::string& path);

// Adds the files to the bundle; every one that cannot be read, or must not be sent, is an error at the place
// where it is named.
Results<void> add_files(ExperimentFile& experiment, const std::vector<experiment::MissingFile>& wanted);

// Whether `path` stands in `text` with no character of a longer path before or after it, or in another way of
// writing it ("./models/m.mdl").
bool is_named_in(std::string_view path, std::string_view text);

// The same for a folder, which travels only where the text says `build:` before it.
bool is_built_from(const std::string& folder, std::string_view text);

}  // namespace flowyard::controller::cli
