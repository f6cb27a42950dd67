#include "controller/results/archive.hpp"

#include <algorithm>
#include <utility>

namespace flowyard::controller::results {

std::string archive_entry(const ExportFile& file, std::int64_t modified) {
  TarEntry entry;
  entry.path = file.path;
  entry.content = file.content;
  entry.modified = modified;
  return tar_entry(entry);
}

Result<std::optional<ExportFile>> ArchiveReader::next() {
  auto entry = tar_.next();
  if (!entry) return failure(ErrorCode::Internal, "the archive is broken: " + entry.error().message);
  if (!*entry) return std::optional<ExportFile>();
  if ((*entry)->kind != TarEntry::Kind::File) {
    return failure(ErrorCode::Internal, "the archive is broken: an entry that is not a plain file");
  }
  ExportFile file{.path = std::move((*entry)->path), .content = std::move((*entry)->content)};
  return std::optional(std::move(file));
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
