// Functions that remember: delays, smooths and their like, as synthesized stocks, states and delay lines. The
// same place of an equation is lowered once for the start and once for the steps and must mean the same
// memory both times; CallSite sees to that.
#include <algorithm>
#include <cmath>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr int kMaxOrder = 1000;

NodeId bounded_state(LowerContext& lowering, const Expression& e, const Context& context, int part);
NodeId within_bounds(LowerContext& lowering, const Expression& e, const Context& context, NodeId value);
bool is_not_available(LowerContext& lowering, NodeId node);
NodeId smooth_stage(LowerContext& lowering, const Expression& e, const Context& context, int stage, int order,
                    const Maker& initial);
int order_within_steps(LowerContext& lowering, const Expression& e, int order, const Context& context);

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

// SMOOTH, SMOOTHI, SMOOTH3, SMOOTH3I, SMTH1, SMTH3 (x, time[, initial]); SMOOTH N(x, time, initial, n),
// SMTHN(x, time, n[, initial]): n first-order smooths in a row, each of time / n.
NodeId smooth(LowerContext& lowering, const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  std::size_t initial_at = 2;
  int order = key.find('3') == std::string::npos ? 1 : 3;
  if (key == "smooth_n" || key == "smthn") {
    const std::size_t order_at = key == "smooth_n" ? 3 : 2;
    initial_at = key == "smooth_n" ? 2 : 3;
    order = order_of(lowering, e, order_at, context);
  }
  const std::size_t start = initial_at < e.arguments.size() ? initial_at : 0;
  const auto first = [&lowering, &e, start](const Context& c) { return lowering.arg(e, start, c); };
  return smooth_stage(lowering, e, context, order, order, first);
}

NodeId smooth_stage(LowerContext& lowering, const Expression& e, const Context& context, int stage, int order,
                    const Maker& initial) {
  return lowering.synthesized_stock(e, context, stage, initial, [=, &lowering, &e](const Context& c) {
    const NodeId own =
        lowering.graph.leaf(NodeKind::Stock, lowering.memory.stocks.at(lowering.key_of(e, c, stage)));
    const NodeId input =
        stage == 1 ? lowering.arg(e, 0, c) : smooth_stage(lowering, e, c, stage - 1, order, initial);
    const NodeId part = lowering.op(Opcode::Divide, lowering.arg(e, 1, c), lowering.graph.literal(order));
    return lowering.op(Opcode::Divide, lowering.op(Opcode::Subtract, input, own), part);
  });
}

// DELAY1, DELAY1I, DELAY3, DELAY3I (x, time[, initial]): material in n stocks, each drained in time / n as
// that is just now.
NodeId delay(LowerContext& lowering, const Expression& e, const Context& context) {
  const int order = e.name.key.find('3') == std::string::npos ? 1 : 3;
  return delay_outflow(lowering, e, context,
                       {order, order, e.arguments.size() > 2 ? std::size_t{2} : 0, false});
}

// DELAY N(x, time, initial, n): as above, but a new delay time reaches each stock one step after the one
// before. XMILE DELAYN(x, time, n[, initial]): as DELAY3 with n stocks.
NodeId delay_n(LowerContext& lowering, const Expression& e, const Context& context) {
  const bool vensim = e.name.key == "delay_n";
  int order = order_of(lowering, e, vensim ? 3 : 2, context);
  if (vensim) order = order_within_steps(lowering, e, order, context);
  const std::size_t initial_at = vensim ? 2 : (e.arguments.size() > 3 ? 3 : 0);
  return delay_outflow(lowering, e, context, {order, order, initial_at, vensim});
}

// Vensim has no stage shorter than a time step: it takes fewer stages instead.
int order_within_steps(LowerContext& lowering, const Expression& e, int order, const Context& context) {
  const Context start = lowering.in_mode(context, Mode::Initial);
  const auto both = [&](const std::string& because) {
    const auto time = lowering.known_value(lowering.lower(e.arguments[1], start), because, 0);
    const auto dt = lowering.known_value(lowering.step(start), because, 0);
    return time && dt && *dt > 0 ? *time / *dt : static_cast<double>(order);
  };
  if (both("") >= order) return order;
  const double steps = both("it makes a delay shorter than its order allows and so shapes the model");
  return steps > 1 ? static_cast<int>(steps) : 1;
}

NodeId time_some_steps_ago(LowerContext& lowering, const Expression& e, const Context& context, int steps) {
  return lowering.synthesized_state(
      e, context, steps, [&lowering, &e](const Context& c) { return lowering.arg(e, 1, c); },
      [&lowering, &e, steps](const Context& c) {
        return steps == 1 ? lowering.arg(e, 1, c) : time_some_steps_ago(lowering, e, c, steps - 1);
      });
}

// The smooth of x that TREND and FORECAST compare it with: x / (1 + initial trend * time) at the start.
NodeId average_of(LowerContext& lowering, const Expression& e, const Context& context,
                  std::size_t initial_at) {
  return lowering.synthesized_stock(
      e, context, 0,
      [&lowering, &e, initial_at](const Context& c) {
        const NodeId growth =
            lowering.op(Opcode::Multiply, lowering.arg_or(e, initial_at, 0, c), lowering.arg(e, 1, c));
        return lowering.op(Opcode::Divide, lowering.arg(e, 0, c),
                           lowering.op(Opcode::Add, lowering.graph.literal(1), growth));
      },
      [&lowering, &e](const Context& c) {
        const NodeId own =
            lowering.graph.leaf(NodeKind::Stock, lowering.memory.stocks.at(lowering.key_of(e, c, 0)));
        return lowering.op(Opcode::Divide, lowering.op(Opcode::Subtract, lowering.arg(e, 0, c), own),
                           lowering.arg(e, 1, c));
      });
}

// TREND(x, time, initial): the growth rate of x against its own smooth, whose size is taken (Vensim).
NodeId trend(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId average = average_of(lowering, e, context, 2);
  const NodeId difference = lowering.op(Opcode::Subtract, lowering.arg(e, 0, context), average);
  const NodeId scale =
      lowering.op(Opcode::Multiply, lowering.op(Opcode::Abs, average), lowering.arg(e, 1, context));
  return lowering.op(Opcode::Xidz, difference, scale, lowering.graph.literal(0));
}

// FORECAST(x, time, horizon[, initial trend]): x carried on along its trend.
NodeId forecast(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId average = average_of(lowering, e, context, 3);
  const NodeId x = lowering.arg(e, 0, context);
  const NodeId scale = lowering.op(Opcode::Multiply, average, lowering.arg(e, 1, context));
  const NodeId slope =
      lowering.op(Opcode::Xidz, lowering.op(Opcode::Subtract, x, average), scale, lowering.graph.literal(0));
  const NodeId growth = lowering.op(Opcode::Add, lowering.graph.literal(1),
                                    lowering.op(Opcode::Multiply, slope, lowering.arg(e, 2, context)));
  return lowering.op(Opcode::Multiply, x, growth);
}

// NPV(stream, discount rate, initial, factor): (initial + discounted sum so far with this step) * factor.
// NPVE: the same with each step valued at its end.
NodeId npv(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId factor = lowering.synthesized_stock(
      e, context, 0,
      [&lowering, &e](const Context& c) {
        if (e.name.key == "npv") return lowering.graph.literal(1);
        const NodeId growth = lowering.op(Opcode::Multiply, lowering.arg(e, 1, c), lowering.step(c));
        return lowering.op(Opcode::Divide, lowering.graph.literal(1),
                           lowering.op(Opcode::Add, lowering.graph.literal(1), growth));
      },
      [&lowering, &e](const Context& c) {
        const NodeId own =
            lowering.graph.leaf(NodeKind::Stock, lowering.memory.stocks.at(lowering.key_of(e, c, 0)));
        const NodeId rate = lowering.arg(e, 1, c);
        const NodeId growth = lowering.op(Opcode::Add, lowering.graph.literal(1),
                                          lowering.op(Opcode::Multiply, rate, lowering.step(c)));
        return lowering.op(Opcode::Divide,
                           lowering.op(Opcode::Multiply, lowering.op(Opcode::Negate, own), rate), growth);
      });
  const NodeId sum = lowering.synthesized_stock(
      e, context, 1, [&lowering, &e](const Context& c) { return lowering.arg(e, 2, c); },
      [&lowering, &e](const Context& c) {
        const NodeId discount =
            lowering.graph.leaf(NodeKind::Stock, lowering.memory.stocks.at(lowering.key_of(e, c, 0)));
        return lowering.op(Opcode::Multiply, lowering.arg(e, 0, c), discount);
      });
  const NodeId now =
      lowering.op(Opcode::Multiply,
                  lowering.op(Opcode::Multiply, lowering.arg(e, 0, context), lowering.step(context)), factor);
  return lowering.op(Opcode::Multiply, lowering.op(Opcode::Add, sum, now), lowering.arg(e, 3, context));
}

}  // namespace

// INITIAL(x): x at the start, for good.
NodeId initial(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.at_start(e, 0, context);
}

int order_of(LowerContext& lowering, const Expression& e, std::size_t at, const Context& context) {
  const double order =
      lowering.constant_value(e.arguments[at], context, "it is the order of a delay and so shapes the model");
  if (order >= 1 && order <= kMaxOrder) return static_cast<int>(order);
  lowering.wrong("the order of a delay must be from 1 to 1000", e.location);
  return 1;
}

// The time that the material spends in one stage.
NodeId delay_stage_time(LowerContext& lowering, const Expression& e, const Context& context,
                        const DelayStage& stage) {
  NodeId whole = lowering.arg(e, 1, context);
  const bool changes =
      !lowering.graph.is_literal(whole) && lowering.graph.at(whole).kind != NodeKind::Parameter;
  if (stage.with_history && stage.number > 1 && changes)
    whole = time_some_steps_ago(lowering, e, context, stage.number - 1);
  return lowering.op(Opcode::Divide, whole, lowering.graph.literal(stage.order));
}

NodeId delay_outflow(LowerContext& lowering, const Expression& e, const Context& context,
                     const DelayStage& stage) {
  const NodeId stock = lowering.synthesized_stock(
      e, context, stage.number,
      [=, &lowering, &e](const Context& c) {
        return lowering.op(Opcode::Multiply, lowering.arg(e, stage.initial_at, c),
                           delay_stage_time(lowering, e, c, stage));
      },
      [=, &lowering, &e](const Context& c) {
        const NodeId own = lowering.graph.leaf(
            NodeKind::Stock, lowering.memory.stocks.at(lowering.key_of(e, c, stage.number)));
        DelayStage before = stage;
        --before.number;
        const NodeId in = stage.number == 1 ? lowering.arg(e, 0, c) : delay_outflow(lowering, e, c, before);
        return lowering.op(Opcode::Subtract, in,
                           lowering.op(Opcode::Divide, own, delay_stage_time(lowering, e, c, stage)));
      });
  return lowering.op(Opcode::Divide, stock, delay_stage_time(lowering, e, context, stage));
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
      {.name = "smooth",
       .least = 2,
       .most = 3,
       .in_vensim = 2,
       .lower = smooth,
       .units = model::UnitRule{"xt", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its smoothing time"}},
       .docs = {{Section::Delays,
                 "`SMOOTH(x, t [, start])`, `SMOOTHI(x, t, start)`, `SMTH1(x, t [, start])` | first-order "
                 "exponential smooth | V, X [3.5.3]"}}},
      {.name = "smoothi",
       .least = 3,
       .most = 3,
       .lower = smooth,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its smoothing time"}}},
      {.name = "smooth3",
       .least = 2,
       .most = 3,
       .in_vensim = 2,
       .lower = smooth,
       .units = model::UnitRule{"xt", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its smoothing time"}},
       .docs = {{Section::Delays,
                 "`SMOOTH3(x, t [, start])`, `SMOOTH3I(x, t, start)`, `SMTH3(x, t [, start])` | third order "
                 "| V, X"}}},
      {.name = "smooth3i",
       .least = 3,
       .most = 3,
       .lower = smooth,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its smoothing time"}}},
      {.name = "smooth_n",
       .least = 4,
       .most = 4,
       .lower = smooth,
       .units = model::UnitRule{"xtx1", 'x'},
       .docs = {{Section::Delays,
                 "`SMOOTH N(x, t, start, n)`, `SMTHN(x, t, n [, start])` | order n, a number that is known "
                 "before running | V, X"}}},
      {.name = "smth1",
       .least = 2,
       .most = 3,
       .lower = smooth,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its smoothing time"}}},
      {.name = "smth3",
       .least = 2,
       .most = 3,
       .lower = smooth,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its smoothing time"}}},
      {.name = "smthn", .least = 3, .most = 4, .lower = smooth, .units = model::UnitRule{"xt1x", 'x'}},
      {.name = "delay1",
       .least = 2,
       .most = 3,
       .in_vensim = 2,
       .lower = delay,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its delay time"}},
       .docs = {{Section::Delays,
                 "`DELAY1(x, t [, start])`, `DELAY1I(x, t, start)` | material delay, one stock | V, X"}}},
      {.name = "delay1i",
       .least = 3,
       .most = 3,
       .lower = delay,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its delay time"}}},
      {.name = "delay3",
       .least = 2,
       .most = 3,
       .in_vensim = 2,
       .lower = delay,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its delay time"}},
       .docs = {{Section::Delays,
                 "`DELAY3(x, t [, start])`, `DELAY3I(x, t, start)` | material delay, three stocks | V, X"}}},
      {.name = "delay3i",
       .least = 3,
       .most = 3,
       .lower = delay,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its delay time"}}},
      {.name = "delay_n",
       .least = 4,
       .most = 4,
       .lower = delay_n,
       .units = model::UnitRule{"xtx1", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its delay time"}},
       .docs = {{Section::Delays,
                 "`DELAY N(x, t, start, n)`, `DELAYN(x, t, n [, start])` | order n; a new delay time reaches "
                 "each of Vensim's stages one step after the one before, and there are fewer stages where "
                 "one would be shorter than a step | V, T, X"}}},
      {.name = "delayn",
       .least = 3,
       .most = 4,
       .lower = delay_n,
       .units = model::UnitRule{"xt1x", 'x'},
       .lint = {{1, ArgumentRule::AboveZero, "its delay time"}}},
      {.name = "trend",
       .least = 2,
       .most = 3,
       .in_vensim = 3,
       .lower = trend,
       .units = model::UnitRule{"xt?", 'r'},
       .lint = {{1, ArgumentRule::AboveZero, "its time"}},
       .docs = {{Section::Delays, "`TREND(x, t [, start])` | growth of x against its smooth | V, X"}}},
      {.name = "forecast",
       .least = 3,
       .most = 4,
       .lower = forecast,
       .units = model::UnitRule{"xtt?", 'x'},
       .docs = {{Section::Delays,
                 "`FORECAST(x, t, horizon [, start])`, `FORCST(x, t, horizon [, start])` | x carried on "
                 "along its trend | V, X"}}},
      {.name = "forcst", .least = 3, .most = 4, .lower = forecast, .units = model::UnitRule{"xtt?", 'x'}},
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
      {.name = "npv",
       .least = 4,
       .most = 4,
       .lower = npv,
       .docs = {{Section::Delays,
                 "`NPV(stream, rate, start, factor)` | net present value so far, this step with it | V; PySD "
                 "has none"}}},
      {.name = "npve",
       .least = 4,
       .most = 4,
       .lower = npv,
       .docs = {{Section::Delays,
                 "`NPVE(stream, rate, start, factor)` | the same, each step valued at its end | V"}}},
  };
}

}  // namespace flowyard::controller::compiler
