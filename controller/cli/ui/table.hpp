// Table: rows of text, shown aligned by display width and trimmed to the terminal, or as CSV (RFC 4180).
#pragma once

#include <string>
#include <vector>

#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {

enum class Align { Left, Right };

struct Column {
  std::string title;
  Align align = Align::Left;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void add(std::vector<std::string> cells);
  // Colours one column by its text, after alignment.
  void color(std::size_t column, Color (*color_of)(const std::string&));

  void print(Terminal& terminal) const;
  void print_csv(std::ostream& out) const;
  bool empty() const { return rows_.empty(); }

 private:
  std::vector<int> widths(int limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::size_t colored_column_ = static_cast<std::size_t>(-1);
  Color (*color_of_)(const std::string&) = nullptr;
};

}  // namespace flowyard::controller::cli
