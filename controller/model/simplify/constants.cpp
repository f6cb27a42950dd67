// Times as numbers: XMILE's <sim_specs> and others' time settings know no equations.
#include <cmath>
#include <optional>

#include "controller/model/simplify/stages.hpp"

namespace flowyard::controller::model::simplify {
namespace {

constexpr int kMaxSteps = 50;  // from name to name

const Variable* find(const Model& model, const std::string& key) {
  for (const Variable& variable : model.variables) {
    if (variable.name.key == key) return &variable;
  }
  return nullptr;
}

std::optional<double> value_of(const Model& model, const Expression& e, int steps);

std::optional<double> binary_value(const Model& model, const Expression& e, int steps) {
  const auto left = value_of(model, e.arguments[0], steps);
  const auto right = value_of(model, e.arguments[1], steps);
  if (!left || !right) return std::nullopt;
  switch (e.binary) {
    case BinaryOperator::Add:
      return *left + *right;
    case BinaryOperator::Subtract:
      return *left - *right;
    case BinaryOperator::Multiply:
      return *left * *right;
    case BinaryOperator::Divide:
      return *left / *right;
    case BinaryOperator::Power:
      return std::pow(*left, *right);
    default:
      return std::nullopt;
  }
}

std::optional<double> value_of(const Model& model, const Expression& e, int steps) {
  if (e.kind == Expression::Kind::Number) return e.number;
  if (e.kind == Expression::Kind::Binary) return binary_value(model, e, steps);
  if (e.kind == Expression::Kind::Unary) {
    const auto inner = value_of(model, e.arguments[0], steps);
    if (!inner || e.unary == UnaryOperator::Not) return std::nullopt;
    return e.unary == UnaryOperator::Minus ? -*inner : *inner;
  }
  if (e.kind != Expression::Kind::Reference || steps == 0) return std::nullopt;
  const Variable* variable = find(model, e.name.key);
  if (variable == nullptr || variable->equations.size() != 1) return std::nullopt;
  if (variable->kind != VariableKind::Auxiliary && variable->kind != VariableKind::Constant)
    return std::nullopt;
  return value_of(model, variable->equations.front().expression, steps - 1);
}

}  // namespace

void simplify_constants(Draft& draft, Dialect target) {
  TimeSettings& time = draft.model.time;
  const auto settle = [&](Expression& setting, const char* what) {
    if (!setting.present()) return;
    const auto value = value_of(draft.model, setting, kMaxSteps);
    if (value && std::isfinite(*value)) {
      setting = number(*value, setting.location);
    } else if (target != Dialect::Yaml) {
      draft.fail(setting.location, std::string("the ") + what + " is computed; only a number can be written");
    }
  };
  settle(time.start, "start time");
  settle(time.stop, "stop time");
  settle(time.step, "time step");
  settle(time.save_every, "save interval");
  const bool numbers =
      time.save_every.kind == Expression::Kind::Number && time.step.kind == Expression::Kind::Number;
  if (numbers && time.save_every.number == time.step.number) time.save_every = {};
}

}  // namespace flowyard::controller::model::simplify
