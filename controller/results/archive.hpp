// A checkout as it travels: a tar stream (POSIX pax), so that `curl ... | tar x` works too. Regular files
// only. The stream ends with two blocks of zeros; one that ends before was cut off.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/tar.hpp"

namespace flowyard::controller::results {

// A file that checkout writes.
struct ExportFile {
  std::string path;  // relative, "/"-separated
  std::string content;
};

// The bytes of one file: header, content, padding. `modified` is in seconds since 1970.
std::string archive_entry(const ExportFile& file, std::int64_t modified);
// What stands at the end of the stream.
inline std::string archive_end() {
  return tar_end();
}

// Takes the stream piece by piece and gives back whole files.
class ArchiveReader {
 public:
  void push(std::string_view piece) { tar_.push(piece); }

  // The next file that has arrived completely; nothing when more bytes are needed or at the end. An entry
  // that is not a regular file, or not a tar header, is an error.
  Result<std::optional<ExportFile>> next();

  bool at_end() const { return tar_.at_end(); }

 private:
  TarReader tar_;
};

// Whether a path from an archive may be written below a folder: relative, with no empty, "." or ".." part and
// no control character. The controller is not trusted to say where files go.
bool is_safe_path(std::string_view path);

}  // namespace flowyard::controller::results
