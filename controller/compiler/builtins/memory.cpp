// Functions that keep one value: as synthesized stocks and states. The same place of an equation is lowered
// once for the start and once for the steps and must mean the same memory both times; CallSite sees to that.
#include <algorithm>
#include <cmath>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

NodeId bounded_state(LowerContext& lowering, const Expression& e, const Context& context, int part);
NodeId within_bounds(LowerContext& lowering, const Expression& e, const Context& context, NodeId value);
bool is_not_available(LowerContext& lowering, NodeId node);

NodeId active_initial(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.arg(e, context.mode == Mode::Initial ? 1 : 0, context);
}

// XMILE PREVIOUS(x[, initial]): x one step ago; without `initial` at first as it is.
NodeId previous(LowerContext& lowering, const Expression& e, const Context& context) {
  const std::size_t first = e.arguments.size() > 1 ? 1 : 0;
  return lowering.synthesized_state(
      e, context, 0, [&lowering, &e, first](const Context& c) { return lowering.arg(e, first, c); },
      [&lowering, &e](const Context& c) { return lowering.arg(e, 0, c); });
}

// SAMPLE IF TRUE(condition, x, initial): x while the condition holds, else what it was when it last did. Its
// variable may stand in the condition and in x, as what it was before (Vensim's manual of the function).
NodeId sample_if_true(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto now = [&lowering, &e](const Context& c, NodeId kept) {
    Context inner = c;
    inner.held = kept;
    const NodeId condition = lowering.arg(e, 0, inner);
    // Like a level it is what it was at the step's start throughout the step.
    return lowering.graph.operation(Opcode::Select, condition, lowering.arg(e, 1, inner), kept,
                                    c.mode == Mode::Step);
  };
  const NodeId kept = lowering.synthesized_state(
      e, context, 0, [&lowering, &e](const Context& c) { return lowering.arg(e, 2, c); },
      [=, &lowering, &e](const Context& c) { return now(c, lowering.sample_state(e, c)); });
  return context.mode == Mode::Initial ? kept : now(context, kept);
}

NodeId integral(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.synthesized_stock(
      e, context, 0, [&lowering, &e](const Context& c) { return lowering.arg(e, 1, c); },
      [&lowering, &e](const Context& c) { return lowering.arg(e, 0, c); });
}

// SINTEG(rate, initial, least, most, unit, special, within): the integral, held between least and most at
// every moment; :NA: for a bound that there is not. Where the two frozen values stand is the start of a step.
NodeId bounded_integral(LowerContext& lowering, const Expression& e, const Context& context) {
  for (std::size_t rounding = 4; rounding < 7; ++rounding)
    if (!is_not_available(lowering, lowering.arg(e, rounding, context)))
      return lowering.wrong(
          DiagnosticCode::Unsupported,
          "SINTEG with a unit or a special value is not supported: the manual does not say what becomes of "
          "changes that are smaller",
          e.arguments[rounding].location);
  const NodeId free = integral(lowering, e, context);
  if (context.mode == Mode::Initial) return within_bounds(lowering, e, context, free);
  const auto bounded_now = [&lowering, &e](const Context& c) {
    const NodeId gained =
        lowering.op(Opcode::Subtract, integral(lowering, e, c), bounded_state(lowering, e, c, 1));
    return within_bounds(lowering, e, c, lowering.op(Opcode::Add, bounded_state(lowering, e, c, 2), gained));
  };
  const auto frozen = [&lowering](NodeId value) {
    return lowering.graph.operation(Opcode::Add, value, lowering.graph.literal(0), 0, true);
  };
  const NodeId since = lowering.op(Opcode::Subtract, free, frozen(free));
  return within_bounds(lowering, e, context, lowering.op(Opcode::Add, frozen(bounded_now(context)), since));
}

// One step ago: the integral without bounds (1) and with them (2).
NodeId bounded_state(LowerContext& lowering, const Expression& e, const Context& context, int part) {
  return lowering.synthesized_state(
      e, context, part,
      [&lowering, &e, part](const Context& c) {
        return part == 1 ? integral(lowering, e, c) : within_bounds(lowering, e, c, integral(lowering, e, c));
      },
      [&lowering, &e, part](const Context& c) {
        return part == 1 ? integral(lowering, e, c) : bounded_integral(lowering, e, c);
      });
}

NodeId within_bounds(LowerContext& lowering, const Expression& e, const Context& context, NodeId value) {
  const NodeId least = lowering.arg(e, 2, context);
  const NodeId most = lowering.arg(e, 3, context);
  if (!is_not_available(lowering, most)) value = lowering.op(Opcode::Min, value, most);
  return is_not_available(lowering, least) ? value : lowering.op(Opcode::Max, value, least);
}

bool is_not_available(LowerContext& lowering, NodeId node) {
  return lowering.graph.is_literal(node) && std::isnan(lowering.graph.literal_value(node));
}

}  // namespace

// INITIAL(x): x at the start, for good.
NodeId initial(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.at_start(e, 0, context);
}

Builtins memory_builtins() {
  return {
      {.name = "reinitial", .least = 1, .most = 1, .lower = initial},
      {.name = "initial",
       .least = 1,
       .most = 1,
       .lower = initial,
       .units = model::UnitRule{"x", 'x'},
       .docs = {{Section::Start,
                 "`INITIAL(x)`, `INIT(x)`, `REINITIAL(x)` | x at the start, for good | V, X [3.5.6]"}}},
      {.name = "init", .least = 1, .most = 1, .lower = initial, .units = model::UnitRule{"x", 'x'}},
      {.name = "active_initial",
       .least = 2,
       .most = 2,
       .lower = active_initial,
       .units = model::UnitRule{"xx", 'x'},
       .docs =
           {{Section::Start,
             "`ACTIVE INITIAL(x, start)` | x; at the start `start`, which cuts a circle of equations | V"}}},
      {.name = "previous",
       .least = 1,
       .most = 2,
       .lower = previous,
       .units = model::UnitRule{"xx", 'x'},
       .docs = {{Section::Start,
                 "`PREVIOUS(x [, start])` | x one step ago; at first start, or x as it is | X [3.5.6]; PySD "
                 "has none"}}},
      {.name = "integ",
       .least = 2,
       .most = 2,
       .lower = integral,
       .docs = {{Section::Start, "`INTEG(rate, start)` | a stock; inside an expression a hidden one | V"}}},
      {.name = "sinteg",
       .least = 7,
       .most = 7,
       .lower = bounded_integral,
       .docs = {{Section::Start,
                 "`SINTEG(rate, start, least, most, unit, special, within)` | a stock held between two "
                 "bounds, each `:NA:` where there is none; the last three must be `:NA:`, since the manual "
                 "does not say what becomes of smaller changes | V; PySD has none"}}},
      {.name = "sample_if_true",
       .least = 3,
       .most = 3,
       .lower = sample_if_true,
       .units = model::UnitRule{"?xx", 'x'},
       .docs = {{Section::Start,
                 "`SAMPLE IF TRUE(c, x, start)` | x while c holds, then what it was when c last did; kept "
                 "still within a Runge-Kutta step; in c and x its own variable is what it was before. "
                 "Initial values that hang on it begin with start | V; PySD does not read it in c and x, and "
                 "begins with x where c holds at once"}}},
  };
}

}  // namespace flowyard::controller::compiler
