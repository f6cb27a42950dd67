// A checkout as it travels: a tar stream (POSIX pax), so that `curl ... | tar x` works too. Regular files
// only. The stream ends with two blocks of zeros; one that ends before was cut off.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/domain/views.hpp"

namespace flowyard::controller::wire {

// The bytes of one file: header, content, padding. `modified` is in seconds since 1970.
std::string archive_entry(const domain::ExportFile& file, std::int64_t modified);
// What stands at the end of the stream.
std::string archive_end();

// Takes the stream piece by piece and gives back whole files.
class ArchiveReader {
 public:
  void push(std::string_view piece) { buffer_ += piece; }

  // The next file that has arrived completely; nothing when more bytes are needed or at the end. An entry
  // that is not a regular file, or not a tar header, is an error.
  Result<std::optional<domain::ExportFile>> next();

  bool at_end() const { return at_end_; }

 private:
  std::string buffer_;
  std::string long_path_;  // from a pax header, for the entry that follows
  bool at_end_ = false;
};

// Whether a path from an archive may be written below a folder: relative, with no empty, "." or ".." part and
// no control character. The controller is not trusted to say where files go.
bool is_safe_path(std::string_view path);

}  // namespace flowyard::controller::wire
