// Stella's functions beyond the standard: counting, growth, money, and what a variable was earlier.
#include <algorithm>
#include <cmath>
#include <limits>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

NodeId Lowerer::percent(const Expression& e, const Context& context) {
  return op(Opcode::Multiply, arg(e, 0, context), graph.literal(100));
}

// SWITCH(a, b): 1 where a is greater than b.
NodeId Lowerer::switch_function(const Expression& e, const Context& context) {
  const NodeId a = arg(e, 0, context);
  return op(Opcode::Less, arg(e, 1, context), a);
}

NodeId Lowerer::is_nan(const Expression& e, const Context& context) {
  return op(Opcode::IsNotAvailable, arg(e, 0, context));
}

NodeId Lowerer::nan(const Expression&, const Context&) {
  return graph.literal(std::numeric_limits<double>::quiet_NaN());
}

// FACTORIAL(n), COMBINATIONS(n, r), PERMUTATIONS(n, r) by logarithms of the gamma function; the nearest whole
// number, exact below about 1e12.
NodeId Lowerer::arrangements(const Expression& e, const Context& context) {
  const auto ln_factorial = [&](NodeId n) {
    return op(Opcode::GammaLn, op(Opcode::Add, n, graph.literal(1)));
  };
  const NodeId n = arg(e, 0, context);
  NodeId logarithm = ln_factorial(n);
  if (e.arguments.size() > 1) {
    const NodeId r = arg(e, 1, context);
    logarithm = op(Opcode::Subtract, logarithm, ln_factorial(op(Opcode::Subtract, n, r)));
    if (e.name.key == "combinations") logarithm = op(Opcode::Subtract, logarithm, ln_factorial(r));
  }
  return op(Opcode::Floor, op(Opcode::Add, op(Opcode::Exp, logarithm), graph.literal(0.5)));
}

// COUNTER(first, end): from first by the time that passes, and at end from first again.
NodeId Lowerer::counter(const Expression& e, const Context& context) {
  const NodeId first = arg(e, 0, context);
  const NodeId span = op(Opcode::Subtract, arg(e, 1, context), first);
  const NodeId passed = op(Opcode::Subtract, time(), ref(setting(Setting::Start, context.mode)));
  // A hair later, so that a sum of steps that falls short of a whole turn is one.
  const NodeId hair = op(Opcode::Multiply, step(context), graph.literal(1e-6));
  const NodeId turns = op(Opcode::Floor, op(Opcode::Divide, op(Opcode::Add, passed, hair), span));
  return op(Opcode::Add, first, op(Opcode::Subtract, passed, op(Opcode::Multiply, turns, span)));
}

// CGROWTH(percent): the fraction per unit of time that, compounded every step, makes so many percent in one
// unit of time: ((1 + percent / 100) ^ dt - 1) / dt.
NodeId Lowerer::compound_growth(const Expression& e, const Context& context) {
  const NodeId one = graph.literal(1);
  const NodeId whole = op(Opcode::Add, one, op(Opcode::Divide, arg(e, 0, context), graph.literal(100)));
  const NodeId grown = op(Opcode::Subtract, op(Opcode::Power, whole, step(context)), one);
  return op(Opcode::Divide, grown, step(context));
}

// PMT(rate, periods, pv, fv), PV(rate, periods, pmt, fv), FV(rate, periods, pmt, pv), what is paid out being
// below zero: pv (1 + rate)^n + pmt ((1 + rate)^n - 1) / rate + fv = 0.
NodeId Lowerer::annuity(const Expression& e, const Context& context) {
  const NodeId rate = arg(e, 0, context);
  const NodeId periods = arg(e, 1, context);
  const NodeId first = arg(e, 2, context);
  const NodeId second = arg_or(e, 3, 0, context);
  const NodeId one = graph.literal(1);
  const NodeId growth = op(Opcode::Power, op(Opcode::Add, one, rate), periods);
  const NodeId payments = op(Opcode::SafeDivide, op(Opcode::Subtract, growth, one), rate, periods);
  if (e.name.key == "fv")
    return op(Opcode::Negate,
              op(Opcode::Add, op(Opcode::Multiply, second, growth), op(Opcode::Multiply, first, payments)));
  if (e.name.key == "pv")
    return op(Opcode::Negate,
              op(Opcode::Divide, op(Opcode::Add, op(Opcode::Multiply, first, payments), second), growth));
  return op(Opcode::Negate,
            op(Opcode::Divide, op(Opcode::Add, op(Opcode::Multiply, first, growth), second), payments));
}

// DERIVN(x, n): the n-th derivative by differences of steps; 0 until there are enough of them.
NodeId Lowerer::derivative(const Expression& e, const Context& context) {
  return derivative_of_order(e, context, order_of(e, 1, context));
}

NodeId Lowerer::derivative_of_order(const Expression& e, const Context& context, int order) {
  if (order == 0) return arg(e, 0, context);
  const auto lower_order = [this, &e, order](const Context& c) {
    return derivative_of_order(e, c, order - 1);
  };
  const NodeId before = synthesized_state(e, context, order, lower_order, lower_order);
  const NodeId slope = op(Opcode::Divide, op(Opcode::Subtract, lower_order(context), before), step(context));
  const NodeId wait = op(Opcode::Multiply, step(context), graph.literal(order - 0.5));
  const NodeId first = op(Opcode::Add, ref(setting(Setting::Start, context.mode)), wait);
  return op(Opcode::Select, op(Opcode::Less, first, time()), slope, graph.literal(0));
}

// ENDVAL(x[, initial]): what x was at the end of the run before. Every run here is the first one.
NodeId Lowerer::end_value(const Expression& e, const Context& context) {
  return e.arguments.size() > 1 ? arg(e, 1, context) : initial(e, context);
}

// HISTORY(x, when): x as it was at that time; 0 before the start and where it is still to come. `when` is a
// time known before running, or TIME - lag with such a lag.
NodeId Lowerer::history(const Expression& e, const Context& context) {
  const Expression& when = e.arguments[1];
  const bool lagged =
      when.kind == Expression::Kind::Binary && when.binary == model::BinaryOperator::Subtract &&
      when.arguments[0].kind == Expression::Kind::Reference && when.arguments[0].name.key == "time";
  if (lagged) return lagged_history(e, context);
  const double at = constant_value(when, context, "it is the time that HISTORY looks at");
  const auto now = [this, &e, at](const Context& c, NodeId kept) {
    const NodeId half = op(Opcode::Divide, step(c), graph.literal(2));
    const NodeId away = op(Opcode::Abs, op(Opcode::Subtract, time(), graph.literal(at)));
    return graph.operation(Opcode::Select, op(Opcode::Less, away, half), arg(e, 0, c), kept,
                           c.mode == Mode::Step);
  };
  const NodeId kept = synthesized_state(
      e, context, 0, [=, this](const Context& c) { return now(c, graph.literal(0)); },
      [=, this, &e](const Context& c) { return now(c, sample_state(e, c)); });
  return context.mode == Mode::Initial ? kept : now(context, kept);
}

NodeId Lowerer::lagged_history(const Expression& e, const Context& context) {
  const Expression& lag = e.arguments[1].arguments[1];
  if (constant_value(lag, context, "it is how far HISTORY looks back") == 0) return arg(e, 0, context);
  return synthesized_line(e, context, 0,
                          {[this](const Context&) { return graph.literal(0); },
                           [this, &e](const Context& c) { return arg(e, 0, c); },
                           [this, &lag](const Context& c) { return lower(lag, c); }});
}

// INTERPOLATE(vector, part): between its first element (0) and its last (1).
NodeId Lowerer::interpolate(const Expression& e, const Context& context) {
  const auto values = all_values(e.arguments[0], context, Bare::Whole);
  if (values.size() == 1) return values.front();
  const NodeId one = graph.literal(1);
  const double steps = static_cast<double>(values.size()) - 1;
  const NodeId part = op(Opcode::Min, op(Opcode::Max, arg(e, 1, context), graph.literal(0)), one);
  const NodeId way = op(Opcode::Multiply, part, graph.literal(steps));
  const NodeId before = op(Opcode::Min, op(Opcode::Floor, way), graph.literal(steps - 1));
  const NodeId low = at_position(op(Opcode::Add, before, one), values);
  const NodeId high = at_position(op(Opcode::Add, before, graph.literal(2)), values);
  const NodeId rest = op(Opcode::Subtract, way, before);
  return op(Opcode::Add, low, op(Opcode::Multiply, rest, op(Opcode::Subtract, high, low)));
}

// RANK(array, n[, second array]): which element, counted from 1 in row-major order, is the n-th from below;
// the second array decides between equals.
NodeId Lowerer::rank(const Expression& e, const Context& context) {
  auto values = all_values(e.arguments[0], context, Bare::Whole);
  const std::size_t count = values.size();
  const auto order_of_all = [&](std::vector<NodeId> of) {
    std::vector<NodeId> order;
    of.push_back(graph.literal(1));
    const NodeId sorted = graph.block(Opcode::SortOrder, of, static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i)
      order.push_back(
          op(Opcode::Add, graph.extract(sorted, static_cast<std::uint32_t>(i)), graph.literal(1)));
    return order;
  };
  if (e.arguments.size() < 3) return at_position(arg(e, 1, context), order_of_all(std::move(values)));
  const auto second = all_values(e.arguments[2], context, Bare::Whole);
  if (second.size() != count) return wrong("the two arrays of RANK are not of one size", e.location);
  // By the second array first; the order of equals then stays.
  const auto by_second = order_of_all(second);
  std::vector<NodeId> moved;
  for (const NodeId position : by_second) moved.push_back(at_position(position, values));
  return at_position(at_position(arg(e, 1, context), order_of_all(std::move(moved))), by_second);
}

}  // namespace flowyard::controller::compiler
