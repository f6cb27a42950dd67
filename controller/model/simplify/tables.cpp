// Tables out of expressions: a table that stands in a call becomes a lookup variable of its own.
#include <unordered_set>
#include <utility>

#include "controller/model/simplify/stages.hpp"

namespace flowyard::controller::model::simplify {
namespace {

class Tables {
 public:
  explicit Tables(Draft& draft) : draft_(draft) {
    for (const Variable& variable : draft.model.variables) taken_.insert(variable.name.key);
  }

  void run(std::vector<Variable>& variables) {
    for (Variable& variable : variables) {
      if (variable.kind == VariableKind::Data) read_at_time(variable);
      for (Equation& equation : variable.equations) beside(variable, equation);
      each_expression(variable, [&](Expression& tree) {
        each_node(tree, [&](Expression& node) { take_out(variable, node); });
      });
    }
    for (Variable& lookup : lookups_) variables.push_back(std::move(lookup));
    lookups_.clear();
  }

 private:
  void read_at_time(Variable& variable) {
    variable.kind = VariableKind::Auxiliary;
    for (Equation& equation : variable.equations) {
      if (equation.expression.kind == Expression::Kind::External) return;  // set by take_out()
      if (equation.expression.present()) continue;
      if (equation.tables.empty()) {
        draft_.fail(variable.location,
                    "'" + variable.name.display + "' is data from outside the model: cannot be written");
        return;
      }
      if (variable.data_mode == DataMode::LookForward) {
        draft_.fail(variable.location,
                    "'" + variable.name.display + "' looks forward in its data: cannot be written");
      }
      equation.expression = reference("TIME", {}, equation.location);
      if (variable.data_mode == DataMode::Interpolate) continue;
      for (Lookup& table : equation.tables) table.mode = LookupMode::Discrete;
    }
  }

  // An expression that is nothing but a table at x: the table goes beside x.
  void beside(const Variable& variable, Equation& equation) {
    Expression& whole = equation.expression;
    if (whole.kind != Expression::Kind::WithLookup || !equation.tables.empty()) return;
    if (variable.kind == VariableKind::Stock) return;
    equation.tables.push_back(*whole.lookup);
    Expression x = std::move(whole.arguments[0]);
    whole = std::move(x);
  }

  void take_out(const Variable& variable, Expression& node) {
    if (node.kind == Expression::Kind::External) {
      draft_.fail(node.location, "numbers from the file '" + node.external->file +
                                     "' stand outside the model: cannot be written");
    }
    const bool with = node.kind == Expression::Kind::WithLookup;
    if (!with && node.kind != Expression::Kind::LookupLiteral) return;
    const Name name = fresh(variable.name.display + " table");
    Variable lookup{.name = name, .kind = VariableKind::Lookup, .location = node.location};
    Equation equation{.location = node.location};
    equation.tables.push_back(*node.lookup);
    lookup.equations.push_back(std::move(equation));
    lookups_.push_back(std::move(lookup));
    std::vector<Expression> arguments = std::move(node.arguments);
    const SourceLocation location = node.location;
    node = with ? call(name, std::move(arguments), location) : reference(name, {}, location);
  }

  Name fresh(const std::string& wish) {
    Name name(wish);
    for (int n = 2; !taken_.insert(name.key).second; ++n) name = Name(wish + " " + std::to_string(n));
    return name;
  }

  Draft& draft_;
  std::unordered_set<std::string> taken_;
  std::vector<Variable> lookups_;
};

}  // namespace

void simplify_tables(Draft& draft) {
  Tables tables(draft);
  tables.run(draft.model.variables);
  for (Macro& macro : draft.model.macros) tables.run(macro.variables);
}

}  // namespace flowyard::controller::model::simplify
