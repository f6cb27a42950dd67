#include "controller/cli/model/feed.hpp"

#include <algorithm>

namespace flowyard::controller::cli {
namespace {

// The same points for all elements of an equation; modes of reading between them stay the variable's.
model::Lookup table_of(const ModelSetting& setting) {
  model::Lookup table;
  if (const auto* value = std::get_if<double>(&setting.value)) table.points.push_back({0, *value});
  if (const auto* points = std::get_if<std::vector<SettingPoint>>(&setting.value))
    for (const auto& point : *points) table.points.push_back({point.x, point.y});
  std::stable_sort(table.points.begin(), table.points.end(),
                   [](const model::Point& a, const model::Point& b) { return a.x < b.x; });
  return table;
}

}  // namespace

bool feeds_data(const ModelSetting& setting, const model::Model& model) {
  if (!setting.element.empty() || std::holds_alternative<std::vector<double>>(setting.value)) return false;
  return std::any_of(model.variables.begin(), model.variables.end(), [&](const model::Variable& variable) {
    return variable.kind == model::VariableKind::Data && variable.name == model::Name(setting.name);
  });
}

void feed(const ModelSetting& setting, model::Model& model) {
  for (auto& variable : model.variables) {
    if (variable.kind != model::VariableKind::Data || variable.name != model::Name(setting.name)) continue;
    // A number holds at every time: nothing is between points.
    if (std::holds_alternative<double>(setting.value)) variable.data_mode = model::DataMode::Interpolate;
    if (variable.equations.empty()) variable.equations.emplace_back();
    for (auto& equation : variable.equations) {
      equation.tables = {table_of(setting)};
      equation.expression = {};
    }
  }
}

}  // namespace flowyard::controller::cli
