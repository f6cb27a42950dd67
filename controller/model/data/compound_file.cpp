#include "controller/model/data/compound_file.hpp"

#include <vector>

#include "controller/model/data/little_endian.hpp"

namespace flowyard::controller::model::data {
namespace {

constexpr std::size_t kHeaderSize = 512;
constexpr std::size_t kEntrySize = 128;
constexpr std::uint32_t kLastRegularSector = 0xFFFFFFFA;  // numbers above it are marks

struct Broken {};  // caught in stream_in

struct Entry {
  std::string_view bytes;

  // ASCII names only; others are none that is looked for.
  std::string name() const {
    std::string text;
    for (std::size_t at = 0; at < 64 && u16_at(bytes, at) != 0; at += 2)
      text += u16_at(bytes, at) < 128 ? bytes[at] : '?';
    return text;
  }
  bool is_stream() const { return bytes[66] == 2; }
  std::uint32_t start() const { return u32_at(bytes, 116); }
  std::uint32_t size() const { return u32_at(bytes, 120); }
};

class CompoundFile {
 public:
  explicit CompoundFile(std::string_view file) : file_(file) {
    if (file.size() < kHeaderSize || u16_at(file, 28) != 0xFFFE) throw Broken{};
    const unsigned shift = u16_at(file, 30);
    const unsigned small_shift = u16_at(file, 32);
    if ((shift != 9 && shift != 12) || small_shift != 6) throw Broken{};
    sector_size_ = std::size_t{1} << shift;
    small_size_ = std::size_t{1} << small_shift;
    read_table();
    directory_ = chained(u32_at(file, 48));
    if (directory_.size() < kEntrySize) throw Broken{};
  }

  std::optional<std::string> stream(std::string_view name) const {
    for (std::size_t at = 0; at + kEntrySize <= directory_.size(); at += kEntrySize) {
      const Entry entry{std::string_view(directory_).substr(at, kEntrySize)};
      if (entry.is_stream() && entry.name() == name) return content(entry);
    }
    return std::nullopt;
  }

 private:
  std::string_view sector(std::uint32_t number) const {
    const std::size_t from = (std::size_t{number} + 1) * sector_size_;
    if (from >= file_.size()) throw Broken{};
    return file_.substr(from, sector_size_);
  }

  void append_table(std::string_view numbers, std::vector<std::uint32_t>& table) const {
    for (std::size_t at = 0; at + 4 <= numbers.size(); at += 4) table.push_back(u32_at(numbers, at));
  }

  // Which sector follows which. The sectors that the table itself stands in are listed in the header and, for
  // large files, in a chain of further sectors.
  void read_table() {
    std::vector<std::uint32_t> listed;
    append_table(file_.substr(76, kHeaderSize - 76), listed);
    const std::size_t most = file_.size() / sector_size_ + 1;
    std::uint32_t next = u32_at(file_, 68);
    for (std::size_t count = 0; next <= kLastRegularSector; ++count) {
      if (count > most) throw Broken{};
      append_table(sector(next), listed);
      next = listed.back();
      listed.pop_back();
    }
    for (const std::uint32_t number : listed) {
      if (number > kLastRegularSector) continue;
      append_table(sector(number), table_);
      if (table_.size() > 2 * most + sector_size_) break;
    }
  }

  std::string chained(std::uint32_t first) const {
    std::string bytes;
    for (std::uint32_t next = first; next <= kLastRegularSector; next = table_[next]) {
      bytes += sector(next);
      if (bytes.size() > file_.size() || next >= table_.size()) throw Broken{};
    }
    return bytes;
  }

  std::string content(const Entry& entry) const {
    std::string bytes = entry.size() < u32_at(file_, 56) ? small_chained(entry) : chained(entry.start());
    if (bytes.size() < entry.size()) throw Broken{};
    bytes.resize(entry.size());
    return bytes;
  }

  // Small streams stand in small sectors within a stream that the first entry of the directory names.
  std::string small_chained(const Entry& entry) const {
    const std::string within = chained(Entry{std::string_view(directory_).substr(0, kEntrySize)}.start());
    std::vector<std::uint32_t> table;
    append_table(chained(u32_at(file_, 60)), table);
    std::string bytes;
    for (std::uint32_t next = entry.start(); next <= kLastRegularSector; next = table[next]) {
      const std::size_t from = std::size_t{next} * small_size_;
      if (from >= within.size() || next >= table.size() || bytes.size() > within.size()) throw Broken{};
      bytes += std::string_view(within).substr(from, small_size_);
    }
    return bytes;
  }

  std::string_view file_;
  std::size_t sector_size_ = 0;
  std::size_t small_size_ = 0;
  std::vector<std::uint32_t> table_;
  std::string directory_;
};

}  // namespace

std::optional<std::string> stream_in(std::string_view file, std::initializer_list<std::string_view> names) {
  try {
    const CompoundFile compound(file);
    for (const auto name : names)
      if (auto found = compound.stream(name)) return found;
  } catch (const Broken&) {
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace flowyard::controller::model::data
