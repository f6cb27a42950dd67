#include "controller/model/data/address.hpp"

#include <algorithm>
#include <string>

namespace flowyard::controller::model::data {
namespace {

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string without(std::string_view text, std::string_view dropped) {
  std::string kept;
  for (const char c : text)
    if (dropped.find(c) == std::string_view::npos) kept += c;
  return kept;
}

}  // namespace

std::optional<int> column_in(std::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (!is_letter(c)) return std::nullopt;
    number = number * 26 + (c | 0x20) - 'a' + 1;
  }
  return number <= kMaxColumns ? std::optional(number - 1) : std::nullopt;
}

std::optional<int> row_in(std::string_view text) {
  if (text.empty() || text.size() > 7) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + c - '0';
  }
  return number >= 1 && number <= kMaxRows ? std::optional(number - 1) : std::nullopt;
}

std::optional<Position> position_in(std::string_view text) {
  const std::string plain = without(text, "$ ");
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(plain.begin(), plain.end(), is_letter) - plain.begin());
  const auto column = column_in(std::string_view(plain).substr(0, digits));
  const auto row = row_in(std::string_view(plain).substr(digits));
  if (!column || !row) return std::nullopt;
  return Position{*row, *column};
}

std::optional<Area> area_in(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto first = position_in(text.substr(0, colon));
  const auto last = colon == std::string_view::npos ? first : position_in(text.substr(colon + 1));
  if (!first || !last) return std::nullopt;
  return Area{std::min(first->row, last->row), std::min(first->column, last->column),
              std::max(first->row, last->row), std::max(first->column, last->column)};
}

}  // namespace flowyard::controller::model::data
