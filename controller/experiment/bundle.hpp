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

// A folder travels as one file, a tar archive of what is in it; its path ends with '/'.
inline bool is_folder(const std::string& path) {
  return path.ends_with('/');
}
inline std::string folder_as_file(const std::string& folder) {
  return is_folder(folder) ? folder : folder + "/";
}

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
