// Stocks that never go below zero hold their outflows back, as isee's help has it ("Flow prioritization"): an
// outflow is at most what the stock has per step and what flows in, less the outflows before it. So what one
// stock lacks never arrives in another. An array flows out of a stock with fewer dimensions element by
// element.
#include <algorithm>
#include <unordered_set>

#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

using model::VariableKind;

namespace {

// How many of a call's arguments, from the first, say nothing about its value at the same moment.
std::size_t remembered_arguments(const std::string& key) {
  static constexpr const char* kAll[] = {"smth1",    "smth3",    "smthn",    "smooth", "smoothi",
                                         "smooth3",  "smooth3i", "smooth_n", "delay",  "delay_fixed",
                                         "previous", "init",     "initial"};
  static constexpr const char* kFirst[] = {"delay1", "delay1i", "delay3", "delay3i", "delayn", "delay_n"};
  const auto is = [&](const char* name) { return key == name; };
  if (std::any_of(std::begin(kAll), std::end(kAll), is)) return ~std::size_t{0};
  return std::any_of(std::begin(kFirst), std::end(kFirst), is) ? 1 : 0;
}

}  // namespace

void LowerContext::add_reservoirs(ScopeId scope) {
  if (model_.dialect != model::Dialect::Xmile && model_.dialect != model::Dialect::Yaml) return;
  const Symbols& all = *scopes_[scope].symbols;
  for (std::uint32_t s = 0; s < all.size(); ++s) {
    const model::Variable& stock = *all.at(s).variable;
    if (stock.kind != VariableKind::Stock || !stock.non_negative || stock.conveyor || stock.queue) continue;
    Reservoir reservoir{.scope = scope, .symbol = s};
    for (const auto& name : stock.outflows) {
      const auto flow = all.find(name.key);
      if (!flow || all.at(*flow).variable->kind == VariableKind::Stock || is_input(name, scope)) continue;
      if (!flow_axes(all.at(s), all.at(*flow))) continue;
      const auto known = std::find(reservoir.flows.begin(), reservoir.flows.end(), *flow);
      if (known == reservoir.flows.end()) reservoir.flows.push_back(*flow);
    }
    if (reservoir.flows.empty()) continue;
    for (const std::uint32_t flow : reservoir.flows)
      held_back_[{scope, flow}].push_back(static_cast<std::uint32_t>(reservoirs_.size()));
    reservoirs_.push_back(std::move(reservoir));
  }
}

// By axis of the flow, the axis of the stock that it shares, -1 for none: the elements along that are added
// up. Nothing where the two are told apart by their elements only, as Vensim's mapped dimensions are.
std::optional<std::vector<int>> LowerContext::flow_axes(const Symbol& stock, const Symbol& flow) const {
  std::vector<int> axes;
  std::vector<bool> taken(stock.axes.size(), false);
  for (const RangeId axis : flow.axes) {
    int found = -1;
    for (std::size_t k = 0; k < stock.axes.size() && found < 0; ++k)
      if (!taken[k] && stock.axes[k] == axis) found = static_cast<int>(k);
    if (found >= 0) taken[static_cast<std::size_t>(found)] = true;
    axes.push_back(found);
  }
  const bool exactly = std::find(axes.begin(), axes.end(), -1) == axes.end();
  if (exactly || flow.axes.size() > stock.axes.size()) {
    return exactly || names_whole_arrays() ? std::optional(std::move(axes)) : std::nullopt;
  }
  if (model_.dialect == model::Dialect::Vensim || model_.dialect == model::Dialect::XmileVensim)
    return std::nullopt;
  for (std::size_t k = 0; k < axes.size(); ++k) {
    if (axes[k] >= 0) continue;
    const Range& range = dimensions_.range(flow.axes[k]);
    for (const RangeId other : stock.axes) {
      const auto& elements = dimensions_.range(other).elements;
      if (!elements.empty() && range.position.contains(elements.front())) return std::nullopt;
    }
  }
  return axes;
}

// The elements of `to` that agree with an element of `of` along the axes that both have; `axes` gives for
// each axis of `to` that of `of`.
std::vector<std::size_t> LowerContext::agreeing(const Symbol& to, const std::vector<int>& axes,
                                                const std::vector<ElementId>& of) {
  std::vector<std::size_t> flats{0};
  for (std::size_t k = 0; k < to.axes.size(); ++k) {
    const Range& range = dimensions_.range(to.axes[k]);
    const std::size_t size = range.elements.size();
    budget_.spend(axes[k] < 0 ? flats.size() * size : flats.size());
    std::vector<std::size_t> next;
    for (const std::size_t flat : flats) {
      if (axes[k] >= 0) {
        next.push_back(flat * size + range.position.find(of[static_cast<std::size_t>(axes[k])]).value_or(0));
      } else {
        for (std::size_t i = 0; i < size; ++i) next.push_back(flat * size + i);
      }
    }
    flats = std::move(next);
  }
  return flats;
}

// What an equation reads at the same moment.
void LowerContext::add_read_now(const Expression& e, ScopeId scope, std::vector<std::uint32_t>& found) const {
  std::size_t skipped = 0;
  if (e.kind == Expression::Kind::Reference || e.kind == Expression::Kind::Call) {
    if (const auto symbol = symbol_in(scope, e.name.key)) found.push_back(*symbol);
    if (e.kind == Expression::Kind::Call) skipped = remembered_arguments(e.name.key);
  }
  for (std::size_t i = skipped; i < e.arguments.size(); ++i) add_read_now(e.arguments[i], scope, found);
  for (const auto& subscript : e.subscripts)
    for (const Expression& operand : subscript.operands) add_read_now(operand, scope, found);
}

std::vector<std::uint32_t> LowerContext::read_now(ScopeId scope, std::uint32_t symbol, Through through) {
  std::vector<std::uint32_t> found;
  const Symbols& all = *scopes_[scope].symbols;
  const auto add_flows = [&](const std::vector<model::FlowName>& flows) {
    for (const auto& name : flows)
      if (const auto flow = all.find(name.key)) found.push_back(*flow);
  };
  const model::Variable& variable = *all.at(symbol).variable;
  if (variable.kind == VariableKind::Stock) return found;
  if (const auto role = driven_.find({scope, symbol}); role != driven_.end()) {
    const MaterialStock& from = material_stocks_[role->second.material_stock];
    if (from.queue) add_flows(all.at(from.symbol).variable->inflows);
    return found;
  }
  for (const auto& equation : variable.equations) add_read_now(equation.expression, scope, found);
  if (const auto role = admitted_.find({scope, symbol}); role != admitted_.end())
    add_flows(all.at(material_stocks_[role->second.material_stock].symbol).variable->inflows);
  if (through == Through::Equations) return found;
  if (const auto held = held_back_.find({scope, symbol}); held != held_back_.end()) {
    for (const std::uint32_t number : held->second) {
      Reservoir& reservoir = in_order(number);
      add_flows(all.at(reservoir.symbol).variable->inflows);
      for (const std::uint32_t flow : reservoir.flows) {
        if (flow == symbol) break;
        found.push_back(flow);
      }
    }
  }
  return found;
}

bool LowerContext::reads_now(ScopeId scope, std::uint32_t from, std::uint32_t to, Through through) {
  std::unordered_set<std::uint32_t> seen{from};
  std::vector<std::uint32_t> open{from};
  while (!open.empty()) {
    const std::uint32_t next = open.back();
    open.pop_back();
    for (const std::uint32_t read : read_now(scope, next, through)) {
      budget_.spend();
      if (read == to) return true;
      if (seen.insert(read).second) open.push_back(read);
    }
  }
  return false;
}

// Outflows by priority: as they are listed, but what another's equation reads goes before that.
LowerContext::Reservoir& LowerContext::in_order(std::uint32_t number) {
  Reservoir& reservoir = reservoirs_[number];
  if (reservoir.ordered) return reservoir;
  reservoir.ordered = true;
  std::vector<std::uint32_t> order;
  const std::vector<std::uint32_t> listed = reservoir.flows;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    for (std::size_t later = i + 1; later < listed.size(); ++later)
      if (std::find(order.begin(), order.end(), listed[later]) == order.end() &&
          reads_now(reservoir.scope, listed[i], listed[later], Through::Equations))
        order.push_back(listed[later]);
    if (std::find(order.begin(), order.end(), listed[i]) == order.end()) order.push_back(listed[i]);
  }
  reservoir.flows = std::move(order);
  return reservoir;
}

// The inflows that count: those that are known without the outflows.
const std::vector<model::FlowName>& LowerContext::counted_inflows(Reservoir& reservoir) {
  if (reservoir.inflows) return *reservoir.inflows;
  const Symbols& all = *scopes_[reservoir.scope].symbols;
  std::vector<model::FlowName> counted;
  for (const auto& name : all.at(reservoir.symbol).variable->inflows) {
    const auto flow = all.find(name.key);
    const bool before = std::none_of(reservoir.flows.begin(), reservoir.flows.end(), [&](std::uint32_t out) {
      return flow && (*flow == out || reads_now(reservoir.scope, *flow, out, Through::Everything));
    });
    if (before) counted.push_back(name);
  }
  reservoir.inflows = std::move(counted);
  return *reservoir.inflows;
}

// What leaves one element of a stock, in order, and what each finds there.
LowerContext::Reservoir::Element& LowerContext::outflows_of(Reservoir& reservoir, std::size_t flat) {
  const auto [entry, is_new] = reservoir.elements.try_emplace(flat);
  Reservoir::Element& element = entry->second;
  if (!is_new) return element;
  const Symbols& all = *scopes_[reservoir.scope].symbols;
  const Symbol& stock = all.at(reservoir.symbol);
  const auto own = all.elements_of(stock, flat);
  for (const std::uint32_t flow : reservoir.flows) {
    for (const std::size_t part : agreeing(all.at(flow), *flow_axes(stock, all.at(flow)), own)) {
      element.positions[{flow, part}] = element.outflows.size();
      element.outflows.emplace_back(flow, part);
    }
  }
  element.rooms.assign(element.outflows.size(), kNoIndex);
  return element;
}

// Per unit of time, what the outflow at this position may take.
InstanceId LowerContext::room_for(std::uint32_t number, std::size_t flat, std::size_t position) {
  Reservoir& reservoir = in_order(number);
  InstanceId& room = outflows_of(reservoir, flat).rooms[position];
  if (room != kNoIndex) return room;
  const model::Variable& stock = *scopes_[reservoir.scope].symbols->at(reservoir.symbol).variable;
  const InstanceId made = make(Mode::Step, "what is left of " + stock.name.display, [=, this] {
    Reservoir& here = reservoirs_[number];
    const Symbol& symbol = scopes_[here.scope].symbols->at(here.symbol);
    const Context context = context_of(here.scope, symbol, flat, Mode::Step);
    if (position > 0) {
      const auto [flow, part] = outflows_of(here, flat).outflows[position - 1];
      return op(Opcode::Subtract, ref(room_for(number, flat, position - 1)),
                value_of(here.scope, flow, part, context));
    }
    const NodeId content =
        op(Opcode::Divide, value_of(here.scope, here.symbol, flat, context), step(context));
    const auto& inflows = counted_inflows(here);
    if (inflows.empty()) return content;
    return op(Opcode::Add, content, inflow_sum(inflows, context, symbol.variable->location));
  });
  return outflows_of(reservoir, flat).rooms[position] = made;
}

// A flow out of stocks that never go below zero. At the start it is as computed: nothing has flowed yet.
NodeId LowerContext::held_back(ScopeId scope, std::uint32_t flow, std::size_t flat, NodeId wanted,
                               Mode mode) {
  const auto held = held_back_.find({scope, flow});
  if (held == held_back_.end() || mode == Mode::Initial) return wanted;
  const Symbols& all = *scopes_[scope].symbols;
  NodeId node = wanted;
  for (const std::uint32_t number : held->second) {
    Reservoir& reservoir = in_order(number);
    const Symbol& stock = all.at(reservoir.symbol);
    const auto axes = *flow_axes(stock, all.at(flow));
    std::vector<int> turned(stock.axes.size(), -1);
    for (std::size_t k = 0; k < axes.size(); ++k)
      if (axes[k] >= 0) turned[static_cast<std::size_t>(axes[k])] = static_cast<int>(k);
    for (const std::size_t of : agreeing(stock, turned, all.elements_of(all.at(flow), flat))) {
      const std::size_t position = outflows_of(reservoir, of).positions.at({flow, flat});
      const NodeId room = op(Opcode::Max, ref(room_for(number, of, position)), graph.literal(0));
      node = op(Opcode::Min, node, room);
    }
  }
  return node;
}

}  // namespace flowyard::controller::compiler
