#include "controller/cli/model_data.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "common/base/suggest.hpp"
#include "controller/cli/model_subscripts.hpp"

namespace flowyard::controller::cli {
namespace {

namespace model = worker::model;

using Row = std::vector<std::string>;

char separator_of(std::string_view text) {
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  for (const char c : {'\t', ';'})
    if (line.find(c) != std::string_view::npos) return c;
  return ',';
}

// RFC 4180, with any of the three line ends.
std::vector<Row> rows_of(std::string_view text, char separator) {
  std::vector<Row> rows(1, Row(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = rows.back().back();
    if (c == '"') {
      if (quoted && text.substr(i + 1).starts_with('"')) {
        cell += c;
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (quoted || (c != separator && c != '\n' && c != '\r')) {
      cell += c;
    } else if (c == separator) {
      rows.back().emplace_back();
    } else {
      if (c == '\r' && text.substr(i + 1).starts_with('\n')) ++i;
      rows.emplace_back(1);
    }
  }
  std::erase_if(rows, [](const Row& row) { return row.size() == 1 && row.front().empty(); });
  return rows;
}

std::string_view without_blanks(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::optional<double> number_in(std::string_view cell) {
  cell = without_blanks(cell);
  if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (cell.starts_with('+')) cell.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}

bool times_run_across(const Row& header) {
  return header.size() > 1 && std::all_of(header.begin() + 1, header.end(), [](const std::string& cell) {
           const auto value = number_in(cell);
           return value && std::isfinite(*value);
         });
}

std::vector<Row> turned(const std::vector<Row>& rows) {
  std::vector<Row> columns(rows.front().size());
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (const auto& row : rows) columns[c].push_back(c < row.size() ? row[c] : "");
  return columns;
}

using Points = std::vector<model::Point>;

Points points_of(const ModelResult& numbers, std::size_t column) {
  Points points;
  for (std::size_t t = 0; t < numbers.times.size(); ++t) {
    const double y = numbers.columns[column][t];
    if (std::isfinite(y)) points.push_back({numbers.times[t], y});
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const model::Point& a, const model::Point& b) { return a.x < b.x; });
  return points;
}

std::vector<model::Name> names_of(const std::vector<model::Subscript>& subscripts) {
  std::vector<model::Name> names;
  for (const auto& subscript : subscripts) names.push_back(subscript.name);
  return names;
}

// Fills what one equation of a data variable stands for; false if the file has none of it.
bool feed(const model::Model& model, const model::Variable& variable, model::Equation& equation,
          const ModelResult& numbers, const std::map<std::string, std::size_t>& columns,
          std::vector<std::string>& absent) {
  const auto subscripts = equation.subscripts.empty() ? variable.dimensions : names_of(equation.subscripts);
  std::vector<model::Lookup> tables;
  std::vector<std::string> lacking;
  for (const auto& element : combinations_of(model, subscripts)) {
    const std::string name = column_name(variable.name.display, element);
    const auto found = columns.find(column_key(name));
    const auto points = found == columns.end() ? Points{} : points_of(numbers, found->second);
    if (points.empty()) lacking.push_back(name);
    tables.push_back({.points = points});
  }
  if (lacking.size() == tables.size()) return false;
  absent.insert(absent.end(), lacking.begin(), lacking.end());
  equation.tables = std::move(tables);
  equation.expression = {};
  return true;
}

}  // namespace

Results<ModelResult> read_numbers(std::string_view text, const std::string& file_name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  auto rows = rows_of(text, separator_of(text));
  if (rows.size() < 2 || rows.front().size() < 2)
    return Errors{invalid("a row of names and rows of numbers are wanted here", {file_name, 1, 0})};
  const bool across = times_run_across(rows.front());
  if (across) rows = turned(rows);
  ModelResult numbers;
  Errors errors;
  for (std::size_t c = 1; c < rows.front().size(); ++c)
    numbers.names.emplace_back(without_blanks(rows.front()[c]));
  numbers.columns.resize(numbers.names.size());
  const auto cell = [&](std::size_t r, std::size_t c) {
    const auto value = c < rows[r].size() ? number_in(rows[r][c]) : number_in("");
    if (!value && errors.size() < 100) {
      const int row = static_cast<int>(r + 1), column = static_cast<int>(c + 1);
      errors.push_back(
          invalid("'" + rows[r][c] + "' is not a number",
                  across ? SourcePlace{file_name, column, row} : SourcePlace{file_name, row, column}));
    }
    return value.value_or(0);
  };
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const double time = cell(r, 0);
    if (std::isnan(time)) continue;
    numbers.times.push_back(time);
    for (std::size_t c = 0; c < numbers.columns.size(); ++c) numbers.columns[c].push_back(cell(r, c + 1));
  }
  if (!errors.empty()) return errors;
  return numbers;
}

Results<void> feed_data(model::Model& model, const ModelResult& numbers, const std::string& file_name) {
  std::map<std::string, std::size_t> columns;
  for (std::size_t c = 0; c < numbers.names.size(); ++c) columns.emplace(column_key(numbers.names[c]), c);
  std::vector<std::string> known, absent;
  bool fed = false;
  for (auto& variable : model.variables) {
    if (variable.kind != model::VariableKind::Data) continue;
    known.push_back(variable.name.display);
    if (variable.equations.empty()) variable.equations.emplace_back();
    for (auto& equation : variable.equations)
      fed = feed(model, variable, equation, numbers, columns, absent) || fed;
  }
  const SourcePlace place{file_name, 1, 0};
  if (known.empty()) return Errors{invalid("the model has no data variables to feed", place)};
  Errors errors;
  if (!fed) {
    std::string list;
    for (const auto& name : known) list += (list.empty() ? "" : ", ") + name;
    errors.push_back(invalid("no column here is one of the model's data variables (" + list + ")", place));
  }
  for (const auto& name : absent) errors.push_back(invalid("there are no numbers for '" + name + "'", place));
  if (!errors.empty()) return errors;
  return {};
}

}  // namespace flowyard::controller::cli
