// The state behind one call: stocks, states and delay lines, created once for the start and the steps
// together.
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// Deferred nodes keep their context, some 2 KB.
constexpr std::uint64_t kWorkOfState = 50;

}  // namespace

NodeId LowerContext::synthesized_stock(const Expression& location, const Context& context, int part,
                                       Maker initial, Maker rate) {
  const auto [entry, is_new] = memory.stocks.try_emplace(key_of(location, context, part), 0);
  if (is_new) {
    budget_.spend(kWorkOfState);
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

NodeId LowerContext::synthesized_state(const Expression& location, const Context& context, int part,
                                       Maker initial, Maker next) {
  const auto [entry, is_new] = memory.states.try_emplace(key_of(location, context, part), 0);
  if (is_new) {
    budget_.spend(kWorkOfState);
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

NodeId LowerContext::at_start(const Expression& e, std::size_t index, const Context& context) {
  if (context.mode == Mode::Initial) return arg(e, index, context);
  const auto [entry, is_new] = memory.captured.try_emplace(key_of(e, context, static_cast<int>(index)), 0);
  if (is_new) {
    budget_.spend(kWorkOfState);
    entry->second = static_cast<std::uint32_t>(captured.size());
    const Context start = in_mode(context, Mode::Initial);
    captured.push_back(make(Mode::Initial, "INITIAL", [=, this, &e] { return arg(e, index, start); }));
  }
  return graph.leaf(NodeKind::Captured, entry->second);
}

NodeId LowerContext::sample_state(const Expression& e, const Context& context) {
  return graph.leaf(NodeKind::State, memory.states.at(key_of(e, context, 0)));
}

NodeId LowerContext::synthesized_line(const Expression& location, const Context& context, int part,
                                      const SynthesizedLine& line) {
  const auto [entry, is_new] = memory.lines.try_emplace(key_of(location, context, part), 0);
  if (is_new) {
    entry->second = static_cast<std::uint32_t>(delays.size());
    const Context start = in_mode(context, Mode::Initial);
    const Context steps = in_mode(context, Mode::Step);
    budget_.spend(kWorkOfState);
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

}  // namespace flowyard::controller::compiler
