#include "controller/wire/archive.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace flowyard::controller::wire {
namespace {

constexpr std::size_t block = 512;
// No checkout holds larger files; a larger size is a broken stream, not a file to wait for.
constexpr std::uint64_t max_file = std::uint64_t{16} << 30;

std::size_t padded(std::size_t size) {
  return (size + block - 1) / block * block;
}

unsigned checksum(const char* header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block; ++i) {
    const bool own_field = i >= 148 && i < 156;  // counts as spaces
    sum += own_field ? ' ' : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

std::string header(std::string_view path, std::size_t size, std::int64_t modified, char kind) {
  char bytes[block] = {};
  std::memcpy(bytes, path.data(), std::min<std::size_t>(path.size(), 100));
  std::snprintf(bytes + 100, 8, "%07o", 0644u);
  std::snprintf(bytes + 108, 8, "%07o", 0u);
  std::snprintf(bytes + 116, 8, "%07o", 0u);
  std::snprintf(bytes + 124, 12, "%011llo", static_cast<unsigned long long>(size));
  std::snprintf(bytes + 136, 12, "%011llo", static_cast<unsigned long long>(modified) & 077777777777ull);
  bytes[156] = kind;
  std::memcpy(bytes + 257, "ustar\00000", 8);
  std::snprintf(bytes + 148, 8, "%06o", checksum(bytes));
  bytes[155] = ' ';
  return std::string(bytes, block);
}

std::string with_padding(std::string head, std::string_view content) {
  head += content;
  head.resize(padded(head.size()));
  return head;
}

// "27 path=some/long/path\n", where the number counts itself.
std::string pax_record(std::string_view path) {
  const std::size_t rest = path.size() + std::strlen(" path=\n");
  std::size_t length = rest + 1;
  while (length != rest + std::to_string(length).size()) length = rest + std::to_string(length).size();
  return std::to_string(length) + " path=" + std::string(path) + "\n";
}

std::optional<std::uint64_t> octal(std::string_view field) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value, 8);
  if (error != std::errc() || (stop != field.data() + field.size() && *stop != 0 && *stop != ' ')) {
    return std::nullopt;
  }
  return value;
}

std::string text_of(std::string_view field) {
  return std::string(field.substr(0, field.find('\0')));
}

Error broken(const char* what) {
  return failure(ErrorCode::Internal, std::string("the archive is broken: ") + what);
}

}  // namespace

std::string archive_entry(const domain::ExportFile& file, std::int64_t modified) {
  std::string bytes;
  if (file.path.size() > 100) {
    const std::string record = pax_record(file.path);
    bytes = with_padding(header("pax", record.size(), modified, 'x'), record);
  }
  return bytes + with_padding(header(file.path, file.content.size(), modified, '0'), file.content);
}

std::string archive_end() {
  return std::string(2 * block, '\0');
}

Result<std::optional<domain::ExportFile>> ArchiveReader::next() {
  while (!at_end_ && buffer_.size() >= block) {
    const std::string_view head(buffer_.data(), block);
    if (std::all_of(head.begin(), head.end(), [](char c) { return c == 0; })) {
      at_end_ = true;
      break;
    }
    const auto size = octal(head.substr(124, 12));
    const auto sum = octal(head.substr(148, 8));
    if (!size || *size > max_file || sum != checksum(head.data())) return broken("bad header");
    const char kind = head[156];
    if (kind != '0' && kind != 'x') return broken("an entry that is not a plain file");
    if (buffer_.size() < block + padded(*size)) break;
    domain::ExportFile file{.path = text_of(head.substr(0, 100)), .content = buffer_.substr(block, *size)};
    buffer_.erase(0, block + padded(*size));
    if (kind == 'x') {
      const auto at = file.content.find(" path=");
      if (at == std::string::npos || !file.content.ends_with('\n')) return broken("bad long path");
      long_path_ = file.content.substr(at + 6, file.content.size() - at - 7);
      continue;
    }
    if (!long_path_.empty()) file.path = std::exchange(long_path_, {});
    return std::optional(std::move(file));
  }
  return std::optional<domain::ExportFile>();
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

}  // namespace flowyard::controller::wire
