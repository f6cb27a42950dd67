#include "controller/compiler/lint/calls.hpp"

#include <algorithm>
#include <optional>

#include "common/base/number_text.hpp"
#include "controller/compiler/builtins/builtins.hpp"

namespace flowyard::controller::compiler {
namespace {

using model::Expression;

std::optional<double> literal(const Expression& e) {
  if (e.kind == Expression::Kind::Number) return e.number;
  const bool sign = e.kind == Expression::Kind::Unary && e.unary != model::UnaryOperator::Not;
  const auto inner = sign ? literal(e.arguments[0]) : std::nullopt;
  if (!inner) return std::nullopt;
  return e.unary == model::UnaryOperator::Minus ? -*inner : *inner;
}

class Calls {
 public:
  explicit Calls(model::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void lint(const model::Variable& variable) {
    for (const auto& equation : variable.equations) {
      for (const auto& table : equation.tables)
        lint(table, "of '" + variable.name.display + "'", equation.location);
      lint(equation.expression);
      lint(equation.initial);
    }
  }

 private:
  // Trees are limited in depth.
  void lint(const Expression& e) {
    if (e.lookup) lint(*e.lookup, "of this table", e.location);
    if (e.kind == Expression::Kind::Binary && e.binary == model::BinaryOperator::Divide &&
        literal(e.arguments[1]) == 0.0)
      diagnostics_.warn(e.arguments[1].location, DiagnosticCode::WrongValue, "a division by 0");
    if (e.kind == Expression::Kind::Call)
      if (const Builtin* builtin = find_builtin(e.name.key))
        for (const ArgumentLint& wanted : builtin->lint)
          if (wanted.argument < e.arguments.size()) lint(e, wanted);
    for (const Expression& argument : e.arguments) lint(argument);
  }

  void lint(const Expression& call, const ArgumentLint& wanted) {
    const Expression& argument = call.arguments[wanted.argument];
    const auto value = literal(argument);
    if (!value) return;
    const std::string begin =
        "'" + call.name.display + "': " + wanted.what + " is " + number_text(*value) + ", which should ";
    switch (wanted.rule) {
      case ArgumentRule::NotAboveNext: {
        if (wanted.argument + 1 >= call.arguments.size()) return;
        const auto next = literal(call.arguments[wanted.argument + 1]);
        if (next && *value > *next)
          diagnostics_.warn(argument.location, DiagnosticCode::WrongValue,
                            begin + "not be above the next, " + number_text(*next));
        return;
      }
      case ArgumentRule::NotNegative:
        if (*value < 0)
          diagnostics_.warn(argument.location, DiagnosticCode::WrongValue, begin + "not be negative");
        return;
      case ArgumentRule::AboveZero:
        if (*value <= 0)
          diagnostics_.warn(argument.location, DiagnosticCode::WrongValue, begin + "be above zero");
        return;
      case ArgumentRule::Share:
        if (*value < 0 || *value > 1)
          diagnostics_.warn(argument.location, DiagnosticCode::WrongValue, begin + "be from 0 to 1");
        return;
    }
  }

  void lint(const model::Lookup& table, const std::string& whose, model::SourceLocation location) {
    const auto& points = table.points;
    const auto same = [&](const model::Point& p) { return p.x == points.front().x; };
    if (points.size() > 1 && std::all_of(points.begin(), points.end(), same))
      diagnostics_.warn(location, DiagnosticCode::WrongValue,
                        "all points " + whose + " have the same x, " + number_text(points.front().x));
  }

  model::Diagnostics& diagnostics_;
};

}  // namespace

void lint_calls(const std::vector<model::Variable>& variables, model::Diagnostics& diagnostics) {
  Calls calls(diagnostics);
  for (const auto& variable : variables) calls.lint(variable);
}

}  // namespace flowyard::controller::compiler
