// Functions that remember: delays, smooths and their like, as synthesized stocks, states and delay lines. The
// same place of an equation is lowered once for the start and once for the steps and must mean the same
// memory both times; CallSite sees to that.
#include <algorithm>
#include <cmath>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {
namespace {

constexpr int kMaxOrder = 1000;

}  // namespace

NodeId Lowerer::synthesized_stock(const Expression& location, const Context& context, int part, Maker initial,
                                  Maker rate) {
  const auto [entry, is_new] = synthesized_stocks_.try_emplace(key_of(location, context, part), 0);
  if (is_new) {
    const auto stock = static_cast<std::uint32_t>(stocks.size());
    entry->second = stock;
    StockItem item;
    item.name = location.name.display + " #" + std::to_string(stock);
    item.synthesized = true;
    const Context start = in_mode(context, Mode::Initial);
    const Context steps = in_mode(context, Mode::Step);
    stocks.push_back(item);
    const InstanceId begun = make(Mode::Initial, "initial value of " + location.name.display, [=, this] {
      return graph.operation(Opcode::InitialStock, initial(start), stock);
    });
    const InstanceId changed =
        make(Mode::Step, "rate of " + location.name.display, [=] { return rate(steps); });
    stocks[stock].initial = begun;
    stocks[stock].rate = changed;
  }
  if (context.mode == Mode::Initial) return ref(stocks[entry->second].initial);
  return graph.leaf(NodeKind::Stock, entry->second);
}

NodeId Lowerer::synthesized_state(const Expression& location, const Context& context, int part, Maker initial,
                                  Maker next) {
  const auto [entry, is_new] = synthesized_states_.try_emplace(key_of(location, context, part), 0);
  if (is_new) {
    entry->second = static_cast<std::uint32_t>(states.size());
    states.emplace_back();
    const Context start = in_mode(context, Mode::Initial);
    const Context steps = in_mode(context, Mode::Step);
    const InstanceId begun =
        make(Mode::Initial, "initial value of " + location.name.display, [=] { return initial(start); });
    const InstanceId after =
        make(Mode::Step, "next value of " + location.name.display, [=] { return next(steps); });
    states[entry->second] = {begun, after};
  }
  if (context.mode == Mode::Initial) return ref(states[entry->second].initial);
  return graph.leaf(NodeKind::State, entry->second);
}

// INITIAL(x): x at the start, for good.
NodeId Lowerer::initial(const Expression& e, const Context& context) {
  return at_start(e, 0, context);
}

NodeId Lowerer::at_start(const Expression& e, std::size_t index, const Context& context) {
  if (context.mode == Mode::Initial) return arg(e, index, context);
  const auto [entry, is_new] = captured_.try_emplace(key_of(e, context, static_cast<int>(index)), 0);
  if (is_new) {
    entry->second = static_cast<std::uint32_t>(captured.size());
    const Context start = in_mode(context, Mode::Initial);
    captured.push_back(make(Mode::Initial, "INITIAL", [=, this, &e] { return arg(e, index, start); }));
  }
  return graph.leaf(NodeKind::Captured, entry->second);
}

NodeId Lowerer::active_initial(const Expression& e, const Context& context) {
  return arg(e, context.mode == Mode::Initial ? 1 : 0, context);
}

// XMILE PREVIOUS(x[, initial]): x one step ago; without `initial` at first as it is.
NodeId Lowerer::previous(const Expression& e, const Context& context) {
  const std::size_t first = e.arguments.size() > 1 ? 1 : 0;
  return synthesized_state(
      e, context, 0, [this, &e, first](const Context& c) { return arg(e, first, c); },
      [this, &e](const Context& c) { return arg(e, 0, c); });
}

// SAMPLE IF TRUE(condition, x, initial): x while the condition holds, else what it was when it last did. Its
// variable may stand in the condition and in x, as what it was before (Vensim's manual of the function).
NodeId Lowerer::sample_if_true(const Expression& e, const Context& context) {
  const auto now = [this, &e](const Context& c, NodeId kept) {
    Context inner = c;
    inner.held = kept;
    const NodeId condition = arg(e, 0, inner);
    // Like a level it is what it was at the step's start throughout the step.
    return graph.operation(Opcode::Select, condition, arg(e, 1, inner), kept, c.mode == Mode::Step);
  };
  const NodeId kept = synthesized_state(
      e, context, 0, [this, &e](const Context& c) { return arg(e, 2, c); },
      [=, this, &e](const Context& c) { return now(c, sample_state(e, c)); });
  return context.mode == Mode::Initial ? kept : now(context, kept);
}

NodeId Lowerer::sample_state(const Expression& e, const Context& context) {
  return graph.leaf(NodeKind::State, synthesized_states_.at(key_of(e, context, 0)));
}

NodeId Lowerer::integral(const Expression& e, const Context& context) {
  return synthesized_stock(
      e, context, 0, [this, &e](const Context& c) { return arg(e, 1, c); },
      [this, &e](const Context& c) { return arg(e, 0, c); });
}

// SINTEG(rate, initial, least, most, unit, special, within): the integral, held between least and most at
// every moment; :NA: for a bound that there is not. Where the two frozen values stand is the start of a step.
NodeId Lowerer::bounded_integral(const Expression& e, const Context& context) {
  for (std::size_t rounding = 4; rounding < 7; ++rounding)
    if (!is_not_available(arg(e, rounding, context)))
      return wrong(
          "SINTEG with a unit or a special value is not supported: the manual does not say what becomes of "
          "changes that are smaller",
          e.arguments[rounding].location);
  const NodeId free = integral(e, context);
  if (context.mode == Mode::Initial) return within_bounds(e, context, free);
  const auto bounded_now = [this, &e](const Context& c) {
    const NodeId gained = op(Opcode::Subtract, integral(e, c), bounded_state(e, c, 1));
    return within_bounds(e, c, op(Opcode::Add, bounded_state(e, c, 2), gained));
  };
  const auto frozen = [this](NodeId value) {
    return graph.operation(Opcode::Add, value, graph.literal(0), 0, true);
  };
  const NodeId since = op(Opcode::Subtract, free, frozen(free));
  return within_bounds(e, context, op(Opcode::Add, frozen(bounded_now(context)), since));
}

// One step ago: the integral without bounds (1) and with them (2).
NodeId Lowerer::bounded_state(const Expression& e, const Context& context, int part) {
  return synthesized_state(
      e, context, part,
      [this, &e, part](const Context& c) {
        return part == 1 ? integral(e, c) : within_bounds(e, c, integral(e, c));
      },
      [this, &e, part](const Context& c) { return part == 1 ? integral(e, c) : bounded_integral(e, c); });
}

NodeId Lowerer::within_bounds(const Expression& e, const Context& context, NodeId value) {
  const NodeId least = arg(e, 2, context);
  const NodeId most = arg(e, 3, context);
  if (!is_not_available(most)) value = op(Opcode::Min, value, most);
  return is_not_available(least) ? value : op(Opcode::Max, value, least);
}

bool Lowerer::is_not_available(NodeId node) const {
  return graph.is_literal(node) && std::isnan(graph.literal_value(node));
}

// SMOOTH, SMOOTHI, SMOOTH3, SMOOTH3I, SMTH1, SMTH3 (x, time[, initial]); SMOOTH N(x, time, initial, n),
// SMTHN(x, time, n[, initial]): n first-order smooths in a row, each of time / n.
NodeId Lowerer::smooth(const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  std::size_t initial_at = 2;
  int order = key.find('3') == std::string::npos ? 1 : 3;
  if (key == "smooth_n" || key == "smthn") {
    const std::size_t order_at = key == "smooth_n" ? 3 : 2;
    initial_at = key == "smooth_n" ? 2 : 3;
    order = order_of(e, order_at, context);
  }
  const std::size_t start = initial_at < e.arguments.size() ? initial_at : 0;
  const auto first = [this, &e, start](const Context& c) { return arg(e, start, c); };
  return smooth_stage(e, context, order, order, first);
}

NodeId Lowerer::smooth_stage(const Expression& e, const Context& context, int stage, int order,
                             const Maker& initial) {
  return synthesized_stock(e, context, stage, initial, [=, this, &e](const Context& c) {
    const NodeId own = graph.leaf(NodeKind::Stock, synthesized_stocks_.at(key_of(e, c, stage)));
    const NodeId input = stage == 1 ? arg(e, 0, c) : smooth_stage(e, c, stage - 1, order, initial);
    const NodeId part = op(Opcode::Divide, arg(e, 1, c), graph.literal(order));
    return op(Opcode::Divide, op(Opcode::Subtract, input, own), part);
  });
}

int Lowerer::order_of(const Expression& e, std::size_t at, const Context& context) {
  const double order =
      constant_value(e.arguments[at], context, "it is the order of a delay and so shapes the model");
  if (order >= 1 && order <= kMaxOrder) return static_cast<int>(order);
  wrong("the order of a delay must be from 1 to 1000", e.location);
  return 1;
}

// DELAY1, DELAY1I, DELAY3, DELAY3I (x, time[, initial]): material in n stocks, each drained in time / n as
// that is just now.
NodeId Lowerer::delay(const Expression& e, const Context& context) {
  const int order = e.name.key.find('3') == std::string::npos ? 1 : 3;
  return delay_outflow(e, context, {order, order, e.arguments.size() > 2 ? std::size_t{2} : 0, false});
}

// DELAY N(x, time, initial, n): as above, but a new delay time reaches each stock one step after the one
// before. XMILE DELAYN(x, time, n[, initial]): as DELAY3 with n stocks.
NodeId Lowerer::delay_n(const Expression& e, const Context& context) {
  const bool vensim = e.name.key == "delay_n";
  int order = order_of(e, vensim ? 3 : 2, context);
  if (vensim) order = order_within_steps(e, order, context);
  const std::size_t initial_at = vensim ? 2 : (e.arguments.size() > 3 ? 3 : 0);
  return delay_outflow(e, context, {order, order, initial_at, vensim});
}

// Vensim has no stage shorter than a time step: it takes fewer stages instead.
int Lowerer::order_within_steps(const Expression& e, int order, const Context& context) {
  const Context start = in_mode(context, Mode::Initial);
  const auto both = [&](const std::string& because) {
    const auto time = known_value(lower(e.arguments[1], start), because, 0);
    const auto dt = known_value(step(start), because, 0);
    return time && dt && *dt > 0 ? *time / *dt : static_cast<double>(order);
  };
  if (both("") >= order) return order;
  const double steps = both("it makes a delay shorter than its order allows and so shapes the model");
  return steps > 1 ? static_cast<int>(steps) : 1;
}

// The time that the material spends in one stage.
NodeId Lowerer::delay_stage_time(const Expression& e, const Context& context, const DelayStage& stage) {
  NodeId whole = arg(e, 1, context);
  const bool changes = !graph.is_literal(whole) && graph.at(whole).kind != NodeKind::Parameter;
  if (stage.with_history && stage.number > 1 && changes)
    whole = time_some_steps_ago(e, context, stage.number - 1);
  return op(Opcode::Divide, whole, graph.literal(stage.order));
}

NodeId Lowerer::time_some_steps_ago(const Expression& e, const Context& context, int steps) {
  return synthesized_state(
      e, context, steps, [this, &e](const Context& c) { return arg(e, 1, c); },
      [this, &e, steps](const Context& c) {
        return steps == 1 ? arg(e, 1, c) : time_some_steps_ago(e, c, steps - 1);
      });
}

NodeId Lowerer::delay_outflow(const Expression& e, const Context& context, const DelayStage& stage) {
  const NodeId stock = synthesized_stock(
      e, context, stage.number,
      [=, this, &e](const Context& c) {
        return op(Opcode::Multiply, arg(e, stage.initial_at, c), delay_stage_time(e, c, stage));
      },
      [=, this, &e](const Context& c) {
        const NodeId own = graph.leaf(NodeKind::Stock, synthesized_stocks_.at(key_of(e, c, stage.number)));
        DelayStage before = stage;
        --before.number;
        const NodeId in = stage.number == 1 ? arg(e, 0, c) : delay_outflow(e, c, before);
        return op(Opcode::Subtract, in, op(Opcode::Divide, own, delay_stage_time(e, c, stage)));
      });
  return op(Opcode::Divide, stock, delay_stage_time(e, context, stage));
}

// The smooth of x that TREND and FORECAST compare it with: x / (1 + initial trend * time) at the start.
NodeId Lowerer::average_of(const Expression& e, const Context& context, std::size_t initial_at) {
  return synthesized_stock(
      e, context, 0,
      [this, &e, initial_at](const Context& c) {
        const NodeId growth = op(Opcode::Multiply, arg_or(e, initial_at, 0, c), arg(e, 1, c));
        return op(Opcode::Divide, arg(e, 0, c), op(Opcode::Add, graph.literal(1), growth));
      },
      [this, &e](const Context& c) {
        const NodeId own = graph.leaf(NodeKind::Stock, synthesized_stocks_.at(key_of(e, c, 0)));
        return op(Opcode::Divide, op(Opcode::Subtract, arg(e, 0, c), own), arg(e, 1, c));
      });
}

// TREND(x, time, initial): the growth rate of x against its own smooth, whose size is taken (Vensim).
NodeId Lowerer::trend(const Expression& e, const Context& context) {
  const NodeId average = average_of(e, context, 2);
  const NodeId difference = op(Opcode::Subtract, arg(e, 0, context), average);
  const NodeId scale = op(Opcode::Multiply, op(Opcode::Abs, average), arg(e, 1, context));
  return op(Opcode::Xidz, difference, scale, graph.literal(0));
}

// FORECAST(x, time, horizon[, initial trend]): x carried on along its trend.
NodeId Lowerer::forecast(const Expression& e, const Context& context) {
  const NodeId average = average_of(e, context, 3);
  const NodeId x = arg(e, 0, context);
  const NodeId scale = op(Opcode::Multiply, average, arg(e, 1, context));
  const NodeId slope = op(Opcode::Xidz, op(Opcode::Subtract, x, average), scale, graph.literal(0));
  const NodeId growth = op(Opcode::Add, graph.literal(1), op(Opcode::Multiply, slope, arg(e, 2, context)));
  return op(Opcode::Multiply, x, growth);
}

// NPV(stream, discount rate, initial, factor): (initial + discounted sum so far with this step) * factor.
// NPVE: the same with each step valued at its end.
NodeId Lowerer::npv(const Expression& e, const Context& context) {
  const NodeId factor = synthesized_stock(
      e, context, 0,
      [this, &e](const Context& c) {
        if (e.name.key == "npv") return graph.literal(1);
        const NodeId growth = op(Opcode::Multiply, arg(e, 1, c), step(c));
        return op(Opcode::Divide, graph.literal(1), op(Opcode::Add, graph.literal(1), growth));
      },
      [this, &e](const Context& c) {
        const NodeId own = graph.leaf(NodeKind::Stock, synthesized_stocks_.at(key_of(e, c, 0)));
        const NodeId rate = arg(e, 1, c);
        const NodeId growth = op(Opcode::Add, graph.literal(1), op(Opcode::Multiply, rate, step(c)));
        return op(Opcode::Divide, op(Opcode::Multiply, op(Opcode::Negate, own), rate), growth);
      });
  const NodeId sum = synthesized_stock(
      e, context, 1, [this, &e](const Context& c) { return arg(e, 2, c); },
      [this, &e](const Context& c) {
        const NodeId discount = graph.leaf(NodeKind::Stock, synthesized_stocks_.at(key_of(e, c, 0)));
        return op(Opcode::Multiply, arg(e, 0, c), discount);
      });
  const NodeId now = op(Opcode::Multiply, op(Opcode::Multiply, arg(e, 0, context), step(context)), factor);
  return op(Opcode::Multiply, op(Opcode::Add, sum, now), arg(e, 3, context));
}

}  // namespace flowyard::controller::compiler
