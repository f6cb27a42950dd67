// Delays, smooths and trends, as synthesized stocks, states and delay lines.
#include <algorithm>
#include <cmath>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr int kMaxOrder = 1000;

NodeId smooth_stage(LowerContext& lowering, const Expression& e, const Context& context, int stage, int order,
                    const Maker& initial);
int order_within_steps(LowerContext& lowering, const Expression& e, int order, const Context& context);
NodeId delay_n_output(LowerContext& lowering, const Expression& e, const Context& context,
                      const DelayStage& last);

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

// DELAY N(x, time, initial, n): as above, but a new delay time reaches each stock's drain one step after the
// one before, and what comes out is the last stock's content by the delay time of the step before: while that
// changes, it is not what drains. XMILE DELAYN(x, time, n[, initial]): as DELAY3 with n stocks.
NodeId delay_n(LowerContext& lowering, const Expression& e, const Context& context) {
  const bool vensim = e.name.key == "delay_n";
  int order = order_of(lowering, e, vensim ? 3 : 2, context);
  if (vensim) order = order_within_steps(lowering, e, order, context);
  const std::size_t initial_at = vensim ? 2 : (e.arguments.size() > 3 ? 3 : 0);
  const DelayStage last{order, order, initial_at, vensim};
  return vensim ? delay_n_output(lowering, e, context, last) : delay_outflow(lowering, e, context, last);
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

int order_of(LowerContext& lowering, const Expression& e, std::size_t at, const Context& context) {
  const double order =
      lowering.constant_value(e.arguments[at], context, "it is the order of a delay and so shapes the model");
  if (order >= 1 && order <= kMaxOrder) return static_cast<int>(order);
  lowering.wrong(DiagnosticCode::WrongValue, "the order of a delay must be from 1 to 1000", e.location);
  return 1;
}

namespace {

// What is in a stage.
NodeId delay_content(LowerContext& lowering, const Expression& e, const Context& context,
                     const DelayStage& stage) {
  return lowering.synthesized_stock(
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
}

// The delay time of so many steps before.
NodeId delay_time_before(LowerContext& lowering, const Expression& e, const Context& context, int steps) {
  const NodeId now = lowering.arg(e, 1, context);
  const bool changes = !lowering.graph.is_literal(now) && lowering.graph.at(now).kind != NodeKind::Parameter;
  return changes && steps > 0 ? time_some_steps_ago(lowering, e, context, steps) : now;
}

NodeId delay_n_output(LowerContext& lowering, const Expression& e, const Context& context,
                      const DelayStage& last) {
  const NodeId time = lowering.op(Opcode::Divide, delay_time_before(lowering, e, context, 1),
                                  lowering.graph.literal(last.order));
  return lowering.op(Opcode::Divide, delay_content(lowering, e, context, last), time);
}

}  // namespace

// The time that the material spends in one stage.
NodeId delay_stage_time(LowerContext& lowering, const Expression& e, const Context& context,
                        const DelayStage& stage) {
  return lowering.op(Opcode::Divide,
                     delay_time_before(lowering, e, context, stage.with_history ? stage.number - 1 : 0),
                     lowering.graph.literal(stage.order));
}

NodeId delay_outflow(LowerContext& lowering, const Expression& e, const Context& context,
                     const DelayStage& stage) {
  return lowering.op(Opcode::Divide, delay_content(lowering, e, context, stage),
                     delay_stage_time(lowering, e, context, stage));
}

Builtins delays_builtins() {
  return {
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
                 "each of Vensim's stages one step after the one before, what comes out is by the delay time "
                 "of the step before, and there are fewer stages where one would be shorter than a step | V, "
                 "P, T, X"}}},
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
