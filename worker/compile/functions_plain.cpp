// The table of functions, and those that remember nothing. Names are keys: "if_then_else". Where Vensim and
// XMILE give one name two meanings, the number of arguments or the model's dialect decides.
#include <limits>

#include "worker/compile/lower.hpp"

namespace flowyard::worker::compile {

const std::unordered_map<std::string, Lowerer::Function>& Lowerer::functions() {
  using L = Lowerer;
  static const auto plain = [](Opcode opcode, int arguments) {
    return Function{arguments, arguments, nullptr, opcode};
  };
  static const auto with = [](int least, int most, Handler handler) {
    return Function{least, most, handler, std::nullopt};
  };
  static const std::unordered_map<std::string, Function> table = {
      {"abs", plain(Opcode::Abs, 1)},
      {"exp", plain(Opcode::Exp, 1)},
      {"ln", plain(Opcode::Ln, 1)},
      {"sqrt", plain(Opcode::Sqrt, 1)},
      {"sin", plain(Opcode::Sin, 1)},
      {"cos", plain(Opcode::Cos, 1)},
      {"tan", plain(Opcode::Tan, 1)},
      {"arcsin", plain(Opcode::ArcSin, 1)},
      {"arccos", plain(Opcode::ArcCos, 1)},
      {"arctan", plain(Opcode::ArcTan, 1)},
      {"sinh", plain(Opcode::Sinh, 1)},
      {"cosh", plain(Opcode::Cosh, 1)},
      {"tanh", plain(Opcode::Tanh, 1)},
      {"power", plain(Opcode::Power, 2)},
      {"gamma_ln", plain(Opcode::GammaLn, 1)},
      {"gammaln", plain(Opcode::GammaLn, 1)},
      {"log", with(1, 2, &L::log)},
      {"log10", with(1, 1, &L::log10)},
      {"integer", with(1, 1, &L::integer)},
      {"int", with(1, 1, &L::integer)},
      {"min", with(1, 1000, &L::minimum)},
      {"max", with(1, 1000, &L::maximum)},
      {"quantum", with(2, 2, &L::quantum)},
      {"modulo", with(2, 2, &L::modulo)},
      {"mod", with(2, 2, &L::modulo)},
      {"zidz", with(2, 2, &L::zidz)},
      {"xidz", with(3, 3, &L::xidz)},
      {"safediv", with(2, 3, &L::safe_divide)},
      {"pi", with(0, 0, &L::pi)},
      {"inf", with(0, 0, &L::infinity)},
      {"if_then_else", with(3, 3, &L::if_then_else)},
      {"if", with(3, 3, &L::if_then_else)},
      {"step", with(2, 2, &L::step_function)},
      {"ramp", with(2, 3, &L::ramp)},
      {"pulse", with(1, 3, &L::pulse)},
      {"pulse_train", with(4, 4, &L::pulse_train)},
      {"game", with(1, 1, &L::first_argument)},
      {"simultaneous", with(2, 2, &L::first_argument)},
      {"reinitial", with(1, 1, &L::initial)},
      {"initial", with(1, 1, &L::initial)},
      {"init", with(1, 1, &L::initial)},
      {"active_initial", with(2, 2, &L::active_initial)},
      {"previous", with(2, 2, &L::previous)},
      {"integ", with(2, 2, &L::integral)},
      {"smooth", with(2, 3, &L::smooth)},
      {"smoothi", with(3, 3, &L::smooth)},
      {"smooth3", with(2, 3, &L::smooth)},
      {"smooth3i", with(3, 3, &L::smooth)},
      {"smooth_n", with(4, 4, &L::smooth)},
      {"smth1", with(2, 3, &L::smooth)},
      {"smth3", with(2, 3, &L::smooth)},
      {"smthn", with(3, 4, &L::smooth)},
      {"delay1", with(2, 3, &L::delay)},
      {"delay1i", with(3, 3, &L::delay)},
      {"delay3", with(2, 3, &L::delay)},
      {"delay3i", with(3, 3, &L::delay)},
      {"delay_n", with(4, 4, &L::delay_n)},
      {"delayn", with(3, 4, &L::delay_n)},
      {"delay_fixed", with(3, 3, &L::delay_fixed)},
      {"delay", with(2, 3, &L::xmile_delay)},
      {"trend", with(2, 3, &L::trend)},
      {"forecast", with(3, 4, &L::forecast)},
      {"forcst", with(3, 4, &L::forecast)},
      {"sample_if_true", with(3, 3, &L::sample_if_true)},
      {"npv", with(4, 4, &L::npv)},
      {"lookup", with(2, 2, &L::lookup_function)},
      {"lookup_forward", with(2, 2, &L::lookup_function)},
      {"lookup_backward", with(2, 2, &L::lookup_function)},
      {"lookup_extrapolate", with(2, 2, &L::lookup_function)},
      {"lookup_invert", with(2, 2, &L::lookup_function)},
      {"get_data_at_time", with(2, 2, &L::lookup_function)},
      {"get_data_between_times", with(3, 3, &L::lookup_function)},
      {"random_0_1", with(0, 1, &L::random)},
      {"random_uniform", with(2, 3, &L::random)},
      {"random_normal", with(4, 5, &L::random)},
      {"random_exponential", with(4, 5, &L::random)},
      {"random_lognormal", with(4, 5, &L::random)},
      {"random_poisson", with(4, 6, &L::random)},
      {"random_gamma", with(4, 6, &L::random)},
      {"random_triangular", with(5, 6, &L::random)},
      {"random", with(0, 3, &L::random)},
      {"uniform", with(2, 3, &L::random)},
      {"normal", with(2, 5, &L::random)},
      {"lognormal", with(2, 3, &L::random)},
      {"exprnd", with(1, 2, &L::random)},
      {"poisson", with(1, 4, &L::random)},
      {"triangular", with(3, 4, &L::random)},
      {"sum", with(1, 1, &L::aggregate)},
      {"prod", with(1, 1, &L::aggregate)},
      {"vmin", with(1, 1, &L::aggregate)},
      {"vmax", with(1, 1, &L::aggregate)},
      {"mean", with(1, 1000, &L::aggregate)},
      {"stddev", with(1, 1, &L::aggregate)},
      {"size", with(1, 1, &L::element_count)},
      {"elmcount", with(1, 1, &L::element_count)},
      {"vector_select", with(5, 5, &L::vector_select)},
      {"vector_elm_map", with(2, 2, &L::vector_elm_map)},
      {"vector_sort_order", with(2, 2, &L::vector_order)},
      {"vector_rank", with(2, 2, &L::vector_order)},
      {"rank", with(2, 3, &L::vector_order)},
      {"vector_reorder", with(2, 2, &L::vector_reorder)},
      {"invert_matrix", with(1, 2, &L::invert_matrix)},
      {"allocate_available", with(3, 3, &L::allocate_available)},
      {"allocate_by_priority", with(5, 5, &L::allocate_by_priority)},
      {"get_time_value", with(3, 3, &L::get_time_value)},
      {"find_market_price", with(4, 4, &L::find_market_price)},
  };
  return table;
}

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

// One argument: over an array (XMILE). Several: the least of them.
NodeId Lowerer::minimum(const Expression& e, const Context& context) {
  if (e.arguments.size() == 1) return aggregate(e, context);
  NodeId least = arg(e, 0, context);
  for (std::size_t i = 1; i < e.arguments.size(); ++i) least = op(Opcode::Min, least, arg(e, i, context));
  return least;
}

NodeId Lowerer::maximum(const Expression& e, const Context& context) {
  if (e.arguments.size() == 1) return aggregate(e, context);
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

// STEP(height, start): from the step on whose middle is past the start.
NodeId Lowerer::step_function(const Expression& e, const Context& context) {
  const NodeId height = arg(e, 0, context);
  const NodeId middle = op(Opcode::Add, time(), op(Opcode::Divide, step(context), graph.literal(2)));
  return op(Opcode::Select, op(Opcode::Less, arg(e, 1, context), middle), height, graph.literal(0));
}

// RAMP(slope, start[, end]).
NodeId Lowerer::ramp(const Expression& e, const Context& context) {
  const NodeId slope = arg(e, 0, context);
  const NodeId start = arg(e, 1, context);
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
  const NodeId first =
      e.arguments.size() > 1 ? arg(e, 1, context) : ref(setting(Setting::Start, context.mode));
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

}  // namespace flowyard::worker::compile
