// Table: rows of text, shown aligned by display width and fitted to the terminal, or as CSV (RFC 4180).
//
// What fits no line is never cut in two. Texts are trimmed, with an ellipsis, as far as they can bear; what
// is left over goes into a block below, beside the columns again that name the row. Numbers and titles are
// shown whole or not at all.
#pragma once

#include <string>
#include <vector>

#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {

enum class Align { Left, Right };

struct Column {
  std::string title;
  Align align = Align::Left;  // Left: a text, which can be trimmed
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void add(std::vector<std::string> cells);
  // Here rows are left out: a line of three dots.
  void add_gap();
  // Leaves out what is between the first 15 rows and the last 5; gives how many rows that were.
  std::size_t shorten();
  // The columns that it takes together to know the row, rising, the first among them; without this, the
  // first. Each block begins with them, as far as they leave half of its width to others.
  void name_rows_by(std::vector<std::size_t> columns) { keys_ = std::move(columns); }
  // Of all columns side by side, untrimmed.
  int natural_width() const;
  // Colours one column by its text, after alignment.
  void color(std::size_t column, Color (*color_of)(const std::string&));

  void print(Terminal& terminal) const;
  // The first block alone, or as many as it takes until that column stands in one; gives the columns that are
  // in none of them.
  std::vector<std::size_t> print_first_block(Terminal& terminal, std::size_t until = 0) const;
  void print_csv(std::ostream& out) const;
  bool empty() const { return rows_.empty(); }

 private:
  // Columns that stand side by side, with their widths.
  struct Block {
    std::vector<std::size_t> columns;
    std::vector<int> widths;
    std::size_t repeated = 1;  // how many of them name the row
  };
  std::vector<int> widths(int limit) const;
  std::vector<Block> blocks(int limit) const;
  void print(Terminal& terminal, const std::vector<Block>& blocks, std::size_t count) const;
  void print(Terminal& terminal, const Block& block) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty one is a gap
  std::vector<std::size_t> keys_ = {0};
  std::size_t colored_column_ = static_cast<std::size_t>(-1);
  Color (*color_of_)(const std::string&) = nullptr;
};

}  // namespace flowyard::controller::cli
