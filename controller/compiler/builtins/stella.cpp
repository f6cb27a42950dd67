// Stella's functions beyond the standard: counting, growth, money, and what a variable was earlier.
#include <algorithm>
#include <cmath>
#include <limits>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

NodeId derivative_of_order(LowerContext& lowering, const Expression& e, const Context& context, int order);
NodeId lagged_history(LowerContext& lowering, const Expression& e, const Context& context);

NodeId percent(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.op(Opcode::Multiply, lowering.arg(e, 0, context), lowering.graph.literal(100));
}

// SWITCH(a, b): 1 where a is greater than b.
NodeId switch_function(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId a = lowering.arg(e, 0, context);
  return lowering.op(Opcode::Less, lowering.arg(e, 1, context), a);
}

NodeId is_nan(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.op(Opcode::IsNotAvailable, lowering.arg(e, 0, context));
}

NodeId nan(LowerContext& lowering, const Expression&, const Context&) {
  return lowering.graph.literal(std::numeric_limits<double>::quiet_NaN());
}

// FACTORIAL(n), COMBINATIONS(n, r), PERMUTATIONS(n, r) by logarithms of the gamma function; the nearest whole
// number, exact below about 1e12.
NodeId arrangements(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto ln_factorial = [&](NodeId n) {
    return lowering.op(Opcode::GammaLn, lowering.op(Opcode::Add, n, lowering.graph.literal(1)));
  };
  const NodeId n = lowering.arg(e, 0, context);
  NodeId logarithm = ln_factorial(n);
  if (e.arguments.size() > 1) {
    const NodeId r = lowering.arg(e, 1, context);
    logarithm = lowering.op(Opcode::Subtract, logarithm, ln_factorial(lowering.op(Opcode::Subtract, n, r)));
    if (e.name.key == "combinations") logarithm = lowering.op(Opcode::Subtract, logarithm, ln_factorial(r));
  }
  return lowering.op(Opcode::Floor, lowering.op(Opcode::Add, lowering.op(Opcode::Exp, logarithm),
                                                lowering.graph.literal(0.5)));
}

// COUNTER(first, end): from first by the time that passes, and at end from first again.
NodeId counter(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId first = lowering.arg(e, 0, context);
  const NodeId span = lowering.op(Opcode::Subtract, lowering.arg(e, 1, context), first);
  const NodeId passed = lowering.op(Opcode::Subtract, lowering.time(),
                                    lowering.ref(lowering.setting(Setting::Start, context.mode)));
  // With a small tolerance, so that a sum of steps just short of a whole period counts as one.
  const NodeId hair = lowering.op(Opcode::Multiply, lowering.step(context), lowering.graph.literal(1e-6));
  const NodeId turns =
      lowering.op(Opcode::Floor, lowering.op(Opcode::Divide, lowering.op(Opcode::Add, passed, hair), span));
  return lowering.op(Opcode::Add, first,
                     lowering.op(Opcode::Subtract, passed, lowering.op(Opcode::Multiply, turns, span)));
}

// CGROWTH(percent): the fraction per unit of time that, compounded every step, makes so many percent in one
// unit of time: ((1 + percent / 100) ^ dt - 1) / dt.
NodeId compound_growth(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId one = lowering.graph.literal(1);
  const NodeId whole =
      lowering.op(Opcode::Add, one,
                  lowering.op(Opcode::Divide, lowering.arg(e, 0, context), lowering.graph.literal(100)));
  const NodeId grown =
      lowering.op(Opcode::Subtract, lowering.op(Opcode::Power, whole, lowering.step(context)), one);
  return lowering.op(Opcode::Divide, grown, lowering.step(context));
}

// PMT(rate, periods, pv, fv), PV(rate, periods, pmt, fv), FV(rate, periods, pmt, pv), what is paid out being
// below zero: pv (1 + rate)^n + pmt ((1 + rate)^n - 1) / rate + fv = 0.
NodeId annuity(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId rate = lowering.arg(e, 0, context);
  const NodeId periods = lowering.arg(e, 1, context);
  const NodeId first = lowering.arg(e, 2, context);
  const NodeId second = lowering.arg_or(e, 3, 0, context);
  const NodeId one = lowering.graph.literal(1);
  const NodeId growth = lowering.op(Opcode::Power, lowering.op(Opcode::Add, one, rate), periods);
  const NodeId payments =
      lowering.op(Opcode::SafeDivide, lowering.op(Opcode::Subtract, growth, one), rate, periods);
  if (e.name.key == "fv")
    return lowering.op(Opcode::Negate, lowering.op(Opcode::Add, lowering.op(Opcode::Multiply, second, growth),
                                                   lowering.op(Opcode::Multiply, first, payments)));
  if (e.name.key == "pv")
    return lowering.op(
        Opcode::Negate,
        lowering.op(Opcode::Divide,
                    lowering.op(Opcode::Add, lowering.op(Opcode::Multiply, first, payments), second),
                    growth));
  return lowering.op(
      Opcode::Negate,
      lowering.op(Opcode::Divide,
                  lowering.op(Opcode::Add, lowering.op(Opcode::Multiply, first, growth), second), payments));
}

// DERIVN(x, n): the n-th derivative by differences of steps; 0 until there are enough of them.
NodeId derivative(LowerContext& lowering, const Expression& e, const Context& context) {
  return derivative_of_order(lowering, e, context, order_of(lowering, e, 1, context));
}

NodeId derivative_of_order(LowerContext& lowering, const Expression& e, const Context& context, int order) {
  if (order == 0) return lowering.arg(e, 0, context);
  const auto lower_order = [&lowering, &e, order](const Context& c) {
    return derivative_of_order(lowering, e, c, order - 1);
  };
  const NodeId before = lowering.synthesized_state(e, context, order, lower_order, lower_order);
  const NodeId slope = lowering.op(
      Opcode::Divide, lowering.op(Opcode::Subtract, lower_order(context), before), lowering.step(context));
  const NodeId wait =
      lowering.op(Opcode::Multiply, lowering.step(context), lowering.graph.literal(order - 0.5));
  const NodeId first =
      lowering.op(Opcode::Add, lowering.ref(lowering.setting(Setting::Start, context.mode)), wait);
  return lowering.op(Opcode::Select, lowering.op(Opcode::Less, first, lowering.time()), slope,
                     lowering.graph.literal(0));
}

// ENDVAL(x[, initial]): what x was at the end of the run before. Every run here is the first one.
NodeId end_value(LowerContext& lowering, const Expression& e, const Context& context) {
  return e.arguments.size() > 1 ? lowering.arg(e, 1, context) : initial(lowering, e, context);
}

// HISTORY(x, when): x as it was at that time; 0 before the start and where it is still to come. `when` is a
// time known before running, or TIME - lag with such a lag.
NodeId history(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& when = e.arguments[1];
  const bool lagged =
      when.kind == Expression::Kind::Binary && when.binary == model::BinaryOperator::Subtract &&
      when.arguments[0].kind == Expression::Kind::Reference && when.arguments[0].name.key == "time";
  if (lagged) return lagged_history(lowering, e, context);
  const double at = lowering.constant_value(when, context, "it is the time that HISTORY looks at");
  const auto now = [&lowering, &e, at](const Context& c, NodeId kept) {
    const NodeId half = lowering.op(Opcode::Divide, lowering.step(c), lowering.graph.literal(2));
    const NodeId away =
        lowering.op(Opcode::Abs, lowering.op(Opcode::Subtract, lowering.time(), lowering.graph.literal(at)));
    return lowering.graph.operation(Opcode::Select, lowering.op(Opcode::Less, away, half),
                                    lowering.arg(e, 0, c), kept, c.mode == Mode::Step);
  };
  const NodeId kept = lowering.synthesized_state(
      e, context, 0, [=, &lowering](const Context& c) { return now(c, lowering.graph.literal(0)); },
      [=, &lowering, &e](const Context& c) { return now(c, lowering.sample_state(e, c)); });
  return context.mode == Mode::Initial ? kept : now(context, kept);
}

NodeId lagged_history(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& lag = e.arguments[1].arguments[1];
  if (lowering.constant_value(lag, context, "it is how far HISTORY looks back") == 0)
    return lowering.arg(e, 0, context);
  return lowering.synthesized_line(e, context, 0,
                                   {[&lowering](const Context&) { return lowering.graph.literal(0); },
                                    [&lowering, &e](const Context& c) { return lowering.arg(e, 0, c); },
                                    [&lowering, &lag](const Context& c) { return lowering.lower(lag, c); }});
}

// INTERPOLATE(vector, part): between its first element (0) and its last (1).
NodeId interpolate(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto values = lowering.all_values(e.arguments[0], context, LowerContext::Bare::Whole);
  if (values.size() == 1) return values.front();
  const NodeId one = lowering.graph.literal(1);
  const double steps = static_cast<double>(values.size()) - 1;
  const NodeId part = lowering.op(
      Opcode::Min, lowering.op(Opcode::Max, lowering.arg(e, 1, context), lowering.graph.literal(0)), one);
  const NodeId way = lowering.op(Opcode::Multiply, part, lowering.graph.literal(steps));
  const NodeId before =
      lowering.op(Opcode::Min, lowering.op(Opcode::Floor, way), lowering.graph.literal(steps - 1));
  const NodeId low = at_position(lowering, lowering.op(Opcode::Add, before, one), values);
  const NodeId high =
      at_position(lowering, lowering.op(Opcode::Add, before, lowering.graph.literal(2)), values);
  const NodeId rest = lowering.op(Opcode::Subtract, way, before);
  return lowering.op(Opcode::Add, low,
                     lowering.op(Opcode::Multiply, rest, lowering.op(Opcode::Subtract, high, low)));
}

// RANK(array, n[, second array]): which element, counted from 1 in row-major order, is the n-th from below;
// the second array decides between equals.
NodeId rank(LowerContext& lowering, const Expression& e, const Context& context) {
  auto values = lowering.all_values(e.arguments[0], context, LowerContext::Bare::Whole);
  const std::size_t count = values.size();
  const auto order_of_all = [&](std::vector<NodeId> of) {
    std::vector<NodeId> order;
    of.push_back(lowering.graph.literal(1));
    const NodeId sorted = lowering.graph.block(Opcode::SortOrder, of, static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i)
      order.push_back(lowering.op(Opcode::Add, lowering.graph.extract(sorted, static_cast<std::uint32_t>(i)),
                                  lowering.graph.literal(1)));
    return order;
  };
  if (e.arguments.size() < 3)
    return at_position(lowering, lowering.arg(e, 1, context), order_of_all(std::move(values)));
  const auto second = lowering.all_values(e.arguments[2], context, LowerContext::Bare::Whole);
  if (second.size() != count)
    return lowering.wrong(DiagnosticCode::WrongDimensions, "the two arrays of RANK are not of one size",
                          e.location);
  // By the second array first; the order of equals then stays.
  const auto by_second = order_of_all(second);
  std::vector<NodeId> moved;
  for (const NodeId position : by_second) moved.push_back(at_position(lowering, position, values));
  return at_position(lowering,
                     at_position(lowering, lowering.arg(e, 1, context), order_of_all(std::move(moved))),
                     by_second);
}

}  // namespace

Builtins stella_builtins() {
  return {
      {.name = "rank",
       .least = 2,
       .most = 3,
       .lower = rank,
       .docs = {{Section::Arrays,
                 "`RANK(a, n [, b])` | which element, from 1 in row-major order, is the n-th from below; b "
                 "decides between equals | X [3.7.1]"}}},
      {.name = "percent",
       .least = 1,
       .most = 1,
       .lower = percent,
       .docs = {{Section::Arithmetic, "`PERCENT(x)` | 100 x | Stella"}}},
      {.name = "switch",
       .least = 2,
       .most = 2,
       .lower = switch_function,
       .docs = {{Section::Arithmetic, "`SWITCH(a, b)` | 1 where a > b, else 0 | Stella"}}},
      {.name = "isnan", .least = 1, .most = 1, .lower = is_nan},
      {.name = "nan",
       .least = 0,
       .most = 0,
       .lower = nan,
       .docs = {{Section::Arithmetic, "`NAN`, `ISNAN(x)` | `:NA:`, and 1 where x is that | Stella"}}},
      {.name = "factorial",
       .least = 1,
       .most = 1,
       .lower = arrangements,
       .docs = {{Section::Arithmetic,
                 "`FACTORIAL(n)`, `COMBINATIONS(n, r)`, `PERMUTATIONS(n, r)` | by the gamma function, to the "
                 "nearest whole number | Stella"}}},
      {.name = "combinations", .least = 2, .most = 2, .lower = arrangements},
      {.name = "permutations", .least = 2, .most = 2, .lower = arrangements},
      {.name = "counter",
       .least = 2,
       .most = 2,
       .lower = counter,
       .docs = {{Section::Inputs,
                 "`COUNTER(first, end)` | from first on with the time, and at end from first again | Stella, "
                 "B"}}},
      {.name = "cgrowth",
       .least = 1,
       .most = 1,
       .lower = compound_growth,
       .docs = {{Section::Inputs,
                 "`CGROWTH(percent)` | ((1 + percent / 100)^dt - 1) / dt: what, compounded every step, makes "
                 "so many percent per unit of time | Stella, B"}}},
      {.name = "pmt",
       .least = 3,
       .most = 4,
       .lower = annuity,
       .docs = {{Section::Arithmetic,
                 "`PMT(rate, n, pv [, fv])`, `PV(rate, n, pmt [, fv])`, `FV(rate, n, pmt [, pv])` | as in "
                 "spreadsheets: what is paid out is below zero | Stella, B"}}},
      {.name = "pv", .least = 3, .most = 4, .lower = annuity},
      {.name = "fv", .least = 3, .most = 4, .lower = annuity},
      {.name = "derivn",
       .least = 2,
       .most = 2,
       .lower = derivative,
       .docs = {{Section::Start,
                 "`DERIVN(x, n)` | n-th derivative by differences of steps; 0 in the first n steps | Stella, "
                 "B"}}},
      {.name = "endval",
       .least = 1,
       .most = 2,
       .lower = end_value,
       .docs = {{Section::Start,
                 "`ENDVAL(x [, start])` | what x was at the end of the run before: there is none, so start, "
                 "or x at the start | Stella, B"}}},
      {.name = "history",
       .least = 2,
       .most = 2,
       .lower = history,
       .docs = {{Section::Start,
                 "`HISTORY(x, when)` | x as it was; 0 before the start and of what is to come. `when` is a "
                 "number known before running, or `TIME - lag` with such a lag | Stella"}}},
      {.name = "interpolate",
       .least = 2,
       .most = 2,
       .lower = interpolate,
       .docs = {{Section::Arrays,
                 "`INTERPOLATE(a, part)` | between the first element (0) and the last (1) | Stella, B"}}},
  };
}

}  // namespace flowyard::controller::compiler
