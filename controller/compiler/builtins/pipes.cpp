// Pipelines: fixed delays, delays whose length may change, depreciation, and cohorts that move on.
#include <algorithm>
#include <cmath>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

NodeId Lowerer::synthesized_line(const Expression& location, const Context& context, int part,
                                 const SynthesizedLine& line) {
  const auto [entry, is_new] = delay_lines_.try_emplace(key_of(location, context, part), 0);
  if (is_new) {
    entry->second = static_cast<std::uint32_t>(delays.size());
    const Context start = in_mode(context, Mode::Initial);
    const Context steps = in_mode(context, Mode::Step);
    delays.emplace_back();
    const std::string of = " of " + location.name.display;
    const InstanceId begun = make(Mode::Initial, "initial value" + of, [=] { return line.initial(start); });
    const InstanceId input = make(Mode::Step, "input" + of, [=] { return line.input(steps); });
    const InstanceId length = make(Mode::Initial, "length" + of, [=] { return line.length(start); });
    delays[entry->second] = {begun, input, length};
  }
  if (context.mode == Mode::Initial) return ref(delays[entry->second].initial);
  return graph.leaf(NodeKind::Delay, entry->second);
}

NodeId Lowerer::delay_line(const Expression& e, const Context& context, std::size_t initial_at) {
  const auto argument = [this, &e](std::size_t index) {
    return [this, &e, index](const Context& c) { return arg(e, index, c); };
  };
  return synthesized_line(e, context, 0, {argument(initial_at), argument(0), argument(1)});
}

// DELAY FIXED(x, time, initial).
NodeId Lowerer::delay_fixed(const Expression& e, const Context& context) {
  return delay_line(e, context, 2);
}

// XMILE DELAY(x, time[, initial]): x that long ago, without spreading; at first x as it was at the start.
NodeId Lowerer::xmile_delay(const Expression& e, const Context& context) {
  return delay_line(e, context, e.arguments.size() > 2 ? 2 : 0);
}

// DELAY MATERIAL(x, time, initial, missing): as DELAY FIXED with a time that may change; what arrives
// together adds up, and where nothing arrives the value is `missing`. DELAY INFORMATION(x, time, initial):
// what would arrive after something newer is dropped, and the last value holds.
NodeId Lowerer::delay_material(const Expression& e, const Context& context) {
  const NodeId node = delay_line(e, context, 2);
  DelayItem& item = delays[delay_lines_.at(key_of(e, context, 0))];
  if (item.kind != engine::DelayKind::Fixed) return node;
  const bool material = e.name.key == "delay_material";
  item.kind = material ? engine::DelayKind::Material : engine::DelayKind::Information;
  const Context steps = in_mode(context, Mode::Step);
  const InstanceId length =
      make(Mode::Step, "length of " + e.name.display, [=, this, &e] { return arg(e, 1, steps); });
  const InstanceId otherwise = make(Mode::Step, "missing value of " + e.name.display,
                                    [=, this, &e] { return material ? arg(e, 3, steps) : graph.literal(0); });
  item.length_now = length;
  item.otherwise = otherwise;
  return node;
}

// DELAYP(x, time : pipeline): DELAY3; the pipeline, a variable that the call defines, is what is under way.
NodeId Lowerer::delay_with_pipeline(const Expression& e, const Context& context) {
  constexpr int kOrder = 3;
  const NodeId out = delay_outflow(e, context, {kOrder, kOrder, 0, false});
  if (e.text.empty()) return out;
  NodeId sum = graph.literal(0);
  for (int stage = kOrder; stage >= 1; --stage) {
    const DelayStage at{stage, kOrder, 0, false};
    sum = op(Opcode::Add, sum,
             op(Opcode::Multiply, delay_outflow(e, context, at), delay_stage_time(e, context, at)));
  }
  return sum;
}

// DEPRECIATE STRAIGHTLINE(stream, time, fiscal period, initial): each of the time / period periods, the
// current one by the stream as it is now, gives back an equal part of what was paid in it; before the start
// the stream was `initial`.
NodeId Lowerer::depreciate_straightline(const Expression& e, const Context& context) {
  const std::string because = "it is how long a depreciation takes and so shapes the model";
  const double time = constant_value(e.arguments[1], context, because);
  const double period = constant_value(e.arguments[2], context, because);
  const double count = std::round(time / period);
  if (!(count >= 1 && count <= 10'000))
    return wrong("the depreciation time must be 1 to 10,000 fiscal periods", e.location);
  NodeId sum = arg(e, 0, context);
  for (int back = 1; back < static_cast<int>(count); ++back)
    sum = op(Opcode::Add, sum, depreciated_period(e, context, back));
  return op(Opcode::Divide, sum, graph.literal(count));
}

// The mean of the stream in the period that many before the current one; part 0 is what the current one has
// so far, times its length.
NodeId Lowerer::depreciated_period(const Expression& e, const Context& context, int back) {
  const auto turns = [this, &e](const Context& c) {
    const NodeId start = ref(setting(Setting::Start, c.mode));
    const auto number = [&](NodeId at) {
      const NodeId since = op(Opcode::Subtract, at, start);
      return op(Opcode::Floor, op(Opcode::Add, op(Opcode::Divide, since, arg(e, 2, c)), graph.literal(1e-6)));
    };
    return op(Opcode::Less, number(time()), number(op(Opcode::Add, time(), step(c))));
  };
  const auto so_far = [this, &e, turns](const Context& c) {
    return synthesized_state(
        e, c, 0, [this](const Context&) { return graph.literal(0); },
        [this, &e, turns](const Context& s) {
          const NodeId own = graph.leaf(NodeKind::State, synthesized_states_.at(key_of(e, s, 0)));
          const NodeId more = op(Opcode::Add, own, op(Opcode::Multiply, arg(e, 0, s), step(s)));
          return op(Opcode::Select, turns(s), graph.literal(0), more);
        });
  };
  return synthesized_state(
      e, context, back, [this, &e](const Context& c) { return arg(e, 3, c); },
      [this, &e, back, turns, so_far](const Context& c) {
        const NodeId own = graph.leaf(NodeKind::State, synthesized_states_.at(key_of(e, c, back)));
        NodeId before = 0;
        if (back > 1) {
          before = depreciated_period(e, c, back - 1);
        } else {
          const NodeId paid = op(Opcode::Add, so_far(c), op(Opcode::Multiply, arg(e, 0, c), step(c)));
          before = op(Opcode::Divide, paid, arg(e, 2, c));
        }
        return op(Opcode::Select, turns(c), before, own);
      });
}

// SHIFT IF TRUE(stock[first], condition, size, accumulate, new): while the condition holds, the stock's
// elements move on by one each step; the value is what leaves the last.
NodeId Lowerer::shift_if_true(const Expression& e, const Context& context) {
  const Expression& var = e.arguments[0];
  const auto symbol = symbol_in(context.scope, var.name.key);
  if (var.kind != Expression::Kind::Reference || !symbol)
    return wrong("a stock is expected here", var.location);
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  const auto indices = indices_of(var, s, context);
  if (!indices) return graph.literal(0);
  std::vector<ElementId> elements;
  for (const Index& index : *indices)
    if (index.element) elements.push_back(*index.element);
  const auto first = scopes_[context.scope].symbols->flat_of(s, elements);
  if (s.variable->kind != model::VariableKind::Stock || s.axes.empty() || !first)
    return wrong("SHIFT IF TRUE needs an array of stocks, with the element to begin at", var.location);
  const std::size_t length = dimensions_.range(s.axes.back()).elements.size();
  const double size = constant_value(e.arguments[2], context, "it is how many stocks are shifted");
  const std::size_t room = length - *first % length;
  const std::size_t count = size > 1 ? static_cast<std::size_t>(std::min(size, 1e6)) : 1;
  if (count > room)
    return wrong("SHIFT IF TRUE would shift " + std::to_string(count) + " elements, but from there on '" +
                     var.name.display + "' has " + std::to_string(room),
                 e.location);
  const Context steps = in_mode(context, Mode::Step);
  const auto stock = scopes_[context.scope].first_stock.at(*symbol) + static_cast<std::uint32_t>(*first);
  const auto [entry, is_new] = shifts_.try_emplace(key_of(e, context, 0), 0);
  if (is_new) {
    const auto need = [&](const char* what, std::size_t index) {
      return make(Mode::Step, what, [=, this, &e] { return arg(e, index, steps); });
    };
    ShiftItem item{.first = stock, .count = static_cast<std::uint32_t>(count)};
    item.condition = need("condition of SHIFT IF TRUE", 1);
    item.accumulate = need("accumulation of SHIFT IF TRUE", 3);
    item.value = need("new value of SHIFT IF TRUE", 4);
    shifts.push_back(item);
  }
  if (context.mode == Mode::Initial) return graph.literal(0);
  const NodeId last = graph.leaf(NodeKind::Stock, stock + static_cast<std::uint32_t>(count) - 1);
  const NodeId leaves = op(Opcode::Select, arg(e, 3, context), graph.literal(0), last);
  return op(Opcode::Select, arg(e, 1, context), leaves, graph.literal(0));
}

}  // namespace flowyard::controller::compiler
