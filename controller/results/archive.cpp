#include "controller/results/archive.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace flowyard::controller::results {

std::string ArchiveWriter::bytes_of(const ExportPiece& piece) {
  std::string bytes;
  if (!piece.path.empty()) {
    assert(left_ == 0 && "the file before is whole");
    TarEntry entry;
    entry.path = piece.path;
    entry.modified = modified_;
    bytes = tar_header(entry, piece.size);
    size_ = left_ = piece.size;
  }
  assert(piece.content.size() <= left_);
  bytes += piece.content;
  left_ -= piece.content.size();
  if (left_ == 0 && size_ > 0) bytes += tar_padding(std::exchange(size_, 0));
  return bytes;
}

Result<std::optional<ExportPiece>> ArchiveReader::next() {
  auto piece = tar_.next_piece();
  if (!piece) return failure(ErrorCode::Internal, "the archive is broken: " + piece.error().message);
  if (!*piece) return std::optional<ExportPiece>();
  auto& [begins, size, content] = **piece;
  if (begins && begins->kind != TarEntry::Kind::File) {
    return failure(ErrorCode::Internal, "the archive is broken: an entry that is not a plain file");
  }
  ExportPiece part{
      .path = begins ? std::move(begins->path) : "", .size = size, .content = std::move(content)};
  if (begins && part.path.empty())
    return failure(ErrorCode::Internal, "the archive is broken: a file without a name");
  return std::optional(std::move(part));
}

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  if (std::any_of(path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return false;
  }
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace flowyard::controller::results
