#include "controller/compiler/lint/calls.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "common/base/number_text.hpp"

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

// What an argument may be; which one, counted from 0.
enum class Rule { NotAboveNext, NotNegative, AboveZero, Share };
struct ExpectedArgument {
  std::string_view function;
  std::size_t argument;
  Rule rule;
  const char* what;
};

constexpr const char* kLeast = "its least value";
constexpr const char* kDeviation = "its deviation";
constexpr const char* kDelayTime = "its delay time";

constexpr std::array<ExpectedArgument, 42> kRules = {{
    {"random_uniform", 0, Rule::NotAboveNext, kLeast},
    {"random", 0, Rule::NotAboveNext, kLeast},
    {"uniform", 0, Rule::NotAboveNext, kLeast},
    {"random_normal", 0, Rule::NotAboveNext, kLeast},
    {"random_normal", 3, Rule::NotNegative, kDeviation},
    {"normal", 1, Rule::NotNegative, kDeviation},
    {"lognormal", 1, Rule::NotNegative, kDeviation},
    {"random_lognormal", 0, Rule::NotAboveNext, kLeast},
    {"random_lognormal", 3, Rule::NotNegative, kDeviation},
    {"random_exponential", 0, Rule::NotAboveNext, kLeast},
    {"random_poisson", 0, Rule::NotAboveNext, kLeast},
    {"random_poisson", 2, Rule::NotNegative, "its mean"},
    {"poisson", 0, Rule::NotNegative, "its mean"},
    {"random_gamma", 0, Rule::NotAboveNext, kLeast},
    {"random_triangular", 0, Rule::NotAboveNext, kLeast},
    {"random_triangular", 2, Rule::NotAboveNext, "its start"},
    {"random_triangular", 3, Rule::NotAboveNext, "its peak"},
    {"triangular", 0, Rule::NotAboveNext, kLeast},
    {"triangular", 1, Rule::NotAboveNext, "its mode"},
    {"random_beta", 0, Rule::NotAboveNext, kLeast},
    {"random_binomial", 0, Rule::NotAboveNext, kLeast},
    {"random_binomial", 2, Rule::Share, "its chance"},
    {"binomial", 1, Rule::Share, "its chance"},
    {"random_negative_binomial", 0, Rule::NotAboveNext, kLeast},
    {"random_weibull", 0, Rule::NotAboveNext, kLeast},
    {"random_pink_noise", 1, Rule::NotNegative, kDeviation},
    {"random_pink_noise", 2, Rule::AboveZero, "its correlation time"},
    {"smooth", 1, Rule::AboveZero, "its smoothing time"},
    {"smoothi", 1, Rule::AboveZero, "its smoothing time"},
    {"smooth3", 1, Rule::AboveZero, "its smoothing time"},
    {"smooth3i", 1, Rule::AboveZero, "its smoothing time"},
    {"smth1", 1, Rule::AboveZero, "its smoothing time"},
    {"smth3", 1, Rule::AboveZero, "its smoothing time"},
    {"delay1", 1, Rule::AboveZero, kDelayTime},
    {"delay1i", 1, Rule::AboveZero, kDelayTime},
    {"delay3", 1, Rule::AboveZero, kDelayTime},
    {"delay3i", 1, Rule::AboveZero, kDelayTime},
    {"delay_n", 1, Rule::AboveZero, kDelayTime},
    {"delayn", 1, Rule::AboveZero, kDelayTime},
    {"delay_fixed", 1, Rule::NotNegative, kDelayTime},
    {"delay", 1, Rule::NotNegative, kDelayTime},
    {"trend", 1, Rule::AboveZero, "its time"},
}};

class Calls {
 public:
  explicit Calls(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

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
      diagnostics_.warn("a division by 0", e.arguments[1].location);
    if (e.kind == Expression::Kind::Call)
      for (const ExpectedArgument& wanted : kRules)
        if (wanted.function == e.name.key && wanted.argument < e.arguments.size()) lint(e, wanted);
    for (const Expression& argument : e.arguments) lint(argument);
  }

  void lint(const Expression& call, const ExpectedArgument& wanted) {
    const Expression& argument = call.arguments[wanted.argument];
    const auto value = literal(argument);
    if (!value) return;
    const std::string begin =
        "'" + call.name.display + "': " + wanted.what + " is " + number_text(*value) + ", which should ";
    switch (wanted.rule) {
      case Rule::NotAboveNext: {
        if (wanted.argument + 1 >= call.arguments.size()) return;
        const auto next = literal(call.arguments[wanted.argument + 1]);
        if (next && *value > *next)
          diagnostics_.warn(begin + "not be above the next, " + number_text(*next), argument.location);
        return;
      }
      case Rule::NotNegative:
        if (*value < 0) diagnostics_.warn(begin + "not be negative", argument.location);
        return;
      case Rule::AboveZero:
        if (*value <= 0) diagnostics_.warn(begin + "be above zero", argument.location);
        return;
      case Rule::Share:
        if (*value < 0 || *value > 1) diagnostics_.warn(begin + "be from 0 to 1", argument.location);
        return;
    }
  }

  void lint(const model::Lookup& table, const std::string& whose, model::SourceLocation location) {
    const auto& points = table.points;
    const auto same = [&](const model::Point& p) { return p.x == points.front().x; };
    if (points.size() > 1 && std::all_of(points.begin(), points.end(), same))
      diagnostics_.warn("all points " + whose + " have the same x, " + number_text(points.front().x),
                        location);
  }

  Diagnostics& diagnostics_;
};

}  // namespace

void lint_calls(const std::vector<model::Variable>& variables, Diagnostics& diagnostics) {
  Calls calls(diagnostics);
  for (const auto& variable : variables) calls.lint(variable);
}

}  // namespace flowyard::controller::compiler
