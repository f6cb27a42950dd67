// Tar archives in memory: the form in which the Engine takes build contexts and files for containers. Pure.
// What is written is the same for the same entries (no clock, no owner names), so an image built from it is
// too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::docker {

struct TarEntry {
  enum class Kind { File, Folder, SymbolicLink };

  std::string path;     // relative, '/' between parts
  std::string content;  // of a File
  int mode = 0644;
  Kind kind = Kind::File;
  std::string link_target;  // of a SymbolicLink
  int user = 0;
  int group = 0;

  bool operator==(const TarEntry&) const = default;
};

// POSIX.1-2001 (pax): ustar headers, with an extended header where a path or link is longer than 100 bytes.
std::string write_tar(const std::vector<TarEntry>& entries);

// The files, folders and symbolic links of an archive; other kinds of entry are passed over. Reads ustar, pax
// and GNU long names. Invalid when it is cut off or a header's checksum is wrong.
Result<std::vector<TarEntry>> read_tar(std::string_view archive);

}  // namespace flowyard::docker
