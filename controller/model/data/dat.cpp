#include "controller/model/data/dat.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "common/base/diagnostic_code.hpp"
#include "common/base/text.hpp"
#include "controller/model/data/sheet.hpp"

namespace flowyard::controller::model::data {
namespace {

struct TimedValue {
  double time = 0;
  double value = 0;
  int line = 0;
};

// Blank lines are passed over.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  std::optional<std::string_view> next() {
    while (!rest_.empty()) {
      const auto end = rest_.find('\n');
      const auto line = trimmed(rest_.substr(0, end));
      rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
      ++number_;
      if (!line.empty()) return line;
    }
    return std::nullopt;
  }

  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

std::optional<TimedValue> point_in(std::string_view line) {
  const auto tab = line.find('\t');
  if (tab == line.npos) return std::nullopt;
  const auto time = number_in(line.substr(0, tab));
  const auto value = number_in(line.substr(tab));
  if (!time || !value) return std::nullopt;
  return TimedValue{.time = *time, .value = *value};
}

using Series = std::vector<std::vector<TimedValue>>;

std::vector<double> times_of(const Series& series) {
  std::vector<double> times;
  for (const auto& points : series)
    for (const TimedValue& point : points) times.push_back(point.time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

// A time with two different values is ambiguous.
void check_once(const std::string& name, std::vector<TimedValue> points, const std::string& file_name,
                Errors& errors) {
  std::stable_sort(points.begin(), points.end(),
                   [](const TimedValue& a, const TimedValue& b) { return a.time < b.time; });
  for (std::size_t i = 1; i < points.size() && errors.size() < kMostErrors; ++i) {
    const TimedValue &before = points[i - 1], &now = points[i];
    if (before.time != now.time || before.value == now.value) continue;
    errors.push_back(invalid(
        DiagnosticCode::DefinedTwice,
        "'" + name + "' has two values at this time, the other at line " + std::to_string(before.line),
        {file_name, now.line, 1}));
  }
}

}  // namespace

bool is_dat(std::string_view text) {
  Lines lines(text);
  const auto name = lines.next();
  if (!name || name->find('\t') != name->npos) return false;
  const auto second = lines.next();
  return second && point_in(*second);
}

Results<NumberTable> read_dat(std::string_view text, const std::string& file_name) {
  NumberTable table;
  Series series;
  Errors errors;
  Lines lines(text);
  std::size_t points = 0;
  while (const auto line = lines.next()) {
    if (const auto point = point_in(*line)) {
      if (series.empty())
        return Errors{invalid(DiagnosticCode::Syntax, "a point stands before any name",
                              {file_name, lines.number(), 1})};
      series.back().push_back(*point);
      series.back().back().line = lines.number();
      ++points;
    } else if (line->find('\t') == line->npos) {
      table.names.emplace_back(*line);
      series.emplace_back();
    } else if (errors.size() < kMostErrors) {
      errors.push_back(invalid(DiagnosticCode::Syntax, "this is neither a name nor 'time, tab, value'",
                               {file_name, lines.number(), 1}));
    }
    if (points > kMaxCells || table.names.size() > kMaxCells)
      return Errors{too_large("'" + file_name + "' has more than 2,000,000 numbers")};
  }
  for (std::size_t s = 0; s < series.size(); ++s) check_once(table.names[s], series[s], file_name, errors);
  if (!errors.empty()) return errors;
  table.times = times_of(series);
  if (table.times.size() * table.names.size() > kMaxPassedCells)
    return Errors{too_large("the names in '" + file_name + "' have too many different times")};
  for (const auto& of_name : series) {
    auto& column = table.columns.emplace_back(table.times.size(), std::numeric_limits<double>::quiet_NaN());
    for (const TimedValue& point : of_name) {
      const auto at = std::lower_bound(table.times.begin(), table.times.end(), point.time);
      column[static_cast<std::size_t>(at - table.times.begin())] = point.value;
    }
  }
  return table;
}

}  // namespace flowyard::controller::model::data
