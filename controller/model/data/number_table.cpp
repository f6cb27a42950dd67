#include "controller/model/data/number_table.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "common/base/diagnostic_code.hpp"
#include "common/base/number_text.hpp"
#include "controller/model/data/dat.hpp"
#include "controller/model/data/sheet.hpp"

namespace flowyard::controller::model::data {
namespace {

char separator_of(std::string_view text) {
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  for (const char c : {'\t', ';'})
    if (line.find(c) != std::string_view::npos) return c;
  return ',';
}

// A sheet of which one line holds the times and the other starts every series; rows and columns change
// places where times run across.
class Grid {
 public:
  explicit Grid(const Sheet& sheet) : sheet_(sheet) {
    for (int c = 1; c < sheet.columns(); ++c) across_ = sheet.number(0, c) && (c == 1 || across_);
  }

  int times() const { return across_ ? sheet_.columns() : sheet_.rows(); }
  int series() const { return across_ ? sheet_.rows() : sheet_.columns(); }
  const Cell* at(int time, int series) const {
    return across_ ? sheet_.at(series, time) : sheet_.at(time, series);
  }
  FileLocation location(const std::string& file, int time, int series) const {
    return across_ ? FileLocation{file, series + 1, time + 1} : FileLocation{file, time + 1, series + 1};
  }

 private:
  const Sheet& sheet_;
  bool across_ = false;
};

std::string text_of(const Cell* cell) {
  if (cell == nullptr) return "";
  if (const auto* text = std::get_if<std::string>(cell)) return *text;
  return number_text(std::get<double>(*cell));
}

// Where a time occurs twice, a series may have a value once, or the same value twice.
class OneValueEach {
 public:
  OneValueEach(const Grid& grid, const std::string& file, int times, Errors& errors)
      : grid_(grid), file_(file), times_(times), errors_(errors) {}

  // Compared with the first and the last row of that time.
  void check(int row, double time) {
    const auto [known, is_new] = rows_.try_emplace(time, Rows{row, row});
    if (is_new) return;
    auto& [first, last] = known->second;
    for (int s = times_ + 1; s < grid_.series() && errors_.size() < kMostErrors; ++s)
      if (!differs(last, row, s) && first != last) differs(first, row, s);
    last = row;
  }

 private:
  struct Rows {
    int first = 0;
    int last = 0;
  };

  bool differs(int earlier, int row, int series) {
    const Cell *before = grid_.at(earlier, series), *now = grid_.at(row, series);
    const auto* a = before ? std::get_if<double>(before) : nullptr;
    const auto* b = now ? std::get_if<double>(now) : nullptr;
    if (a == nullptr || b == nullptr || *a == *b) return false;
    errors_.push_back(invalid(DiagnosticCode::DefinedTwice,
                              "'" + text_of(grid_.at(0, series)) + "' has two values at time " +
                                  text_of(grid_.at(row, times_)) + ": " + text_of(before) + " at " +
                                  to_string(grid_.location(file_, earlier, series)) + ", and " + text_of(now),
                              grid_.location(file_, row, series)));
    return true;
  }

  const Grid& grid_;
  const std::string& file_;
  int times_;
  Errors& errors_;
  std::map<double, Rows> rows_;
};

Result<Workbook> workbook_in(std::string_view bytes) {
  if (auto book = read_spreadsheet(bytes)) return std::move(*book);
  return read_separated(bytes, separator_of(bytes));
}

}  // namespace

Results<NumberTable> read_numbers(std::string_view bytes, const std::string& file_name) {
  if (is_dat(bytes)) return read_dat(bytes, file_name);
  const auto book = workbook_in(bytes);
  if (!book) {
    Error error = book.error();
    error.location = {file_name, 0, 0};
    return Errors{std::move(error)};
  }
  static const Sheet none;
  const Grid grid(book->sheets.empty() ? none : book->sheets.front());
  if (grid.times() < 2 || grid.series() < 2)
    return Errors{invalid(DiagnosticCode::Syntax, "a row of names and rows of numbers are wanted here",
                          {file_name, 1, 0})};
  NumberTable table;
  Errors errors;
  const auto number = [&](int time, int series) {
    const Cell* cell = grid.at(time, series);
    if (const auto* value = cell ? std::get_if<double>(cell) : nullptr) return *value;
    const std::string text = text_of(cell);
    if (!text.empty() && text != "nan" && text != "NaN" && errors.size() < kMostErrors)
      errors.push_back(invalid(DiagnosticCode::BadNumber, "'" + text + "' is not a number",
                               grid.location(file_name, time, series)));
    return std::numeric_limits<double>::quiet_NaN();
  };
  // What `flowyard checkout` writes has the number of the scenario first.
  const bool of_experiment = text_of(grid.at(0, 0)) == "scenario" && text_of(grid.at(0, 1)) == "time";
  const int times = of_experiment ? 1 : 0;
  std::set<double> scenarios;
  OneValueEach once(grid, file_name, times, errors);
  for (int s = times + 1; s < grid.series(); ++s) table.names.push_back(text_of(grid.at(0, s)));
  table.columns.resize(table.names.size());
  std::size_t passed = 0;
  for (int t = 1; t < grid.times(); ++t) {
    const double time = number(t, times);
    if (std::isnan(time)) continue;
    if (of_experiment) scenarios.insert(number(t, 0));
    table.times.push_back(time);
    if (!of_experiment) once.check(t, time);
    if ((passed += table.names.size()) > kMaxPassedCells) {
      Error error = too_sparse();
      error.location = grid.location(file_name, t, times);
      return Errors{std::move(error)};
    }
    for (int s = times + 1; s < grid.series(); ++s)
      table.columns[static_cast<std::size_t>(s - times - 1)].push_back(number(t, s));
  }
  if (scenarios.size() > 1)
    errors.push_back(invalid(DiagnosticCode::WrongKind,
                             "the results of " + std::to_string(scenarios.size()) +
                                 " scenarios stand here: keep the rows of one, whose number is in the column "
                                 "'scenario'",
                             grid.location(file_name, 1, 0)));
  if (!errors.empty()) return errors;
  return table;
}

}  // namespace flowyard::controller::model::data
