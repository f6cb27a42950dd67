#include "controller/cli/ui/table.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "controller/cli/ui/text.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr int kGap = 2;
constexpr int kLeastWidth = 8;  // no column is trimmed below this

std::string padded(const std::string& text, int width, Align align) {
  const auto blanks = static_cast<std::size_t>(std::max(0, width - display_width(text)));
  return align == Align::Left ? text + std::string(blanks, ' ') : std::string(blanks, ' ') + text;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::color(std::size_t column, Color (*color_of)(const std::string&)) {
  colored_column_ = column;
  color_of_ = color_of;
}

// The natural widths, or where they exceed `limit` (0: none), the widest columns made narrower one by one.
std::vector<int> Table::widths(int limit) const {
  std::vector<int> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    int width = display_width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, display_width(printable(row[c])));
    widths.push_back(width);
  }
  const int gaps = kGap * (static_cast<int>(columns_.size()) - 1);
  while (limit > 0 && std::accumulate(widths.begin(), widths.end(), gaps) > limit) {
    // The first column names the row, for people to type: it stays whole.
    const auto widest = std::max_element(widths.begin() + 1, widths.end());
    if (widest == widths.end() || *widest <= kLeastWidth) break;
    --*widest;
  }
  return widths;
}

void Table::print(Terminal& terminal) const {
  const auto columns = widths(terminal.out_width());
  const auto line = [&](const auto& cell_of, bool heading) {
    std::string text, after;
    Painted colored;
    std::string* rest = &text;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string cell = trimmed(printable(cell_of(c)), columns[c]);
      std::string shown = padded(cell, columns[c], columns_[c].align);
      const bool last = c + 1 == columns_.size();
      if (last && columns_[c].align == Align::Left) shown = cell;
      if (c == colored_column_ && !heading) {
        colored = terminal.out_colored(std::exchange(shown, ""), color_of_(cell));
        rest = &after;
      }
      *rest += shown + (last ? "" : std::string(kGap, ' '));
    }
    rest->erase(rest->find_last_not_of(' ') + 1);
    if (after.empty()) colored.text.erase(colored.text.find_last_not_of(' ') + 1);
    terminal.out() << text << colored << after << "\n";
  };
  line([&](std::size_t c) { return columns_[c].title; }, true);
  for (const auto& row : rows_) line([&](std::size_t c) { return row[c]; }, false);
}

void Table::print_csv(std::ostream& out) const {
  results::CsvWriter csv;
  const auto line = [&](const auto& cell_of) {
    for (std::size_t c = 0; c < columns_.size(); ++c) csv.cell(cell_of(c));
    csv.end_row();
  };
  line([&](std::size_t c) { return columns_[c].title; });
  for (const auto& row : rows_) line([&](std::size_t c) { return row[c]; });
  out << csv.take();
}

}  // namespace flowyard::controller::cli
