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
constexpr int kLeastWidth = 8;  // no text is trimmed below this

std::string padded(const std::string& text, int width, Align align) {
  const auto blanks = static_cast<std::size_t>(std::max(0, width - display_width(text)));
  return align == Align::Left ? text + std::string(blanks, ' ') : std::string(blanks, ' ') + text;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::size_t Table::shorten() {
  constexpr std::ptrdiff_t kFirst = 15, kLast = 5;
  const auto count = static_cast<std::ptrdiff_t>(rows_.size());
  if (count <= kFirst + kLast) return 0;
  const auto gap = rows_.begin() + kFirst;
  gap->clear();
  rows_.erase(gap + 1, rows_.end() - kLast);
  return static_cast<std::size_t>(count - kFirst - kLast);
}

void Table::color(std::size_t column, Color (*color_of)(const std::string&)) {
  colored_column_ = column;
  color_of_ = color_of;
}

void Table::add_gap() {
  rows_.emplace_back();
}

// The natural widths, or where they exceed `limit` (0: none), the widest texts made narrower one by one.
std::vector<int> Table::widths(int limit) const {
  std::vector<int> widths, least;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const int title = display_width(columns_[c].title);
    int width = title;
    for (const auto& row : rows_)
      if (!row.empty()) width = std::max(width, display_width(printable(row[c])));
    widths.push_back(width);
    // The first column names the row, to be typed by people: it is never trimmed.
    const bool is_whole = c == 0 || columns_[c].align == Align::Right;
    least.push_back(is_whole ? width : std::min(width, std::max(title, kLeastWidth)));
  }
  const int gaps = kGap * (static_cast<int>(columns_.size()) - 1);
  while (limit > 0 && std::accumulate(widths.begin(), widths.end(), gaps) > limit) {
    std::size_t widest = 0;
    for (std::size_t c = 1; c < columns_.size(); ++c) {
      const bool can_give = widths[c] > least[c];
      if (can_give && (widest == 0 || widths[c] > widths[widest])) widest = c;
    }
    if (widest == 0) break;
    --widths[widest];
  }
  return widths;
}

std::vector<Table::Block> Table::blocks(int limit) const {
  if (columns_.empty()) return {};
  auto fitted = widths(limit);
  const bool fits = limit == 0 || std::accumulate(fitted.begin(), fitted.end(),
                                                  kGap * (static_cast<int>(columns_.size()) - 1)) <= limit;
  // Room for others beside the first.
  if (!fits) fitted[0] = std::min(fitted[0], std::max(kLeastWidth, limit / 2));
  std::vector<Block> all;
  int used = 0;
  const auto add = [&](std::size_t column) {
    used += (all.back().columns.empty() ? 0 : kGap) + fitted[column];
    all.back().columns.push_back(column);
    all.back().widths.push_back(fitted[column]);
  };
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (all.empty() || (!fits && c > 1 && used + kGap + fitted[c] > limit)) {
      used = 0;
      auto& block = all.emplace_back();
      for (const auto key : keys_)
        if (key < c && (key == 0 || used + kGap + fitted[key] <= limit / 2)) add(key);
      block.repeated = block.columns.size();
    }
    add(c);
  }
  return all;
}

int Table::natural_width() const {
  const auto natural = widths(0);
  return std::accumulate(natural.begin(), natural.end(), kGap * (static_cast<int>(columns_.size()) - 1));
}

void Table::print(Terminal& terminal, const Block& block) const {
  const auto line = [&](const auto& cell_of, bool heading) {
    std::string text, after;
    Painted colored;
    std::string* rest = &text;
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      const std::size_t c = block.columns[i];
      const std::string cell = trimmed(printable(cell_of(c)), block.widths[i]);
      std::string shown = padded(cell, block.widths[i], columns_[c].align);
      const bool last = i + 1 == block.columns.size();
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
  for (const auto& row : rows_) {
    if (row.empty()) {
      terminal.out() << "...\n";
    } else {
      line([&](std::size_t c) { return row[c]; }, false);
    }
  }
}

void Table::print(Terminal& terminal, const std::vector<Block>& blocks, std::size_t count) const {
  for (std::size_t b = 0; b < count; ++b) {
    if (b > 0) terminal.out() << "\n";
    print(terminal, blocks[b]);
  }
}

void Table::print(Terminal& terminal) const {
  const auto all = blocks(terminal.out_width());
  print(terminal, all, all.size());
}

std::vector<std::size_t> Table::print_first_block(Terminal& terminal, std::size_t until) const {
  const auto all = blocks(terminal.out_width());
  std::size_t count = 0;
  while (count < all.size() && (count == 0 || all[count - 1].columns.back() < until)) ++count;
  print(terminal, all, count);
  std::vector<std::size_t> left_out;
  for (std::size_t b = count; b < all.size(); ++b)
    left_out.insert(left_out.end(), all[b].columns.begin() + static_cast<std::ptrdiff_t>(all[b].repeated),
                    all[b].columns.end());
  return left_out;
}

void Table::print_csv(std::ostream& out) const {
  results::CsvWriter csv;
  const auto line = [&](const auto& cell_of) {
    for (std::size_t c = 0; c < columns_.size(); ++c) csv.cell(cell_of(c));
    csv.end_row();
  };
  line([&](std::size_t c) { return columns_[c].title; });
  for (const auto& row : rows_)
    if (!row.empty()) line([&](std::size_t c) { return row[c]; });
  out << csv.take();
}

}  // namespace flowyard::controller::cli
