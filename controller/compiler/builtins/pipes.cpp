// Pipelines: fixed delays, delays whose length may change, depreciation, and cohorts that move on.
#include <algorithm>
#include <cmath>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

NodeId depreciated_period(LowerContext& lowering, const Expression& e, const Context& context, int back);

NodeId delay_line(LowerContext& lowering, const Expression& e, const Context& context,
                  std::size_t initial_at) {
  const auto argument = [&lowering, &e](std::size_t index) {
    return [&lowering, &e, index](const Context& c) { return lowering.arg(e, index, c); };
  };
  return lowering.synthesized_line(e, context, 0, {argument(initial_at), argument(0), argument(1)});
}

// DELAY FIXED(x, time, initial).
NodeId delay_fixed(LowerContext& lowering, const Expression& e, const Context& context) {
  return delay_line(lowering, e, context, 2);
}

// XMILE DELAY(x, time[, initial]): x that long ago, without spreading; at first x as it was at the start.
NodeId xmile_delay(LowerContext& lowering, const Expression& e, const Context& context) {
  return delay_line(lowering, e, context, e.arguments.size() > 2 ? 2 : 0);
}

// DELAY MATERIAL(x, time, initial, missing): as DELAY FIXED with a time that may change; what arrives
// together adds up, and where nothing arrives the value is `missing`. DELAY INFORMATION(x, time, initial):
// what would arrive after something newer is dropped, and the last value holds.
NodeId delay_material(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId node = delay_line(lowering, e, context, 2);
  DelayItem& item = lowering.delays[lowering.memory.lines.at(lowering.key_of(e, context, 0))];
  if (item.kind != engine::DelayKind::Fixed) return node;
  const bool material = e.name.key == "delay_material";
  item.kind = material ? engine::DelayKind::Material : engine::DelayKind::Information;
  const Context steps = lowering.in_mode(context, Mode::Step);
  const InstanceId length = lowering.make(Mode::Step, "length of " + e.name.display,
                                          [=, &lowering, &e] { return lowering.arg(e, 1, steps); });
  const InstanceId otherwise = lowering.make(
      Mode::Step, "missing value of " + e.name.display,
      [=, &lowering, &e] { return material ? lowering.arg(e, 3, steps) : lowering.graph.literal(0); });
  item.length_now = length;
  item.otherwise = otherwise;
  return node;
}

// DELAYP(x, time : pipeline): DELAY3; the pipeline, a variable that the call defines, is what is under way.
NodeId delay_with_pipeline(LowerContext& lowering, const Expression& e, const Context& context) {
  constexpr int kOrder = 3;
  const NodeId out = delay_outflow(lowering, e, context, {kOrder, kOrder, 0, false});
  if (e.text.empty()) return out;
  NodeId sum = lowering.graph.literal(0);
  for (int stage = kOrder; stage >= 1; --stage) {
    const DelayStage at{stage, kOrder, 0, false};
    sum = lowering.op(Opcode::Add, sum,
                      lowering.op(Opcode::Multiply, delay_outflow(lowering, e, context, at),
                                  delay_stage_time(lowering, e, context, at)));
  }
  return sum;
}

// DEPRECIATE STRAIGHTLINE(stream, time, fiscal period, initial): each of the time / period periods, the
// current one by the stream as it is now, gives back an equal part of what was paid in it; before the start
// the stream was `initial`.
NodeId depreciate_straightline(LowerContext& lowering, const Expression& e, const Context& context) {
  const std::string because = "it is how long a depreciation takes and so shapes the model";
  const double time = lowering.constant_value(e.arguments[1], context, because);
  const double period = lowering.constant_value(e.arguments[2], context, because);
  const double count = std::round(time / period);
  if (!(count >= 1 && count <= 10'000))
    return lowering.wrong(DiagnosticCode::WrongValue,
                          "the depreciation time must be 1 to 10,000 fiscal periods", e.location);
  NodeId sum = lowering.arg(e, 0, context);
  for (int back = 1; back < static_cast<int>(count); ++back)
    sum = lowering.op(Opcode::Add, sum, depreciated_period(lowering, e, context, back));
  return lowering.op(Opcode::Divide, sum, lowering.graph.literal(count));
}

// The mean of the stream in the period that many before the current one; part 0 is what the current one has
// so far, times its length.
NodeId depreciated_period(LowerContext& lowering, const Expression& e, const Context& context, int back) {
  const auto turns = [&lowering, &e](const Context& c) {
    const NodeId start = lowering.ref(lowering.setting(Setting::Start, c.mode));
    const auto number = [&](NodeId at) {
      const NodeId since = lowering.op(Opcode::Subtract, at, start);
      return lowering.op(Opcode::Floor,
                         lowering.op(Opcode::Add, lowering.op(Opcode::Divide, since, lowering.arg(e, 2, c)),
                                     lowering.graph.literal(1e-6)));
    };
    return lowering.op(Opcode::Less, number(lowering.time()),
                       number(lowering.op(Opcode::Add, lowering.time(), lowering.step(c))));
  };
  const auto so_far = [&lowering, &e, turns](const Context& c) {
    return lowering.synthesized_state(
        e, c, 0, [&lowering](const Context&) { return lowering.graph.literal(0); },
        [&lowering, &e, turns](const Context& s) {
          const NodeId own =
              lowering.graph.leaf(NodeKind::State, lowering.memory.states.at(lowering.key_of(e, s, 0)));
          const NodeId more = lowering.op(
              Opcode::Add, own, lowering.op(Opcode::Multiply, lowering.arg(e, 0, s), lowering.step(s)));
          return lowering.op(Opcode::Select, turns(s), lowering.graph.literal(0), more);
        });
  };
  return lowering.synthesized_state(
      e, context, back, [&lowering, &e](const Context& c) { return lowering.arg(e, 3, c); },
      [&lowering, &e, back, turns, so_far](const Context& c) {
        const NodeId own =
            lowering.graph.leaf(NodeKind::State, lowering.memory.states.at(lowering.key_of(e, c, back)));
        NodeId before = 0;
        if (back > 1) {
          before = depreciated_period(lowering, e, c, back - 1);
        } else {
          const NodeId paid = lowering.op(
              Opcode::Add, so_far(c), lowering.op(Opcode::Multiply, lowering.arg(e, 0, c), lowering.step(c)));
          before = lowering.op(Opcode::Divide, paid, lowering.arg(e, 2, c));
        }
        return lowering.op(Opcode::Select, turns(c), before, own);
      });
}

// SHIFT IF TRUE(stock[first], condition, size, accumulate, new): while the condition holds, the stock's
// elements move on by one each step; the value is what leaves the last.
NodeId shift_if_true(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& var = e.arguments[0];
  const auto symbol = lowering.symbol_in(context.scope, var.name.key);
  if (var.kind != Expression::Kind::Reference || !symbol)
    return lowering.wrong(DiagnosticCode::WrongKind, "a stock is expected here", var.location);
  const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
  const auto indices = lowering.indices_of(var, s, context);
  if (!indices) return lowering.graph.literal(0);
  std::vector<ElementId> elements;
  for (const LowerContext::Index& index : *indices)
    if (index.element) elements.push_back(*index.element);
  const auto first = lowering.scopes()[context.scope].symbols->flat_of(s, elements);
  if (s.variable->kind != model::VariableKind::Stock || s.axes.empty() || !first)
    return lowering.wrong(DiagnosticCode::WrongKind,
                          "SHIFT IF TRUE needs an array of stocks, with the element to begin at",
                          var.location);
  const std::size_t length = lowering.dimensions().range(s.axes.back()).elements.size();
  const double size = lowering.constant_value(e.arguments[2], context, "it is how many stocks are shifted");
  const std::size_t room = length - *first % length;
  const std::size_t count = size > 1 ? static_cast<std::size_t>(std::min(size, 1e6)) : 1;
  if (count > room)
    return lowering.wrong(DiagnosticCode::WrongDimensions,
                          "SHIFT IF TRUE would shift " + std::to_string(count) +
                              " elements, but from there on '" + var.name.display + "' has " +
                              std::to_string(room),
                          e.location);
  const Context steps = lowering.in_mode(context, Mode::Step);
  const auto stock =
      lowering.scopes()[context.scope].first_stock.at(*symbol) + static_cast<std::uint32_t>(*first);
  const auto [entry, is_new] = lowering.memory.shifts.try_emplace(lowering.key_of(e, context, 0), 0);
  if (is_new) {
    const auto need = [&](const char* what, std::size_t index) {
      return lowering.make(Mode::Step, what, [=, &lowering, &e] { return lowering.arg(e, index, steps); });
    };
    ShiftItem item{.first = stock, .count = static_cast<std::uint32_t>(count)};
    item.condition = need("condition of SHIFT IF TRUE", 1);
    item.accumulate = need("accumulation of SHIFT IF TRUE", 3);
    item.value = need("new value of SHIFT IF TRUE", 4);
    lowering.shifts.push_back(item);
  }
  if (context.mode == Mode::Initial) return lowering.graph.literal(0);
  const NodeId last = lowering.graph.leaf(NodeKind::Stock, stock + static_cast<std::uint32_t>(count) - 1);
  const NodeId leaves =
      lowering.op(Opcode::Select, lowering.arg(e, 3, context), lowering.graph.literal(0), last);
  return lowering.op(Opcode::Select, lowering.arg(e, 1, context), leaves, lowering.graph.literal(0));
}

}  // namespace

Builtins pipes_builtins() {
  return {
      {.name = "delay_fixed",
       .least = 3,
       .most = 3,
       .lower = delay_fixed,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::NotNegative, "its delay time"}},
       .docs = {{Section::Delays,
                 "`DELAY FIXED(x, t, start)` | x as it was t ago; t is read once, rounded to steps, at least "
                 "one | V, T"}}},
      {.name = "delay",
       .least = 2,
       .most = 3,
       .lower = xmile_delay,
       .units = model::UnitRule{"xtx", 'x'},
       .lint = {{1, ArgumentRule::NotNegative, "its delay time"}},
       .docs =
           {{Section::Delays,
             "`DELAY(x, t [, start])` | the same in XMILE; before, x as it was at the start | X [3.5.3]"}}},
      {.name = "delay_material",
       .least = 4,
       .most = 4,
       .lower = delay_material,
       .docs = {{Section::Delays,
                 "`DELAY MATERIAL(x, t, start, missing)` | a pipe whose length may change; what comes out "
                 "together is added up | V"}}},
      {.name = "delay_information",
       .least = 3,
       .most = 3,
       .lower = delay_material,
       .docs = {{Section::Delays,
                 "`DELAY INFORMATION(x, t, start)` | the same for news: the newest pushes out what would "
                 "come later | V"}}},
      {.name = "delayp",
       .least = 2,
       .most = 2,
       .lower = delay_with_pipeline,
       .docs = {{Section::Delays, "`DELAYP(x, t : pipeline)` | DELAY3, and what is under way | V"}}},
      {.name = "depreciate_straightline",
       .least = 4,
       .most = 4,
       .lower = depreciate_straightline,
       .docs =
           {{Section::Delays,
             "`DEPRECIATE STRAIGHTLINE(stream, t, period, start)` | equal parts in each fiscal period | V"}}},
      {.name = "shift_if_true",
       .least = 5,
       .most = 5,
       .lower = shift_if_true,
       .docs = {{Section::Delays,
                 "`SHIFT IF TRUE(stock[first], if, size, accumulate, new)` | cohorts move on by one at the "
                 "end of a step; gives what leaves the last | V"}}},
  };
}

}  // namespace flowyard::controller::compiler
