// Inputs over time: steps, ramps, pulses, waves. Tests against a time are made in the middle of a step.
#include <algorithm>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// STEP(height[, start]): from the step on whose middle is past the start.
NodeId step_function(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId height = lowering.arg(e, 0, context);
  if (e.arguments.size() < 2) return height;
  const NodeId middle =
      lowering.op(Opcode::Add, lowering.time(),
                  lowering.op(Opcode::Divide, lowering.step(context), lowering.graph.literal(2)));
  return lowering.op(Opcode::Select, lowering.op(Opcode::Less, lowering.arg(e, 1, context), middle), height,
                     lowering.graph.literal(0));
}

// RAMP(slope[, start[, end]]).
NodeId ramp(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId slope = lowering.arg(e, 0, context);
  const NodeId start = e.arguments.size() > 1 ? lowering.arg(e, 1, context)
                                              : lowering.ref(lowering.setting(Setting::Start, context.mode));
  NodeId until = lowering.time();
  if (e.arguments.size() > 2) until = lowering.op(Opcode::Min, until, lowering.arg(e, 2, context));
  const NodeId height = lowering.op(Opcode::Multiply, slope, lowering.op(Opcode::Subtract, until, start));
  return lowering.op(Opcode::Select, lowering.op(Opcode::Less, start, lowering.time()), height,
                     lowering.graph.literal(0));
}

// Vensim PULSE(start, width): 1 from start for width, at least one step. XMILE PULSE(volume[, first[,
// interval]]): volume / dt for one step, at first and every interval after.
NodeId pulse(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId dt = lowering.step(context);
  const NodeId half = lowering.op(Opcode::Divide, dt, lowering.graph.literal(2));
  const NodeId middle = lowering.op(Opcode::Add, lowering.time(), half);
  const bool xmile = lowering.source().dialect == model::Dialect::Xmile ||
                     lowering.source().dialect == model::Dialect::XmileVensim || e.arguments.size() != 2;
  if (!xmile) {
    const NodeId start = lowering.arg(e, 0, context);
    const NodeId end =
        lowering.op(Opcode::Add, start, lowering.op(Opcode::Max, lowering.arg(e, 1, context), dt));
    return lowering.op(Opcode::And, lowering.op(Opcode::Less, start, middle),
                       lowering.op(Opcode::Less, middle, end));
  }
  const NodeId height = lowering.op(Opcode::Divide, lowering.arg(e, 0, context), dt);
  if (e.arguments.size() < 2) return height;  // Stella: in every step
  const NodeId first = lowering.arg(e, 1, context);
  const NodeId interval = lowering.arg_or(e, 2, 0, context);
  const NodeId since = lowering.op(Opcode::Subtract, middle, first);
  const NodeId begun = lowering.op(Opcode::LessEqual, lowering.graph.literal(0), since);
  const NodeId in_first = lowering.op(Opcode::Less, since, dt);
  const NodeId in_any = lowering.op(Opcode::Less, lowering.op(Opcode::Remainder, since, interval), dt);
  const NodeId repeats = lowering.op(Opcode::Less, lowering.graph.literal(0), interval);
  const NodeId on = lowering.op(Opcode::And, begun, lowering.op(Opcode::Select, repeats, in_any, in_first));
  return lowering.op(Opcode::Select, on, height, lowering.graph.literal(0));
}

// PULSE TRAIN(start, width, interval, end): the step at the end still belongs to it.
NodeId pulse_train(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId dt = lowering.step(context);
  const NodeId middle =
      lowering.op(Opcode::Add, lowering.time(), lowering.op(Opcode::Divide, dt, lowering.graph.literal(2)));
  const NodeId start = lowering.arg(e, 0, context);
  const NodeId width = lowering.op(Opcode::Max, lowering.arg(e, 1, context), dt);
  const NodeId since = lowering.op(Opcode::Subtract, middle, start);
  const NodeId begun = lowering.op(Opcode::Less, start, middle);
  // Without an interval there is one pulse.
  const NodeId interval = lowering.arg(e, 2, context);
  const NodeId repeats = lowering.op(Opcode::Less, lowering.graph.literal(0), interval);
  const NodeId in_pulse =
      lowering.op(Opcode::Select, repeats, lowering.op(Opcode::Remainder, since, interval), since);
  const NodeId on = lowering.op(Opcode::Less, in_pulse, width);
  const NodeId before_end =
      lowering.op(Opcode::Less, lowering.op(Opcode::Subtract, middle, dt), lowering.arg(e, 3, context));
  return lowering.op(Opcode::And, lowering.op(Opcode::And, begun, before_end), on);
}

// SSHAPE(x, bottom, top): the logistic curve from bottom to top, in the middle at x = 1/2.
NodeId s_shape(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId bottom = lowering.arg(e, 1, context);
  const NodeId height = lowering.op(Opcode::Subtract, lowering.arg(e, 2, context), bottom);
  const NodeId twice = lowering.op(Opcode::Multiply, lowering.graph.literal(2), lowering.arg(e, 0, context));
  const NodeId steep = lowering.op(Opcode::Multiply, lowering.graph.literal(-4),
                                   lowering.op(Opcode::Subtract, twice, lowering.graph.literal(1)));
  const NodeId below = lowering.op(Opcode::Add, lowering.graph.literal(1), lowering.op(Opcode::Exp, steep));
  return lowering.op(Opcode::Add, bottom, lowering.op(Opcode::Divide, height, below));
}

// SINWAVE, COSWAVE (amplitude, period), beginning at the start.
NodeId wave(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId passed = lowering.op(Opcode::Subtract, lowering.time(),
                                    lowering.ref(lowering.setting(Setting::Start, context.mode)));
  const NodeId turns = lowering.op(Opcode::Divide, passed, lowering.arg(e, 1, context));
  const NodeId angle = lowering.op(Opcode::Multiply, lowering.graph.literal(6.283185307179586476925), turns);
  const Opcode shape = e.name.key == "sinwave" ? Opcode::Sin : Opcode::Cos;
  return lowering.op(Opcode::Multiply, lowering.arg(e, 0, context), lowering.op(shape, angle));
}

}  // namespace

Builtins inputs_builtins() {
  return {
      {.name = "step",
       .least = 1,
       .most = 2,
       .in_vensim = 2,
       .lower = step_function,
       .units = model::UnitRule{"xt", 'x'},
       .docs = {{Section::Inputs,
                 "`STEP(height [, start])` | height where start < time + dt/2 | V, X [3.5.3], T"}}},
      {.name = "ramp",
       .least = 1,
       .most = 3,
       .in_vensim = 3,
       .lower = ramp,
       .units = model::UnitRule{"xtt", '*'},
       .docs = {{Section::Inputs,
                 "`RAMP(slope [, start [, end]])` | slope x (time - start) after start, constant after end | "
                 "V, X [3.5.3]; PySD tests with a tolerance of 1e-6"}}},
      {.name = "pulse",
       .least = 1,
       .most = 3,
       .in_vensim = 2,
       .lower = pulse,
       .docs = {{Section::Inputs,
                 "`PULSE(start, width)` in Vensim and YAML | 1 from start for width, at least one step | V; "
                 "PySD's last step may differ by rounding"},
                {Section::Inputs,
                 "`PULSE(volume [, first [, interval]])` in XMILE | volume / dt for one step at first, and "
                 "every interval; in every step where only the volume is given (B) | X [3.5.3]"}}},
      {.name = "pulse_train",
       .least = 4,
       .most = 4,
       .lower = pulse_train,
       .units = model::UnitRule{"tttt", '1'},
       .docs = {{Section::Inputs,
                 "`PULSE TRAIN(start, width, interval, end)` | pulses until end; without an interval one | "
                 "V, T"}}},
      {.name = "sshape",
       .least = 3,
       .most = 3,
       .lower = s_shape,
       .docs = {{Section::Inputs,
                 "`SSHAPE(x, bottom, top)` | logistic curve from bottom to top | simlin; no manual of it was "
                 "found"}}},
      {.name = "sinwave",
       .least = 2,
       .most = 2,
       .lower = wave,
       .docs = {{Section::Inputs,
                 "`SINWAVE(amplitude, period)`, `COSWAVE(amplitude, period)` | waves that begin at the start "
                 "| Stella, B"}}},
      {.name = "coswave", .least = 2, .most = 2, .lower = wave},
  };
}

}  // namespace flowyard::controller::compiler
