#include "controller/model/xmile/vensim_export.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace flowyard::controller::model::xmile {
namespace {

// "x= y" as the value of x: y.
bool without_own_name(const Variable& variable, Expression& e) {
  const bool named = e.kind == Expression::Kind::Binary && e.binary == BinaryOperator::Equal &&
                     e.arguments[0].kind == Expression::Kind::Reference &&
                     e.arguments[0].name == variable.name;
  if (named) e = Expression(std::move(e.arguments[1]));
  return named;
}

}  // namespace

void split_level_function(Variable& variable) {
  bool levels = variable.kind == VariableKind::Stock;
  for (Equation& equation : variable.equations) {
    Expression& value = variable.kind == VariableKind::Stock ? equation.initial : equation.expression;
    bool whole = without_own_name(variable, value);
    if (value.kind == Expression::Kind::ArrayLiteral)
      for (Expression& part : value.arguments) whole = without_own_name(variable, part) || whole;
    levels = levels && whole;
    const bool integral = variable.kind == VariableKind::Stock && value.kind == Expression::Kind::Call &&
                          value.name.key == "integ" && value.arguments.size() == 2;
    if (!integral) continue;
    levels = false;
    auto arguments = std::move(value.arguments);
    equation.expression = std::move(arguments[0]);
    equation.initial = std::move(arguments[1]);
  }
  if (!levels || variable.equations.empty()) return;
  variable.kind = VariableKind::Auxiliary;
  for (Equation& equation : variable.equations) {
    equation.expression = std::move(equation.initial);
    equation.initial = {};
  }
}

std::optional<DataMode> take_data_mode(Text& text) {
  constexpr std::pair<std::string_view, DataMode> kKeywords[] = {{":INTERPOLATE:", DataMode::Interpolate},
                                                                 {":RAW:", DataMode::Raw},
                                                                 {":LOOK FORWARD:", DataMode::LookForward},
                                                                 {":HOLD BACKWARD:", DataMode::HoldBackward}};
  const auto skip = [&](std::string_view word) {
    const auto first = std::min(text.value.find_first_not_of(" \t\r\n"), text.value.size());
    if (!std::string_view(text.value).substr(first).starts_with(word)) return false;
    text.value.erase(0, first + word.size());
    text.offsets.erase(text.offsets.begin(),
                       text.offsets.begin() + static_cast<std::ptrdiff_t>(first + word.size()));
    return true;
  };
  std::optional<DataMode> found;
  for (const auto& [word, mode] : kKeywords)
    if (skip(word)) found = mode;
  skip(":=");
  return found;
}

}  // namespace flowyard::controller::model::xmile
