#include "controller/model/simplify/simplify.hpp"

#include <utility>

#include "controller/model/simplify/stages.hpp"

namespace flowyard::controller::model::simplify {
namespace {

// A stock whose net rate is an expression gets a flow of that rate, as XMILE requires.
void name_net_rates(std::vector<Variable>& variables) {
  std::vector<Variable> flows;
  for (Variable& stock : variables) {
    if (stock.kind != VariableKind::Stock || !stock.inflows.empty() || !stock.outflows.empty()) continue;
    Variable flow;
    flow.name = Name(stock.name.display + " net flow");
    flow.kind = VariableKind::Flow;
    flow.dimensions = stock.dimensions;
    flow.location = stock.location;
    flow.group = stock.group;
    bool moves = false;
    for (Equation& equation : stock.equations) {
      moves = moves || equation.expression.present();
      Equation rate{.subscripts = equation.subscripts, .location = equation.location};
      rate.expression = std::exchange(equation.expression, Expression{});
      if (!rate.expression.present()) rate.expression = number(0, equation.location);
      flow.equations.push_back(std::move(rate));
    }
    if (!moves) continue;
    stock.inflows.push_back(flow.name);
    flows.push_back(std::move(flow));
  }
  for (Variable& flow : flows) variables.push_back(std::move(flow));
}

}  // namespace

void each_node(Expression& tree, const std::function<void(Expression&)>& change) {
  for (Expression& argument : tree.arguments) each_node(argument, change);
  for (Subscript& subscript : tree.subscripts) {
    for (Expression& operand : subscript.operands) each_node(operand, change);
  }
  change(tree);
}

void each_expression(Variable& variable, const std::function<void(Expression&)>& change) {
  for (Equation& equation : variable.equations) {
    change(equation.expression);
    change(equation.initial);
  }
  change(variable.multiplier);
  if (variable.leak) change(variable.leak->fraction);
  if (auto& conveyor = variable.conveyor) {
    for (Expression* part : {&conveyor->transit_time, &conveyor->capacity, &conveyor->inflow_limit,
                             &conveyor->sample, &conveyor->arrest}) {
      change(*part);
    }
  }
}

Results<Model> simplify(const Model& model, Dialect target) {
  Draft draft{.model = model};
  simplify_constants(draft, target);
  simplify_arrays(draft, target);
  simplify_tables(draft);
  simplify_calls(draft, target);
  name_net_rates(draft.model.variables);
  for (Macro& macro : draft.model.macros) name_net_rates(macro.variables);
  if (!draft.errors.empty()) return std::move(draft.errors);
  draft.model.dialect = target;
  return std::move(draft.model);
}

}  // namespace flowyard::controller::model::simplify
