#include "common/base/tar.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace flowyard {
namespace {

constexpr std::size_t kBlock = 512;
// A larger size is taken for a damaged archive.
constexpr std::uint64_t kLargestFile = std::uint64_t{16} << 30U;

// A header block as the ustar format lays it out (POSIX.1-2017, pax, "ustar Interchange Format").
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kLink{157, 100};
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};

using Block = std::array<char, kBlock>;

void put_text(Block& block, Field field, std::string_view text) {
  std::memcpy(block.data() + field.at, text.data(), std::min(field.size, text.size()));
}

void put_octal(Block& block, Field field, std::uint64_t value) {
  for (std::size_t i = field.size - 1; i-- > 0; value >>= 3) {
    block[field.at + i] = static_cast<char>('0' + (value & 7));
  }
}

// The sum of all bytes, with the checksum's own field taken as blanks.
std::uint64_t checksum_of(const char* block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool own = i >= kChecksum.at && i < kChecksum.at + kChecksum.size;
    sum += own ? ' ' : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

char type_of(TarEntry::Kind kind) {
  switch (kind) {
    case TarEntry::Kind::Folder:
      return '5';
    case TarEntry::Kind::SymbolicLink:
      return '2';
    case TarEntry::Kind::File:
    case TarEntry::Kind::Other:
      break;
  }
  return '0';
}

void append_header(std::string& out, const TarEntry& entry, char type, std::uint64_t size) {
  Block block{};
  put_text(block, kName, entry.path);
  put_octal(block, kMode, static_cast<std::uint64_t>(entry.mode));
  put_octal(block, kUser, static_cast<std::uint64_t>(entry.user));
  put_octal(block, kGroup, static_cast<std::uint64_t>(entry.group));
  put_octal(block, kSize, size);
  put_octal(block, kTime, static_cast<std::uint64_t>(entry.modified));
  block[kType.at] = type;
  put_text(block, kLink, entry.link_target);
  put_text(block, kMagic, std::string_view("ustar\00000", 8));
  put_octal(block, Field{kChecksum.at, 7}, checksum_of(block.data()));
  block[kChecksum.at + 7] = ' ';
  out.append(block.data(), block.size());
}

void append_padded(std::string& out, std::string_view content) {
  out.append(content);
  out.append((kBlock - content.size() % kBlock) % kBlock, '\0');
}

// "LENGTH key=value\n", where LENGTH counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t bare = key.size() + value.size() + 3;
  std::size_t length = bare + 1;
  while (bare + std::to_string(length).size() != length) ++length;
  return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

void append_long_names(std::string& out, const TarEntry& entry) {
  std::string records;
  if (entry.path.size() > kName.size) records += pax_record("path", entry.path);
  if (entry.link_target.size() > kLink.size) records += pax_record("linkpath", entry.link_target);
  if (records.empty()) return;
  TarEntry extended;
  extended.path = "pax";
  extended.modified = entry.modified;
  append_header(out, extended, 'x', records.size());
  append_padded(out, records);
}

// What the block says in `field`, up to its first NUL.
std::string_view text_in(std::string_view block, Field field) {
  const std::string_view text = block.substr(field.at, field.size);
  return text.substr(0, text.find('\0'));
}

std::optional<std::uint64_t> octal_in(std::string_view block, Field field) {
  std::uint64_t value = 0;
  for (const char c : text_in(block, field)) {
    if (c == ' ') continue;
    if (c < '0' || c > '7') return std::nullopt;
    value = value << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::uint64_t padded(std::uint64_t size) {
  return (size + kBlock - 1) / kBlock * kBlock;
}

// Size of the content behind a header that is complete.
Result<std::uint64_t> size_in(std::string_view header) {
  const auto size = octal_in(header, kSize);
  if (!size || *size > kLargestFile || octal_in(header, kChecksum) != checksum_of(header.data()))
    return invalid("the tar archive has a damaged header");
  return *size;
}

}  // namespace

std::string tar_header(const TarEntry& entry, std::uint64_t size) {
  std::string out;
  append_long_names(out, entry);
  append_header(out, entry, type_of(entry.kind), size);
  return out;
}

std::string tar_padding(std::uint64_t size) {
  return std::string(padded(size) - size, '\0');
}

std::string tar_entry(const TarEntry& entry) {
  const bool file = entry.kind == TarEntry::Kind::File;
  std::string out = tar_header(entry, file ? entry.content.size() : 0);
  if (file) append_padded(out, entry.content);
  return out;
}

std::string tar_end() {
  return std::string(2 * kBlock, '\0');
}

std::string write_tar(const std::vector<TarEntry>& entries) {
  std::string out;
  for (const TarEntry& entry : entries) out += tar_entry(entry);
  return out + tar_end();
}

void TarReader::push(std::string_view piece) {
  // Moves the rest only when at least as much has been consumed, so that the cost per byte is constant.
  if (read_ > buffer_.size() / 2) buffer_.erase(0, std::exchange(read_, 0));
  buffer_ += piece;
}

Result<std::optional<TarEntry>> TarReader::next() {
  while (!at_end_ && buffer_.size() - read_ >= kBlock) {
    const std::string_view rest = std::string_view(buffer_).substr(read_);
    const std::string_view header = rest.substr(0, kBlock);
    if (header.find_first_not_of('\0') == std::string_view::npos) {
      at_end_ = true;
      read_ = buffer_.size();
      break;
    }
    const auto size = size_in(header);
    if (!size) return size.error();
    if (rest.size() - kBlock < padded(*size)) break;
    read_ += kBlock + padded(*size);
    auto entry = take(header, rest.substr(kBlock, *size));
    if (!entry || *entry) return entry;
  }
  return std::optional<TarEntry>();
}

Result<std::optional<TarPiece>> TarReader::next_piece() {
  for (;;) {
    const std::uint64_t there = buffer_.size() - read_;
    if (content_left_ > 0) {
      const auto count = static_cast<std::size_t>(std::min(content_left_, there));
      if (count == 0) return std::optional<TarPiece>();
      TarPiece piece;
      piece.content = buffer_.substr(read_, count);
      read_ += count;
      content_left_ -= count;
      return std::optional(std::move(piece));
    }
    const std::uint64_t skipped = std::min(padding_left_, there);
    read_ += static_cast<std::size_t>(skipped);
    padding_left_ -= skipped;
    const std::string_view rest = std::string_view(buffer_).substr(read_);
    if (padding_left_ > 0 || at_end_ || rest.size() < kBlock) return std::optional<TarPiece>();
    if (rest.substr(0, kBlock).find_first_not_of('\0') == std::string_view::npos) {
      at_end_ = true;
      read_ = buffer_.size();
      return std::optional<TarPiece>();
    }
    const auto size = size_in(rest.substr(0, kBlock));
    if (!size) return size.error();
    const char type = rest[kType.at];
    if (type == 'x' || type == 'L' || type == 'K') {
      // Metadata of the next entry is short, and read whole.
      if (rest.size() - kBlock < padded(*size)) return std::optional<TarPiece>();
      read_ += kBlock + padded(*size);
      if (auto taken = take(rest.substr(0, kBlock), rest.substr(kBlock, *size)); !taken) return taken.error();
      continue;
    }
    const auto kind = type == '0' || type == '\0' ? TarEntry::Kind::File
                      : type == '5'               ? TarEntry::Kind::Folder
                      : type == '2'               ? TarEntry::Kind::SymbolicLink
                                                  : TarEntry::Kind::Other;
    TarPiece piece;
    piece.begins = entry_of(rest.substr(0, kBlock), kind, {});
    piece.size = content_left_ = *size;
    padding_left_ = padded(*size) - *size;
    read_ += kBlock;
    return std::optional(std::move(piece));
  }
}

// Nothing where the header belongs to the entry that follows.
Result<std::optional<TarEntry>> TarReader::take(std::string_view header, std::string_view content) {
  switch (header[kType.at]) {
    case 'x':
      if (auto taken = take_records(content); !taken) return taken.error();
      return std::optional<TarEntry>();
    case 'L':
      long_path_ = content.substr(0, content.find('\0'));
      return std::optional<TarEntry>();
    case 'K':
      long_link_ = content.substr(0, content.find('\0'));
      return std::optional<TarEntry>();
    case '0':
    case '\0':
      return std::optional(entry_of(header, TarEntry::Kind::File, content));
    case '5':
      return std::optional(entry_of(header, TarEntry::Kind::Folder, {}));
    case '2':
      return std::optional(entry_of(header, TarEntry::Kind::SymbolicLink, {}));
    default:
      return std::optional(entry_of(header, TarEntry::Kind::Other, {}));
  }
}

Result<void> TarReader::take_records(std::string_view records) {
  while (!records.empty()) {
    const auto blank = records.find(' ');
    std::size_t length = 0;
    for (const char c : records.substr(0, blank)) length = length * 10 + static_cast<std::size_t>(c - '0');
    if (blank == std::string_view::npos || length <= blank + 1 || length > records.size())
      return invalid("the tar archive has a damaged extended header");
    const std::string_view record = records.substr(blank + 1, length - blank - 2);
    const auto equals = record.find('=');
    if (record.substr(0, equals) == "path") long_path_ = record.substr(equals + 1);
    if (record.substr(0, equals) == "linkpath") long_link_ = record.substr(equals + 1);
    records.remove_prefix(length);
  }
  return {};
}

TarEntry TarReader::entry_of(std::string_view header, TarEntry::Kind kind, std::string_view content) {
  TarEntry entry;
  const std::string_view prefix = text_in(header, kPrefix);
  entry.path = prefix.empty() ? "" : std::string(prefix) + "/";
  entry.path += text_in(header, kName);
  entry.link_target = text_in(header, kLink);
  if (long_path_) entry.path = *std::exchange(long_path_, std::nullopt);
  if (long_link_) entry.link_target = *std::exchange(long_link_, std::nullopt);
  entry.content = content;
  entry.kind = kind;
  entry.mode = static_cast<int>(octal_in(header, kMode).value_or(0) & 07777U);
  entry.user = static_cast<int>(octal_in(header, kUser).value_or(0));
  entry.group = static_cast<int>(octal_in(header, kGroup).value_or(0));
  entry.modified = static_cast<std::int64_t>(octal_in(header, kTime).value_or(0));
  return entry;
}

Result<std::vector<TarEntry>> read_tar(std::string_view archive) {
  TarReader reader;
  reader.push(archive);
  std::vector<TarEntry> entries;
  while (true) {
    auto entry = reader.next();
    if (!entry) return entry.error();
    if (!*entry) break;
    if ((*entry)->kind != TarEntry::Kind::Other) entries.push_back(std::move(**entry));
  }
  if (!reader.between_entries()) return invalid("the tar archive is cut off");
  return entries;
}

}  // namespace flowyard
