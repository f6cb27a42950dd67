#include "controller/model/vensim/scope.hpp"

#include <algorithm>
#include <utility>

#include "controller/model/vensim/shown.hpp"

namespace flowyard::controller::model::vensim {
namespace {

const char* to_string(VariableKind kind) {
  switch (kind) {
    case VariableKind::Stock:
      return "a stock (INTEG)";
    case VariableKind::Lookup:
      return "a lookup";
    case VariableKind::Data:
      return "data";
    default:
      return "an ordinary variable";
  }
}

// Data may be mended by ordinary equations for some elements, and a stock have numbers for some, which then
// stay (become_stock); all else must be of one kind throughout.
std::optional<VariableKind> merged(VariableKind a, VariableKind b) {
  if (a == b) return a;
  const bool stock = a == VariableKind::Stock || b == VariableKind::Stock;
  if (stock && (a == VariableKind::Auxiliary || b == VariableKind::Auxiliary)) return VariableKind::Stock;
  const bool data = a == VariableKind::Data || b == VariableKind::Data;
  const bool ordinary = a == VariableKind::Auxiliary || b == VariableKind::Auxiliary;
  if (data && ordinary) return VariableKind::Data;
  return std::nullopt;
}

bool is_constant(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::Number:
      return true;
    case Kind::External:
      return expression.external->kind == ExternalReference::Kind::Constants;
    case Kind::Unary:
    case Kind::ArrayLiteral:
      return expression.unary != UnaryOperator::Not &&
             std::all_of(expression.arguments.begin(), expression.arguments.end(), is_constant);
    default:
      return false;
  }
}

// A number among the equations of a stock is a stock at rest.
void become_stock(Equation& equation) {
  if (equation.initial.present()) return;
  equation.initial = std::move(equation.expression);
  equation.expression = number(0, equation.initial.location);
}

std::string at_line(SourceLocation location) {
  return "at line " + std::to_string(location.line);
}

// Only where all can: else the equations are left as they are.
bool all_become_stocks(Variable& variable, Definition& definition) {
  const auto can = [](const Equation& e) { return e.initial.present() || is_constant(e.expression); };
  if (!can(definition.equation) || !std::all_of(variable.equations.begin(), variable.equations.end(), can))
    return false;
  for (Equation& equation : variable.equations) become_stock(equation);
  become_stock(definition.equation);
  return true;
}

}  // namespace

Variable* Scope::add(Definition definition, const std::string& group, Diagnostics& diagnostics) {
  const Expression& e = definition.equation.expression;
  if (e.kind == Expression::Kind::Call && e.name.key == "a_function_of") {
    only_arrows_.push_back(std::move(definition));
    return nullptr;
  }
  return add_equation(std::move(definition), group, diagnostics);
}

Variable* Scope::add_equation(Definition definition, const std::string& group, Diagnostics& diagnostics) {
  const SourceLocation location = definition.equation.location;
  const auto [found, is_new] = index_.try_emplace(definition.name.key, variables_.size());
  if (is_new) {
    if (variables_.size() == kMaxVariables) {
      diagnostics.error(location, DiagnosticCode::TooLarge, "too many variables: at most 200,000",
                        ErrorCode::Limit);
      return nullptr;
    }
    Variable variable;
    variable.name = std::move(definition.name);
    variable.kind = definition.kind;
    variable.group = group;
    variable.location = location;
    variable.data_mode = definition.data_mode.value_or(DataMode::Interpolate);
    variable.equations.push_back(std::move(definition.equation));
    variables_.push_back(std::move(variable));
    return &variables_.back();
  }
  Variable& variable = variables_[found->second];
  const Equation& first = variable.equations.front();
  const std::size_t rank = first.subscripts.size();
  const std::string name = shown(variable.name.display);
  if (rank == 0 && definition.equation.subscripts.empty()) {
    diagnostics.error(location, DiagnosticCode::DefinedTwice,
                      name + " is defined twice, first " + at_line(first.location));
    return nullptr;
  }
  if (rank != definition.equation.subscripts.size()) {
    diagnostics.error(location, DiagnosticCode::WrongDimensions,
                      name + " has " + std::to_string(definition.equation.subscripts.size()) +
                          " subscripts here, but " + std::to_string(rank) + " " + at_line(first.location));
    return nullptr;
  }
  const auto kind = merged(variable.kind, definition.kind);
  const bool mixed = kind && variable.kind != definition.kind && *kind == VariableKind::Stock;
  if (!kind || (mixed && !all_become_stocks(variable, definition))) {
    diagnostics.error(location, DiagnosticCode::WrongKind,
                      name + " is " + to_string(definition.kind) + " here, but " + to_string(variable.kind) +
                          " " + at_line(first.location));
    return nullptr;
  }
  variable.kind = *kind;
  if (definition.data_mode) variable.data_mode = *definition.data_mode;
  variable.equations.push_back(std::move(definition.equation));
  return &variable;
}

const Variable* Scope::find(const std::string& key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &variables_[found->second];
}

std::vector<Variable> Scope::take_variables(Diagnostics& diagnostics) {
  for (Definition& definition : std::exchange(only_arrows_, {}))
    if (!index_.contains(definition.name.key)) add_equation(std::move(definition), {}, diagnostics);
  for (Variable& variable : variables_) {
    const bool constant = std::all_of(variable.equations.begin(), variable.equations.end(),
                                      [](const Equation& e) { return is_constant(e.expression); });
    if (variable.kind == VariableKind::Auxiliary && constant) variable.kind = VariableKind::Constant;
  }
  index_.clear();
  return std::move(variables_);
}

}  // namespace flowyard::controller::model::vensim
