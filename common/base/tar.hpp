// Tar archives in memory: build contexts and files for containers, and checkouts as they travel. Pure. What
// is written is the same for the same entries (no clock, no owner names), so an image built from it is too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard {

struct TarEntry {
  enum class Kind { File, Folder, SymbolicLink, Other };

  std::string path;     // relative, '/' between parts
  std::string content;  // of a File
  int mode = 0644;
  Kind kind = Kind::File;
  std::string link_target;  // of a SymbolicLink
  int user = 0;
  int group = 0;
  std::int64_t modified = 0;  // seconds since 1970

  bool operator==(const TarEntry&) const = default;
};

// One entry as it stands in an archive: header, content, padding. POSIX.1-2001 (pax): ustar headers, with an
// extended header where a path or link is longer than 100 bytes. Not for Kind::Other.
std::string tar_entry(const TarEntry& entry);
// The same for a file whose content, of `size` bytes, is written in pieces: the bytes before it and after it.
std::string tar_header(const TarEntry& entry, std::uint64_t size);
std::string tar_padding(std::uint64_t size);
// What stands at the end of an archive.
std::string tar_end();

// A whole archive.
std::string write_tar(const std::vector<TarEntry>& entries);

// Part of an entry, as received.
struct TarPiece {
  std::optional<TarEntry> begins;  // without its content, which follows
  std::uint64_t size = 0;          // of all its content; where it begins
  std::string content;
};

// Reads an archive received in pieces: ustar, pax and GNU long names.
class TarReader {
 public:
  void push(std::string_view piece);

  // The next entry that has arrived completely; nothing when more bytes are needed or at the end. Invalid
  // when a header is damaged. What is neither a file nor a folder nor a symbolic link comes as Kind::Other.
  Result<std::optional<TarEntry>> next();

  // The bytes received of the current entry, complete or not; nothing when more bytes are needed or at the
  // end. Either this or next() is used on one archive.
  Result<std::optional<TarPiece>> next_piece();

  // The end mark has been read.
  bool at_end() const { return at_end_; }
  // No incomplete entry is pending.
  bool between_entries() const { return read_ == buffer_.size() && content_left_ == 0 && padding_left_ == 0; }

 private:
  Result<std::optional<TarEntry>> take(std::string_view header, std::string_view content);
  Result<void> take_records(std::string_view records);
  TarEntry entry_of(std::string_view header, TarEntry::Kind kind, std::string_view content);

  std::string buffer_;
  std::size_t read_ = 0;                               // bytes of the buffer
  std::uint64_t content_left_ = 0, padding_left_ = 0;  // of the entry of next_piece()
  bool at_end_ = false;
  std::optional<std::string> long_path_;  // for the entry that comes next
  std::optional<std::string> long_link_;
};

// The files, folders and symbolic links of an archive; other kinds of entry are passed over. Invalid when it
// is cut off or a header's checksum is wrong.
Result<std::vector<TarEntry>> read_tar(std::string_view archive);

}  // namespace flowyard
