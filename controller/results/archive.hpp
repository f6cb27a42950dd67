// A checkout as it travels: a tar stream (POSIX pax), so that `curl ... | tar x` works too. Regular files
// only, each in as many pieces as its writer likes. The stream ends with two blocks of zeros; one that ends
// before was cut off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/tar.hpp"

namespace flowyard::controller::results {

// A part of a file that checkout writes: its beginning, or more of the one before.
struct ExportPiece {
  std::string path;        // relative, "/"-separated; empty: more of the one before
  std::uint64_t size = 0;  // of the whole file, in bytes; where it begins
  std::string content;
};

// The whole of a short one.
inline ExportPiece whole_file(std::string path, std::string content) {
  const auto size = content.size();
  return {.path = std::move(path), .size = size, .content = std::move(content)};
}

class ArchiveWriter {
 public:
  // `modified` is in seconds since 1970.
  explicit ArchiveWriter(std::int64_t modified) : modified_(modified) {}

  // The bytes of a piece. Pieces come in order, and a file is whole before the next one begins.
  std::string bytes_of(const ExportPiece& piece);
  // What stands at the end of the stream.
  static std::string end() { return tar_end(); }

 private:
  std::int64_t modified_;
  std::uint64_t size_ = 0, left_ = 0;  // of the file under way
};

// Takes the stream piece by piece and gives what came of each file.
class ArchiveReader {
 public:
  void push(std::string_view piece) { tar_.push(piece); }

  // The next part of a file that has arrived; nothing when more bytes are needed or at the end. An entry that
  // is not a regular file, or not a tar header, is an error.
  Result<std::optional<ExportPiece>> next();

  bool at_end() const { return tar_.at_end(); }

 private:
  TarReader tar_;
};

// Whether a path from an archive may be written below a folder: relative, with no empty, "." or ".." part and
// no control character. The controller is not trusted to say where files go.
bool is_safe_path(std::string_view path);

}  // namespace flowyard::controller::results
