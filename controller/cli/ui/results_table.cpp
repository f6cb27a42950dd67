#include "controller/cli/ui/results_table.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

using results::Cell;
using results::ColumnKind;

// Columns that are ours stand in capitals, as in all tables; those that a model named as it named them.
std::string title_of(const std::string& name) {
  static const std::set<std::string> ours = {"row",    "first", "scenario", "region",
                                             "status", "runs",  "cause",    "reason"};
  std::string title = name;
  if (ours.contains(name))
    for (char& c : title) c = static_cast<char>(c - 'a' + 'A');
  return title;
}

std::vector<std::string> cells_of(const service::ResultPage& page, std::size_t column) {
  std::vector<std::string> texts;
  if (page.columns[column].kind == ColumnKind::Number) {
    std::vector<double> numbers;
    for (const auto& row : page.rows) {
      const auto* number = std::get_if<double>(&row[column]);
      numbers.push_back(number ? *number : std::numeric_limits<double>::quiet_NaN());
    }
    return format_numbers(numbers);
  }
  for (const auto& row : page.rows) {
    const auto* text = std::get_if<std::string>(&row[column]);
    texts.push_back(text ? *text : "-");
  }
  return texts;
}

bool all_are(const service::ResultPage& page, std::size_t column, const Cell& cell) {
  return std::all_of(page.rows.begin(), page.rows.end(),
                     [&](const auto& row) { return row[column] == cell; });
}

// Whether the outcome is the same in each run of every row.
bool is_certain(const service::ResultPage& page, const std::string& outcome) {
  for (std::size_t column = 0; column < page.columns.size(); ++column)
    if (page.columns[column].name == outcome + ".sd") return all_are(page, column, 0.0);
  return false;
}

bool tells(const service::ResultPage& page, std::size_t column) {
  const auto& name = page.columns[column].name;
  const auto& outcome = page.columns[column].outcome;
  if (name == "status") return !all_are(page, column, "done");
  if (name == "reason") return !all_are(page, column, {});
  if (outcome.empty() || name.ends_with(".mean")) return true;
  if (name.ends_with(".left_out")) return !all_are(page, column, 0.0);
  return !is_certain(page, outcome);
}

Color color_of_row_status(const std::string& status) {
  if (status == "failed" || status == "not_finite") return Color::Red;
  if (status == "partial") return Color::Yellow;
  if (status == "pending") return Color::Faint;
  return Color::None;
}

// Those of the shown columns that tell rows apart: what stands before the status and the outcomes and is not
// the same in all rows.
std::vector<std::size_t> keys_of(const service::ResultPage& page, const std::vector<std::size_t>& columns) {
  std::vector<std::size_t> keys{0};
  const auto outcome = first_outcome(page, columns);
  for (std::size_t i = 1; i < outcome && !page.rows.empty(); ++i) {
    const auto& name = page.columns[columns[i]].name;
    if (name != "status" && name != "runs" && !all_are(page, columns[i], page.rows.front()[columns[i]]))
      keys.push_back(i);
  }
  return keys;
}

enum class Heading { NameOnly, WithUnits };

Table table_with(const service::ResultPage& page, const std::vector<std::size_t>& columns,
                 std::size_t gap_after, Heading heading) {
  std::vector<Column> headings;
  std::vector<std::vector<std::string>> cells;
  for (const auto column : columns) {
    const auto& of = page.columns[column];
    const bool has_unit = heading == Heading::WithUnits && !of.unit.empty();
    headings.push_back({title_of(of.name) + (has_unit ? " (" + printable(of.unit) + ")" : ""),
                        of.kind == ColumnKind::Text ? Align::Left : Align::Right});
    cells.push_back(cells_of(page, column));
  }
  Table table(std::move(headings));
  table.name_rows_by(keys_of(page, columns));
  for (std::size_t row = 0; row < page.rows.size(); ++row) {
    if (gap_after > 0 && row == gap_after) table.add_gap();
    std::vector<std::string> line;
    for (auto& column : cells) line.push_back(std::move(column[row]));
    table.add(std::move(line));
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (page.columns[columns[i]].name == "status") table.color(i, color_of_row_status);
  return table;
}

}  // namespace

std::vector<std::size_t> telling_columns(const service::ResultPage& page) {
  std::vector<std::size_t> columns;
  for (std::size_t column = 0; column < page.columns.size(); ++column)
    if (tells(page, column)) columns.push_back(column);
  return columns;
}

std::size_t first_outcome(const service::ResultPage& page, const std::vector<std::size_t>& columns) {
  // Outcomes come after what says how the row is.
  std::size_t before = 0;
  for (std::size_t column = 0; column < page.columns.size(); ++column)
    if (const auto& name = page.columns[column].name; name == "status" || name == "runs") before = column;
  const auto first = std::find_if(columns.begin(), columns.end(), [&](std::size_t column) {
    return column > before && page.columns[column].kind == ColumnKind::Number;
  });
  return first == columns.end() ? 0 : static_cast<std::size_t>(first - columns.begin());
}

Table results_table(const service::ResultPage& page, const std::vector<std::size_t>& columns,
                    std::size_t gap_after, int width) {
  auto table = table_with(page, columns, gap_after, Heading::WithUnits);
  if (width > 0 && table.natural_width() > width)
    table = table_with(page, columns, gap_after, Heading::NameOnly);
  return table;
}

std::vector<std::string> words_for(const service::ResultPage& page, const std::vector<std::size_t>& columns) {
  std::vector<std::string> words;
  for (const auto column : columns) {
    const auto& of = page.columns[column];
    const auto& word = of.outcome.empty() ? of.name : of.outcome;
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

}  // namespace flowyard::controller::cli
