#include "controller/model/data/feed.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "common/base/diagnostic_code.hpp"
#include "common/base/suggest.hpp"
#include "controller/model/data/exogenous.hpp"
#include "controller/model/elements.hpp"

namespace flowyard::controller::model::data {
namespace {

class Feeder {
 public:
  Feeder(const Model& model, const NumberTable& numbers) : model_(model), numbers_(numbers) {
    for (std::size_t c = 0; c < numbers.names.size(); ++c)
      if (!columns_.emplace(column_key(numbers.names[c]), c).second)
        twice_.insert(column_key(numbers.names[c]));
  }

  // Fills the elements of one equation of a data variable; false if the table has none of them.
  bool feed(const Variable& variable, Equation& equation) {
    std::vector<Lookup> tables;
    std::vector<std::string> lacking;
    for (const auto& element : combinations_of(model_, subscripts_of(variable, equation))) {
      const std::string name = column_name(variable.name.display, element);
      const auto found = columns_.find(column_key(name));
      auto points = found == columns_.end() ? std::vector<Point>{} : points_of(found->second);
      if (twice_.contains(column_key(name))) repeated_.push_back(name);
      if (points.empty()) lacking.push_back(name);
      tables.push_back({.points = std::move(points)});
    }
    if (lacking.size() == tables.size()) return false;
    lacking_.insert(lacking_.end(), lacking.begin(), lacking.end());
    equation.tables = std::move(tables);
    equation.expression = {};
    return true;
  }

  // The columns whose names are not in the model.
  std::vector<std::string> unknown() const {
    std::set<std::string> known;
    for (const auto& variable : model_.variables) known.insert(variable.name.key);
    std::vector<std::string> names;
    for (const auto& name : numbers_.names) {
      const std::string key = key_of(name.substr(0, name.find('[')));
      if (!key.empty() && !known.contains(key)) names.push_back(name);
    }
    return names;
  }

  const std::vector<std::string>& lacking() const { return lacking_; }
  const std::vector<std::string>& repeated() const { return repeated_; }

 private:
  static std::vector<Name> subscripts_of(const Variable& variable, const Equation& equation) {
    if (equation.subscripts.empty()) return variable.dimensions;
    std::vector<Name> names;
    for (const auto& subscript : equation.subscripts) names.push_back(subscript.name);
    return names;
  }

  std::vector<Point> points_of(std::size_t column) const {
    std::vector<Point> points;
    for (std::size_t t = 0; t < numbers_.times.size(); ++t) {
      const double y = numbers_.columns[column][t];
      if (std::isfinite(y)) points.push_back({numbers_.times[t], y});
    }
    std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
    return points;
  }

  const Model& model_;
  const NumberTable& numbers_;
  std::map<std::string, std::size_t> columns_;
  std::set<std::string> twice_;
  std::vector<std::string> lacking_;
  std::vector<std::string> repeated_;
};

void warn_of_columns(Model& model, const std::vector<std::string>& unknown, const std::string& file_name) {
  constexpr std::size_t kMost = 10;
  if (unknown.empty()) return;
  std::vector<std::string> data;
  for (const auto& variable : model.variables)
    if (variable.kind == VariableKind::Data) data.push_back(variable.name.display);
  const auto file = static_cast<std::int32_t>(model.files.size());
  model.files.push_back(file_name);
  for (std::size_t i = 0; i < std::min(unknown.size(), kMost); ++i) {
    const bool last = i + 1 == kMost && unknown.size() > kMost;
    model.warnings.push_back(
        {"the column '" + unknown[i] + "' is not used: the model has no variable of that name" +
             suggestion(unknown[i], data, 0) +
             (last ? " (and " + std::to_string(unknown.size() - kMost) + " more like it)" : ""),
         {.file = file, .line = 1},
         DiagnosticCode::UnknownName});
  }
}

}  // namespace

Results<std::size_t> feed_data(Model& model, const NumberTable& numbers, const std::string& file_name) {
  Feeder feeder(model, numbers);
  std::size_t fed = 0;
  for (auto& variable : model.variables) {
    if (variable.kind != VariableKind::Data) continue;
    if (variable.equations.empty()) variable.equations.emplace_back();
    for (auto& equation : variable.equations) fed += feeder.feed(variable, equation) ? 1 : 0;
  }
  for (auto& variable : exogenous(model)) {
    if (!feeder.feed(variable, variable.equations.front())) continue;
    model.variables.push_back(std::move(variable));
    ++fed;
  }
  Errors errors;
  for (const auto& name : feeder.lacking())
    errors.push_back(
        invalid(DiagnosticCode::NoData, "there are no numbers for '" + name + "'", {file_name, 1, 0}));
  for (const auto& name : feeder.repeated())
    errors.push_back(
        invalid(DiagnosticCode::DefinedTwice, "two columns are called '" + name + "'", {file_name, 1, 0}));
  if (!errors.empty()) return errors;
  if (fed > 0) warn_of_columns(model, feeder.unknown(), file_name);
  return {boost::system::in_place_value, fed};
}

Error feeds_nothing(const Model& model, const FileLocation& location) {
  std::string list;
  for (const auto& variable : model.variables)
    if (variable.kind == VariableKind::Data) list += (list.empty() ? "" : ", ") + variable.name.display;
  if (list.empty())
    return invalid(DiagnosticCode::WrongKind, "the model has no data variables to feed", location);
  return invalid(DiagnosticCode::UnknownName,
                 "no column here is one of the model's data variables (" + list + ")", location);
}

}  // namespace flowyard::controller::model::data
