// Functions that remember nothing. Where Vensim and XMILE give one name two meanings, the number of arguments
// or the model's dialect decides.
#include <algorithm>
#include <limits>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

NodeId Lowerer::if_then_else(const Expression& e, const Context& context) {
  const NodeId condition = arg(e, 0, context);
  return op(Opcode::Select, condition, arg(e, 1, context), arg(e, 2, context));
}

// Vensim LOG(x, base) is ln x / ln base.
NodeId Lowerer::log(const Expression& e, const Context& context) {
  const NodeId x = op(Opcode::Ln, arg(e, 0, context));
  return op(Opcode::Divide, x, op(Opcode::Ln, arg_or(e, 1, 10, context)));
}

NodeId Lowerer::log10(const Expression& e, const Context& context) {
  return op(Opcode::Divide, op(Opcode::Ln, arg(e, 0, context)), op(Opcode::Ln, graph.literal(10)));
}

// One argument, or arrays among several (not in Vensim): over all that they are.
bool Lowerer::of_arrays(const Expression& e, const Context& context) {
  if (e.arguments.size() == 1) return true;
  return names_whole_arrays() &&
         std::any_of(e.arguments.begin(), e.arguments.end(),
                     [&](const Expression& argument) { return !iterated_ranges(argument, context).empty(); });
}

// The least of all.
NodeId Lowerer::minimum(const Expression& e, const Context& context) {
  if (of_arrays(e, context)) return aggregate(e, context);
  NodeId least = arg(e, 0, context);
  for (std::size_t i = 1; i < e.arguments.size(); ++i) least = op(Opcode::Min, least, arg(e, i, context));
  return least;
}

NodeId Lowerer::maximum(const Expression& e, const Context& context) {
  if (of_arrays(e, context)) return aggregate(e, context);
  NodeId most = arg(e, 0, context);
  for (std::size_t i = 1; i < e.arguments.size(); ++i) most = op(Opcode::Max, most, arg(e, i, context));
  return most;
}

// The multiple of b next to a, towards 0.
NodeId Lowerer::quantum(const Expression& e, const Context& context) {
  const NodeId x = arg(e, 0, context);
  const NodeId unit = arg(e, 1, context);
  const NodeId rounded = op(Opcode::Multiply, unit, op(Opcode::Truncate, op(Opcode::Divide, x, unit)));
  return op(Opcode::Select, op(Opcode::LessEqual, unit, graph.literal(0)), x, rounded);
}

// XMILE INT floors; Vensim INTEGER truncates, and so does an INT that Vensim exported.
NodeId Lowerer::integer(const Expression& e, const Context& context) {
  const bool floors = e.name.key == "int" && model_.dialect != model::Dialect::XmileVensim;
  return op(floors ? Opcode::Floor : Opcode::Truncate, arg(e, 0, context));
}

NodeId Lowerer::modulo(const Expression& e, const Context& context) {
  const bool floors = e.name.key == "mod" && model_.dialect != model::Dialect::XmileVensim;
  const NodeId x = arg(e, 0, context);
  return op(floors ? Opcode::FloorModulo : Opcode::Remainder, x, arg(e, 1, context));
}

NodeId Lowerer::zidz(const Expression& e, const Context& context) {
  const NodeId x = arg(e, 0, context);
  return op(Opcode::Xidz, x, arg(e, 1, context), graph.literal(0));
}

NodeId Lowerer::xidz(const Expression& e, const Context& context) {
  const NodeId x = arg(e, 0, context);
  const NodeId y = arg(e, 1, context);
  return op(Opcode::Xidz, x, y, arg(e, 2, context));
}

NodeId Lowerer::safe_divide(const Expression& e, const Context& context) {
  const NodeId x = arg(e, 0, context);
  const NodeId y = arg(e, 1, context);
  return op(Opcode::SafeDivide, x, y, arg_or(e, 2, 0, context));
}

NodeId Lowerer::pi(const Expression&, const Context&) {
  return graph.literal(3.14159265358979323846);
}

NodeId Lowerer::infinity(const Expression&, const Context&) {
  return graph.literal(std::numeric_limits<double>::infinity());
}

NodeId Lowerer::first_argument(const Expression& e, const Context& context) {
  return arg(e, 0, context);
}

// STEP(height[, start]): from the step on whose middle is past the start.
NodeId Lowerer::step_function(const Expression& e, const Context& context) {
  const NodeId height = arg(e, 0, context);
  if (e.arguments.size() < 2) return height;
  const NodeId middle = op(Opcode::Add, time(), op(Opcode::Divide, step(context), graph.literal(2)));
  return op(Opcode::Select, op(Opcode::Less, arg(e, 1, context), middle), height, graph.literal(0));
}

// RAMP(slope[, start[, end]]).
NodeId Lowerer::ramp(const Expression& e, const Context& context) {
  const NodeId slope = arg(e, 0, context);
  const NodeId start =
      e.arguments.size() > 1 ? arg(e, 1, context) : ref(setting(Setting::Start, context.mode));
  NodeId until = time();
  if (e.arguments.size() > 2) until = op(Opcode::Min, until, arg(e, 2, context));
  const NodeId height = op(Opcode::Multiply, slope, op(Opcode::Subtract, until, start));
  return op(Opcode::Select, op(Opcode::Less, start, time()), height, graph.literal(0));
}

// Vensim PULSE(start, width): 1 from start for width, at least one step. XMILE PULSE(volume[, first[,
// interval]]): volume / dt for one step, at first and every interval after.
NodeId Lowerer::pulse(const Expression& e, const Context& context) {
  const NodeId dt = step(context);
  const NodeId half = op(Opcode::Divide, dt, graph.literal(2));
  const NodeId middle = op(Opcode::Add, time(), half);
  const bool xmile = model_.dialect == model::Dialect::Xmile ||
                     model_.dialect == model::Dialect::XmileVensim || e.arguments.size() != 2;
  if (!xmile) {
    const NodeId start = arg(e, 0, context);
    const NodeId end = op(Opcode::Add, start, op(Opcode::Max, arg(e, 1, context), dt));
    return op(Opcode::And, op(Opcode::Less, start, middle), op(Opcode::Less, middle, end));
  }
  const NodeId height = op(Opcode::Divide, arg(e, 0, context), dt);
  if (e.arguments.size() < 2) return height;  // Stella: in every step
  const NodeId first = arg(e, 1, context);
  const NodeId interval = arg_or(e, 2, 0, context);
  const NodeId since = op(Opcode::Subtract, middle, first);
  const NodeId begun = op(Opcode::LessEqual, graph.literal(0), since);
  const NodeId in_first = op(Opcode::Less, since, dt);
  const NodeId in_any = op(Opcode::Less, op(Opcode::Remainder, since, interval), dt);
  const NodeId repeats = op(Opcode::Less, graph.literal(0), interval);
  const NodeId on = op(Opcode::And, begun, op(Opcode::Select, repeats, in_any, in_first));
  return op(Opcode::Select, on, height, graph.literal(0));
}

// PULSE TRAIN(start, width, interval, end): the step at the end still belongs to it.
NodeId Lowerer::pulse_train(const Expression& e, const Context& context) {
  const NodeId dt = step(context);
  const NodeId middle = op(Opcode::Add, time(), op(Opcode::Divide, dt, graph.literal(2)));
  const NodeId start = arg(e, 0, context);
  const NodeId width = op(Opcode::Max, arg(e, 1, context), dt);
  const NodeId since = op(Opcode::Subtract, middle, start);
  const NodeId begun = op(Opcode::Less, start, middle);
  // Without an interval there is one pulse.
  const NodeId interval = arg(e, 2, context);
  const NodeId repeats = op(Opcode::Less, graph.literal(0), interval);
  const NodeId in_pulse = op(Opcode::Select, repeats, op(Opcode::Remainder, since, interval), since);
  const NodeId on = op(Opcode::Less, in_pulse, width);
  const NodeId before_end = op(Opcode::Less, op(Opcode::Subtract, middle, dt), arg(e, 3, context));
  return op(Opcode::And, op(Opcode::And, begun, before_end), on);
}

// SSHAPE(x, bottom, top): the logistic curve from bottom to top, in the middle at x = 1/2.
NodeId Lowerer::s_shape(const Expression& e, const Context& context) {
  const NodeId bottom = arg(e, 1, context);
  const NodeId height = op(Opcode::Subtract, arg(e, 2, context), bottom);
  const NodeId twice = op(Opcode::Multiply, graph.literal(2), arg(e, 0, context));
  const NodeId steep = op(Opcode::Multiply, graph.literal(-4), op(Opcode::Subtract, twice, graph.literal(1)));
  const NodeId below = op(Opcode::Add, graph.literal(1), op(Opcode::Exp, steep));
  return op(Opcode::Add, bottom, op(Opcode::Divide, height, below));
}

// ROUND(x): to the nearest whole number, halves up.
NodeId Lowerer::round(const Expression& e, const Context& context) {
  return op(Opcode::Floor, op(Opcode::Add, arg(e, 0, context), graph.literal(0.5)));
}

NodeId Lowerer::sign(const Expression& e, const Context& context) {
  const NodeId x = arg(e, 0, context);
  const NodeId zero = graph.literal(0);
  return op(Opcode::Subtract, op(Opcode::Less, zero, x), op(Opcode::Less, x, zero));
}

// ROOTN(x, n): a negative x has a root where n is odd.
NodeId Lowerer::root(const Expression& e, const Context& context) {
  const NodeId x = arg(e, 0, context);
  const NodeId n = arg(e, 1, context);
  const NodeId size = op(Opcode::Power, op(Opcode::Abs, x), op(Opcode::Divide, graph.literal(1), n));
  const NodeId odd = op(Opcode::FloorModulo, n, graph.literal(2));
  const NodeId below = op(Opcode::Less, x, graph.literal(0));
  const NodeId none = graph.literal(std::numeric_limits<double>::quiet_NaN());
  return op(Opcode::Select, below, op(Opcode::Select, odd, op(Opcode::Negate, size), none), size);
}

// SINWAVE, COSWAVE (amplitude, period), beginning at the start.
NodeId Lowerer::wave(const Expression& e, const Context& context) {
  const NodeId passed = op(Opcode::Subtract, time(), ref(setting(Setting::Start, context.mode)));
  const NodeId turns = op(Opcode::Divide, passed, arg(e, 1, context));
  const NodeId angle = op(Opcode::Multiply, graph.literal(6.283185307179586476925), turns);
  const Opcode shape = e.name.key == "sinwave" ? Opcode::Sin : Opcode::Cos;
  return op(Opcode::Multiply, arg(e, 0, context), op(shape, angle));
}

}  // namespace flowyard::controller::compiler
