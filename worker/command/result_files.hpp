// Files that a program leaves in its folder, as patterns name them. Everything is opened beneath the folder,
// one level after another: neither a link nor a pipe can lead elsewhere or hold us up. Blocks; any thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::worker::command {

struct WrittenFile {
  std::string name;  // below the folder: "plots/map.png"
  std::string content;
};

// Of one scenario.
struct FileLimits {
  std::size_t bytes_each = std::size_t{32} << 20;
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t count = 100;
};

// "plots/*.png": * and ? stand for what lies within a name and does not begin it with a dot. Names of `keep`
// are left alone: they were there before the program. The files by name; what is larger than the limits
// allow, or is no regular file, is an error that says so.
Result<std::vector<WrittenFile>> written_files(int folder, const std::vector<std::string>& patterns,
                                               const std::set<std::string>& keep,
                                               const FileLimits& limits = {});

// Removes whatever the patterns name, so that nothing of one scenario is taken for another's.
void remove_written_files(int folder, const std::vector<std::string>& patterns,
                          const std::set<std::string>& keep);

}  // namespace flowyard::worker::command
