#include "controller/service/row_sorter.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace flowyard::controller::service {
namespace {

using results::Cell;
using results::ResultRow;

constexpr std::size_t kSpillPiece = 1u << 18;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

template <class T>
void put(std::string& bytes, T value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.append(raw, sizeof value);
}

template <class T>
T get(const std::string& bytes, std::size_t& at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  at += sizeof value;
  return value;
}

// As this program alone reads it again: the row's number, then each cell behind what kind of cell it is.
void put_row(std::string& bytes, const ResultRow& row) {
  put(bytes, row.number);
  for (const auto& cell : row.cells) {
    put(bytes, static_cast<char>(cell.index()));
    if (const auto* number = std::get_if<double>(&cell)) put(bytes, *number);
    if (const auto* text = std::get_if<std::string>(&cell)) {
      put(bytes, text->size());
      bytes += *text;
    }
  }
}

ResultRow row_of(const std::string& bytes) {
  std::size_t at = 0;
  ResultRow row{.number = get<std::uint64_t>(bytes, at), .cells = {}};
  while (at < bytes.size()) {
    const auto kind = static_cast<std::size_t>(get<char>(bytes, at));
    auto& cell = row.cells.emplace_back();
    if (kind == 1) cell = get<double>(bytes, at);
    if (kind != 2) continue;
    const auto size = get<std::size_t>(bytes, at);
    cell = bytes.substr(at, size);
    at += size;
  }
  return row;
}

}  // namespace

void RowSorter::add(const ResultRow& row) {
  Entry entry{.key = kNothing, .offset = rows_.size() + waiting_.size(), .size = waiting_.size()};
  const auto& key = row.cells[column_];
  if (const auto* number = std::get_if<double>(&key)) entry.key = *number;
  if (const auto* text = std::get_if<std::string>(&key))
    entry.key = static_cast<double>(texts_.try_emplace(*text, texts_.size()).first->second);
  put_row(waiting_, row);
  entry.size = waiting_.size() - entry.size;
  entries_.push_back(entry);
  if (waiting_.size() < kSpillPiece) return;
  rows_.append(waiting_);
  waiting_.clear();
}

void RowSorter::sort() {
  rows_.append(waiting_);
  waiting_.clear();
  std::vector<double> ranks(texts_.size());
  double rank = 0;
  for (const auto& [text, number] : texts_) ranks[number] = rank++;
  if (!texts_.empty())
    for (auto& entry : entries_)
      if (!std::isnan(entry.key)) entry.key = ranks[static_cast<std::size_t>(entry.key)];
  // They lie on the disk in the order of their numbers.
  std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
    if (std::isnan(a.key) != std::isnan(b.key)) return std::isnan(b.key);
    if (a.key < b.key || b.key < a.key) return is_descending_ ? b.key < a.key : a.key < b.key;
    return a.offset < b.offset;
  });
}

std::vector<ResultRow> RowSorter::read(std::uint64_t first, std::uint64_t count) const {
  std::vector<ResultRow> rows;
  for (auto at = first; at < std::min<std::uint64_t>(first + count, entries_.size()); ++at)
    rows.push_back(row_of(rows_.read(entries_[at].offset, entries_[at].size)));
  return rows;
}

}  // namespace flowyard::controller::service
