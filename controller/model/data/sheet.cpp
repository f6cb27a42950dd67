#include "controller/model/data/sheet.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/base/diagnostic_code.hpp"

namespace flowyard::controller::model::data {
namespace {

std::uint64_t key_at(int row, int column) {
  return static_cast<std::uint64_t>(row) * kMaxColumns + static_cast<std::uint64_t>(column);
}

}  // namespace

void Sheet::set(int row, int column, Cell value) {
  if (row < 0 || column < 0 || row >= kMaxRows || column >= kMaxColumns) return;
  cells_.insert_or_assign(key_at(row, column), std::move(value));
  rows_ = std::max(rows_, row + 1);
  columns_ = std::max(columns_, column + 1);
}

const Cell* Sheet::at(int row, int column) const {
  if (row < 0 || column < 0 || row >= rows_ || column >= columns_) return nullptr;
  const auto found = cells_.find(key_at(row, column));
  return found == cells_.end() ? nullptr : &found->second;
}

std::optional<double> Sheet::number(int row, int column) const {
  const Cell* cell = at(row, column);
  const double* value = cell ? std::get_if<double>(cell) : nullptr;
  return value && std::isfinite(*value) ? std::optional(*value) : std::nullopt;
}

std::string shown(int row, int column) {
  std::string letters;
  for (int left = column + 1; left > 0; left = (left - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  return letters + std::to_string(row + 1);
}

Error too_sparse() {
  return too_large("more than 8,000,000 cells, most of them empty, would have to be read");
}

std::optional<Result<Workbook>> read_spreadsheet(std::string_view bytes) {
  if (bytes.starts_with("PK\x03\x04")) return read_xlsx(bytes);
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) return read_xls(bytes);
  return std::nullopt;
}

bool Allowance::take(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) bytes_ += text->size();
  return ++cells_ <= kMaxCells && bytes_ <= kMaxUnpackedBytes;
}

std::optional<double> number_in(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (text.size() > 1 && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

}  // namespace flowyard::controller::model::data
