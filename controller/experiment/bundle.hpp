// Bundle: what a client submits, and which files are still missing from it. Plain values; any thread.
#pragma once

#include <string>
#include <vector>

#include "common/base/error.hpp"

namespace flowyard::controller::experiment {

// A file sent along with an experiment; `path` as the experiment file names it.
struct BundleFile {
  std::string path;
  std::string content;
};

// What a client submits: the experiment file and the files it names.
struct Bundle {
  std::string file_name;  // of the experiment file, for error messages
  std::string text;       // of the experiment file
  std::vector<BundleFile> files;
};

// A file that the experiment names and the bundle lacks: the client adds it and retries.
struct MissingFile {
  std::string path;
  FileLocation location;
};

}  // namespace flowyard::controller::experiment
