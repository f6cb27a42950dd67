#include "controller/model/unused.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

namespace flowyard::controller::model {
namespace {

using Keys = std::unordered_set<std::string>;

// Trees are limited in depth.
void collect(const Expression& e, Keys& used) {
  if (!e.name.empty()) used.insert(e.name.key);
  for (const Expression& argument : e.arguments) collect(argument, used);
  for (const Subscript& subscript : e.subscripts)
    for (const Expression& operand : subscript.operands) collect(operand, used);
}

void collect(const Variable& variable, Keys& used) {
  for (const Equation& equation : variable.equations) {
    collect(equation.expression, used);
    collect(equation.initial, used);
  }
  for (const auto* flows : {&variable.inflows, &variable.outflows})
    for (const Name& flow : *flows) used.insert(flow.key);
  collect(variable.multiplier, used);
  if (variable.leak) collect(variable.leak->fraction, used);
  if (const auto& c = variable.conveyor)
    for (const auto* part : {&c->transit_time, &c->capacity, &c->inflow_limit, &c->sample, &c->arrest})
      collect(*part, used);
}

bool is_number(const Expression& e) {
  if (e.kind == Expression::Kind::Unary || e.kind == Expression::Kind::ArrayLiteral)
    return std::all_of(e.arguments.begin(), e.arguments.end(), is_number);
  return e.kind == Expression::Kind::Number;
}

bool is_input(const Variable& variable) {
  switch (variable.kind) {
    case VariableKind::Lookup:
    case VariableKind::Data:
    case VariableKind::Constant:
      return true;
    case VariableKind::Auxiliary:
      return std::all_of(variable.equations.begin(), variable.equations.end(),
                         [](const Equation& equation) { return is_number(equation.expression); });
    case VariableKind::Flow:
    case VariableKind::Stock:
      return false;
  }
  return false;
}

// The clock's own settings steer the run even where nothing names them.
bool is_time_setting(const Variable& variable) {
  static constexpr std::array<std::string_view, 4> kKeys{"initial_time", "final_time", "time_step",
                                                         "saveper"};
  return std::find(kKeys.begin(), kKeys.end(), variable.name.key) != kKeys.end();
}

}  // namespace

std::vector<const Variable*> unused_inputs(const Model& model) {
  Keys used;
  for (const Variable& variable : model.variables) collect(variable, used);
  for (const Macro& macro : model.macros)
    for (const Variable& variable : macro.variables) collect(variable, used);
  for (const auto* setting : {&model.time.start, &model.time.stop, &model.time.step, &model.time.save_every})
    collect(*setting, used);
  std::vector<const Variable*> unused;
  for (const Variable& variable : model.variables)
    if (is_input(variable) && !variable.supplementary && !is_time_setting(variable) &&
        !used.contains(variable.name.key))
      unused.push_back(&variable);
  return unused;
}

std::vector<const Variable*> idle_flows(const Model& model) {
  Keys used;
  for (const Variable& variable : model.variables)
    for (const auto* flows : {&variable.inflows, &variable.outflows})
      for (const Name& flow : *flows) used.insert(flow.key);
  std::vector<const Variable*> idle;
  for (const Variable& variable : model.variables)
    if (variable.kind == VariableKind::Flow && !used.contains(variable.name.key)) idle.push_back(&variable);
  return idle;
}

}  // namespace flowyard::controller::model
