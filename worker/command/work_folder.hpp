// WorkFolder: where a foreign program runs. Holds a copy of the bundle's files, each where the experiment
// names it, so that the program finds them by its author's paths; those of absolute paths lie below
// `absolute/`. Files are read-only, folders are not, since some programs write next to their inputs. Removed
// with the object. Blocks; one thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace flowyard::worker::command {

class WorkFolder {
 public:
  // Makes a folder of its own below `parent`. Throws std::system_error.
  explicit WorkFolder(const std::string& parent);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  // Writes a bundle's files, as GET /v1/bundles/HASH has them.
  Result<void> unpack(std::string_view bundle_json);

  const std::string& files() const { return files_; }  // where the program runs
  int descriptor() const { return descriptor_; }       // of that folder, wherever a program moves it
  // The bundle's files in it, by their paths from there.
  const std::set<std::string>& names() const { return names_; }
  // The path from there of a file that the experiment names by an absolute path; any other text as it is.
  std::string place_of(const std::string& path) const;
  std::string home() const { return root_ + "/home"; }
  std::string temporary() const { return root_ + "/tmp"; }
  std::string scenario_file() const { return root_ + "/scenario.json"; }
  std::string result_file() const { return root_ + "/result"; }

  // Removes what a scenario left in the folder for temporary files, and its result.
  void clear_temporary() const;

 private:
  std::string root_, files_;
  std::set<std::string> names_;
  int descriptor_ = -1;
};

}  // namespace flowyard::worker::command
