// Sheets of numbers and texts, as the files of external data hold them: a workbook of several, with named
// areas, or a single one from separated text. Plain values, made by the readers here, owned by one resolve().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::controller::model::data {

// What a spreadsheet can hold at most; larger positions are refused.
inline constexpr int kMaxRows = 1'048'576;
inline constexpr int kMaxColumns = 16'384;
// Against files made to exhaust their reader: cells of one workbook, and bytes of all its parts unpacked and
// of all its texts together.
inline constexpr std::size_t kMaxCells = 2'000'000;
inline constexpr std::size_t kMaxUnpackedBytes = std::size_t{128} << 20U;
// Cells that one reference may cover, empty ones included: the cells of a small file may be far apart.
inline constexpr std::size_t kMaxPassedCells = 4 * kMaxCells;
Error too_sparse();

using Cell = std::variant<double, std::string>;

class Sheet {
 public:
  std::string name = {};

  // Rows and columns count from 0. Positions outside of the limits are dropped.
  void set(int row, int column, Cell value);
  // nullptr for an empty cell.
  const Cell* at(int row, int column) const;
  // nullopt for an empty cell, and for one with text.
  std::optional<double> number(int row, int column) const;

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  std::size_t size() const { return cells_.size(); }

 private:
  std::unordered_map<std::uint64_t, Cell> cells_;
  int rows_ = 0;
  int columns_ = 0;
};

// "B5" for (4, 1).
std::string shown(int row, int column);

// The memory used by the cells of one workbook so far.
class Allowance {
 public:
  // False when there are too many of them, or when a text that many cells share has become too much.
  bool take(const Cell& cell);

 private:
  std::size_t cells_ = 0;
  std::size_t bytes_ = 0;
};
inline constexpr const char* kTooMuch =
    "it has more than 1,048,576 rows, 16,384 columns, 2,000,000 cells or 128 MiB of text";

// Both ends included.
struct Area {
  int first_row = 0;
  int first_column = 0;
  int last_row = 0;
  int last_column = 0;

  int height() const { return last_row - first_row + 1; }
  int width() const { return last_column - first_column + 1; }
};

struct NamedArea {
  std::string name;
  std::string sheet;
  Area area;
};

struct Workbook {
  std::vector<Sheet> sheets;
  std::vector<NamedArea> names;
  bool names_are_unread = false;  // the file may have names, but their reader does not know them
};

// Text with one row a line; quotes as in RFC 4180, any line ends. What reads as a number is one.
Result<Workbook> read_separated(std::string_view bytes, char separator);

// Office Open XML (.xlsx): the values that the spreadsheet last computed; formulas are not computed anew.
Result<Workbook> read_xlsx(std::string_view bytes);

// The older .xls: as above, but the names of areas are not read. Texts in files from before 1997 are taken
// for Latin-1.
Result<Workbook> read_xls(std::string_view bytes);

// Either of the two, by its first bytes; nullopt where it is neither.
std::optional<Result<Workbook>> read_spreadsheet(std::string_view bytes);

// A number written in full, with blanks around it.
std::optional<double> number_in(std::string_view text);

}  // namespace flowyard::controller::model::data
