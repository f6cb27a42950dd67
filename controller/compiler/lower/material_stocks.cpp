// Conveyors and queues: stocks that keep when material entered and so determine their outflows. Their
// outflows have no equations; what flows into a conveyor may be held back by it.
#include <algorithm>
#include <limits>

#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

using model::VariableKind;

// The constraints on the flows of a conveyor or queue, registered for each such stock.
void LowerContext::add_material_stock(ScopeId scope, std::uint32_t symbol) {
  const Symbols& all = *scopes_[scope].symbols;
  const model::Variable& stock = *all.at(symbol).variable;
  const auto number = static_cast<std::uint32_t>(material_stocks_.size());
  MaterialStock material_stock;
  material_stock.scope = scope;
  material_stock.symbol = symbol;
  material_stock.queue = stock.queue;
  for (std::uint32_t k = 0; k < stock.outflows.size(); ++k) {
    const auto flow = all.find(stock.outflows[k].key);
    const model::Variable* variable = flow ? all.at(*flow).variable : nullptr;
    if (!variable) continue;  // reported where the stock sums up its flows
    if (variable->multiplier.present())
      diagnostics_.error(variable->location, DiagnosticCode::WrongKind,
                         "'" + variable->name.display + "' leaves a conveyor or queue: no <multiplier> here");
    material_stock.outflows.push_back(*flow);
  }
  // The end of a conveyor comes first; all the others leak.
  const auto leaks = [&](std::uint32_t flow) { return all.at(flow).variable->leak.has_value(); };
  if (!stock.queue)
    std::stable_partition(material_stock.outflows.begin(), material_stock.outflows.end(),
                          [&](std::uint32_t f) { return !leaks(f); });
  if (!stock.queue && !material_stock.outflows.empty() && leaks(material_stock.outflows.front()))
    material_stock.end_missing = true;
  for (std::uint32_t k = 0; k < material_stock.outflows.size(); ++k)
    driven_[{scope, material_stock.outflows[k]}] = Role{number, material_stock.end_missing ? k + 1 : k};
  for (std::uint32_t k = 0; k < stock.inflows.size(); ++k)
    if (const auto flow = all.find(stock.inflows[k].key)) admitted_[{scope, *flow}] = Role{number, k};
  material_stocks_.push_back(std::move(material_stock));
}

void LowerContext::check_material_stocks(ScopeId scope) {
  const Symbols& all = *scopes_[scope].symbols;
  for (std::uint32_t s = 0; s < all.size(); ++s) {
    const model::Variable& flow = *all.at(s).variable;
    const auto role = driven_.find({scope, s});
    const MaterialStock* from =
        role == driven_.end() ? nullptr : &material_stocks_[role->second.material_stock];
    if (flow.leak && (!from || from->queue))
      diagnostics_.error(flow.location, DiagnosticCode::WrongKind,
                         "'" + flow.name.display + "' leaks, but not out of a conveyor");
    if (flow.overflow && (!from || !from->queue || role->second.position == 0))
      diagnostics_.error(flow.location, DiagnosticCode::WrongKind,
                         "'" + flow.name.display + "' overflows, but is no second outflow of a queue");
  }
  for (std::uint32_t c = 0; c < material_stocks_.size(); ++c) {
    if (material_stocks_[c].scope != scope) continue;
    const std::size_t elements = all.at(material_stocks_[c].symbol).elements;
    material_stocks_[c].first_item =
        static_cast<std::uint32_t>(material_stocks_[c].queue ? queues.size() : conveyors.size());
    for (std::size_t flat = 0; flat < elements; ++flat)
      material_stocks_[c].queue ? add_queue(c, flat) : add_conveyor(c, flat);
  }
}

const model::Conveyor& LowerContext::conveyor_of(const MaterialStock& material_stock) const {
  return *scopes_[material_stock.scope].symbols->at(material_stock.symbol).variable->conveyor;
}

Context LowerContext::stock_context(const MaterialStock& material_stock, std::size_t flat, Mode mode) const {
  return context_of(material_stock.scope, scopes_[material_stock.scope].symbols->at(material_stock.symbol),
                    flat, mode);
}

NodeId LowerContext::optional_part(const Expression& e, const Context& context, double otherwise) {
  return e.present() ? lower(e, context) : graph.literal(otherwise);
}

// The same element of a flow as of the stock it belongs to.
std::optional<std::size_t> LowerContext::flat_in(ScopeId scope, std::uint32_t to, std::uint32_t from,
                                                 std::size_t flat) {
  const Symbols& all = *scopes_[scope].symbols;
  return all.flat_of(all.at(to), all.elements_of(all.at(from), flat));
}

void LowerContext::add_conveyor(std::uint32_t number, std::size_t flat) {
  const MaterialStock& material_stock = material_stocks_[number];
  const Symbols& all = *scopes_[material_stock.scope].symbols;
  const model::Variable& stock = *all.at(material_stock.symbol).variable;
  const model::Conveyor& conveyor = *stock.conveyor;
  const std::string of = " of the conveyor " + stock.name.display;
  ConveyorItem item;
  item.stock =
      scopes_[material_stock.scope].first_stock.at(material_stock.symbol) + static_cast<std::uint32_t>(flat);
  item.exponential = conveyor.exponential_leak;
  item.discrete = conveyor.discrete;
  const auto part = [&, this](Mode mode, const char* what, const Expression& e, double otherwise) {
    const Expression* expression = &e;
    return make(mode, what + of, [=, this] {
      return optional_part(*expression, stock_context(material_stocks_[number], flat, mode), otherwise);
    });
  };
  item.length = part(Mode::Initial, "transit time", conveyor.transit_time, 1);
  item.length_now = part(Mode::Step, "transit time", conveyor.transit_time, 1);
  item.sample = part(Mode::Step, "sampling", conveyor.sample, 1);
  item.arrest = part(Mode::Step, "arrest", conveyor.arrest, 0);
  item.inflow = make(Mode::Step, "inflow" + of, [=, this] {
    const MaterialStock& c = material_stocks_[number];
    const model::Variable& v = *scopes_[c.scope].symbols->at(c.symbol).variable;
    return inflow_sum(v.inflows, stock_context(c, flat, Mode::Step), v.location);
  });
  item.flows =
      make(Mode::Step, "outflow" + of, [=, this] { return conveyor_flow(number, flat, 0, Mode::Step); });
  for (std::size_t k = material_stock.end_missing ? 0 : 1; k < material_stock.outflows.size(); ++k) {
    const std::uint32_t flow = material_stock.outflows[k];
    const model::Variable& variable = *all.at(flow).variable;
    ConveyorItem::Leak leak;
    if (variable.leak) {
      leak.zone_start = variable.leak->zone_start;
      leak.zone_end = variable.leak->zone_end;
      leak.integers = variable.leak->integers;
    }
    leak.fraction = make(Mode::Initial, "leak fraction" + of,
                         [=, this] { return leak_fraction(number, flow, flat, Mode::Initial); });
    item.leaks.push_back(leak);
  }
  const std::int32_t equation = all.at(material_stock.symbol).equations[flat];
  if (equation >= 0 && all.at(material_stock.symbol).axes.empty()) {
    const auto& initial = stock.equations[static_cast<std::size_t>(equation)].initial;
    if (initial.kind == Expression::Kind::ArrayLiteral)
      for (const Expression& e : initial.arguments) {
        if (e.kind != Expression::Kind::Number)
          diagnostics_.error(e.location, DiagnosticCode::NotConstant,
                             "what lies on a conveyor at the start must be listed in numbers");
        item.initial_list.push_back(e.number);
      }
  }
  conveyors.push_back(std::move(item));
}

NodeId LowerContext::leak_fraction(std::uint32_t number, std::uint32_t flow, std::size_t flat, Mode mode) {
  const MaterialStock& material_stock = material_stocks_[number];
  const Symbol& symbol = scopes_[material_stock.scope].symbols->at(flow);
  const auto own = flat_in(material_stock.scope, flow, material_stock.symbol, flat);
  if (!own)
    return wrong(
        DiagnosticCode::WrongDimensions,
        "'" + symbol.variable->name.display + "' has other dimensions than the conveyor it leaks from",
        symbol.variable->location);
  const Context context = context_of(material_stock.scope, symbol, *own, mode);
  const auto& leak = symbol.variable->leak;
  if (leak && leak->fraction.present()) return lower(leak->fraction, context);
  const std::int32_t equation = symbol.equations.empty() ? -1 : symbol.equations[*own];
  const Expression* e =
      equation < 0 ? nullptr : &symbol.variable->equations[static_cast<std::size_t>(equation)].expression;
  if (e && e->present()) return lower(*e, context);
  return wrong(DiagnosticCode::Missing,
               "'" + symbol.variable->name.display + "' leaks, but nothing says what fraction",
               symbol.variable->location);
}

// What leaves a conveyor's element at its end (position 0) or by a leak (1 ...).
NodeId LowerContext::conveyor_flow(std::uint32_t number, std::size_t flat, std::uint32_t position,
                                   Mode mode) {
  const MaterialStock& material_stock = material_stocks_[number];
  const Context context = stock_context(material_stock, flat, mode);
  const model::Conveyor& conveyor = conveyor_of(material_stock);
  std::vector<NodeId> operands;
  if (mode == Mode::Initial) {
    const std::uint32_t stock = scopes_[material_stock.scope].first_stock.at(material_stock.symbol) +
                                static_cast<std::uint32_t>(flat);
    operands.push_back(ref(stocks[stock].initial));
    operands.push_back(lower(conveyor.transit_time, context));
  }
  operands.push_back(step(context));
  operands.push_back(optional_part(conveyor.arrest, context, 0));
  std::uint32_t leaks = 0;
  for (std::size_t k = material_stock.end_missing ? 0 : 1; k < material_stock.outflows.size(); ++k, ++leaks)
    operands.push_back(leak_fraction(number, material_stock.outflows[k], flat, mode));
  const Opcode opcode = mode == Mode::Initial ? Opcode::ConveyorStart : Opcode::ConveyorFlows;
  const std::uint32_t item = material_stock.first_item + static_cast<std::uint32_t>(flat);
  return graph.extract(graph.block(opcode, operands, item, leaks, mode == Mode::Step), position);
}

// How much may flow into a conveyor's element just now, per unit of time.
NodeId LowerContext::conveyor_room(std::uint32_t number, std::size_t flat, const Context& mode_of) {
  const MaterialStock& material_stock = material_stocks_[number];
  const Context context = stock_context(material_stock, flat, mode_of.mode);
  const model::Conveyor& conveyor = conveyor_of(material_stock);
  NodeId room = graph.literal(std::numeric_limits<double>::infinity());
  if (conveyor.capacity.present()) {
    const NodeId content = value_of(material_stock.scope, material_stock.symbol, flat, context);
    const NodeId free = op(Opcode::Subtract, lower(conveyor.capacity, context), content);
    room = op(Opcode::Divide, free, step(context));
    const auto outflows =
        static_cast<std::uint32_t>(material_stock.outflows.size()) + (material_stock.end_missing ? 1U : 0U);
    for (std::uint32_t k = 0; k < std::max(1U, outflows); ++k)
      room = op(Opcode::Add, room, conveyor_flow(number, flat, k, context.mode));
  }
  if (conveyor.inflow_limit.present()) {
    NodeId limit = lower(conveyor.inflow_limit, context);
    // A discrete conveyor may take in one step what is allowed for a whole unit of time.
    if (conveyor.discrete)
      limit = op(Opcode::Divide, op(Opcode::Subtract, limit, taken_in(number, flat, context)), step(context));
    room = op(Opcode::Min, room, limit);
  }
  if (conveyor.arrest.present())
    room = op(Opcode::Select, lower(conveyor.arrest, context), graph.literal(0), room);
  return room;
}

// How much a discrete conveyor has taken in since the last whole unit of time.
NodeId LowerContext::taken_in(std::uint32_t number, std::size_t flat, const Context& context) {
  const Expression& location = conveyor_of(material_stocks_[number]).inflow_limit;
  return synthesized_state(
      location, context, 0, [this](const Context&) { return graph.literal(0); },
      [=, this, &location](const Context& c) {
        const NodeId own = graph.leaf(NodeKind::State, memory.states.at(key_of(location, c, 0)));
        const NodeId volume =
            op(Opcode::Multiply, ref(conveyors[material_stocks_[number].first_item + flat].inflow), step(c));
        const auto unit = [&](NodeId at) {
          return op(Opcode::Floor, op(Opcode::Add, at, graph.literal(1e-6)));
        };
        const NodeId next = op(Opcode::Add, time(), step(c));
        return op(Opcode::Select, op(Opcode::Less, unit(time()), unit(next)), graph.literal(0),
                  op(Opcode::Add, own, volume));
      });
}

// A flow into a conveyor or queue: never negative, and no more than there is room for; earlier inflows go
// first.
NodeId LowerContext::admitted(const Role& role, std::uint32_t flow, std::size_t flat, NodeId wanted,
                              const Context& context) {
  const MaterialStock& material_stock = material_stocks_[role.material_stock];
  const model::Variable& stock = *scopes_[material_stock.scope].symbols->at(material_stock.symbol).variable;
  const auto own = flat_in(material_stock.scope, material_stock.symbol, flow, flat);
  if (!own)
    return wrong(DiagnosticCode::WrongDimensions,
                 "a flow into '" + stock.name.display + "' has other dimensions", stock.location);
  NodeId node = op(Opcode::Max, wanted, graph.literal(0));
  if (!material_stock.queue) node = op(Opcode::Min, node, room_left(role, *own, context));
  // The same through the whole step, so that what leaves one stock is what enters the other.
  return context.mode == Mode::Step ? graph.operation(Opcode::Copy, node, 0, 0, true) : node;
}

// Room for the inflow of that role once those before it have been let in.
NodeId LowerContext::room_left(const Role& role, std::size_t flat, const Context& context) {
  const MaterialStock& material_stock = material_stocks_[role.material_stock];
  const model::Variable& stock = *scopes_[material_stock.scope].symbols->at(material_stock.symbol).variable;
  NodeId room = conveyor_room(role.material_stock, flat, context);
  if (graph.is_literal(room)) return room;
  const Context here = stock_context(material_stock, flat, context.mode);
  for (std::uint32_t k = 0; k < role.position; ++k)
    room = op(Opcode::Subtract, room, lower(model::reference(stock.inflows[k], {}, stock.location), here));
  return op(Opcode::Max, room, graph.literal(0));
}

void LowerContext::add_queue(std::uint32_t number, std::size_t flat) {
  const MaterialStock& material_stock = material_stocks_[number];
  const Symbols& all = *scopes_[material_stock.scope].symbols;
  QueueItem item;
  item.stock =
      scopes_[material_stock.scope].first_stock.at(material_stock.symbol) + static_cast<std::uint32_t>(flat);
  for (const std::uint32_t flow : material_stock.outflows) {
    engine::QueueOutflow outflow;
    outflow.overflow = all.at(flow).variable->overflow;
    const auto into = admitted_.find({material_stock.scope, flow});
    if (into != admitted_.end() && !material_stocks_[into->second.material_stock].queue) {
      const model::Conveyor& conveyor = conveyor_of(material_stocks_[into->second.material_stock]);
      outflow.constrained = true;
      outflow.one_at_a_time = conveyor.one_at_a_time;
      outflow.whole_batches = conveyor.batch_integrity;
    }
    item.outflows.push_back(outflow);
  }
  if (item.outflows.empty()) return;  // a plain stock
  item.flows =
      make(Mode::Step, "outflow of the queue " + all.at(material_stock.symbol).variable->name.display,
           [=, this] { return queue_flow(number, flat, 0, Mode::Step); });
  queues.push_back(std::move(item));
}

NodeId LowerContext::queue_flow(std::uint32_t number, std::size_t flat, std::uint32_t position, Mode mode) {
  const MaterialStock& material_stock = material_stocks_[number];
  const model::Variable& stock = *scopes_[material_stock.scope].symbols->at(material_stock.symbol).variable;
  const Context context = stock_context(material_stock, flat, mode);
  std::vector<NodeId> operands;
  if (mode == Mode::Initial)
    operands.push_back(value_of(material_stock.scope, material_stock.symbol, flat, context));
  operands.push_back(step(context));
  operands.push_back(inflow_sum(stock.inflows, context, stock.location));
  for (const std::uint32_t flow : material_stock.outflows) {
    const auto into = admitted_.find({material_stock.scope, flow});
    NodeId limit = graph.literal(std::numeric_limits<double>::infinity());
    if (into != admitted_.end() && !material_stocks_[into->second.material_stock].queue) {
      const auto target = flat_in(material_stock.scope, material_stocks_[into->second.material_stock].symbol,
                                  material_stock.symbol, flat);
      if (!target)
        return wrong(DiagnosticCode::WrongDimensions,
                     "the queue '" + stock.name.display + "' and what follows it have different dimensions",
                     stock.location);
      limit = room_left(into->second, *target, context);
    }
    operands.push_back(limit);
  }
  const Opcode opcode = mode == Mode::Initial ? Opcode::QueueStart : Opcode::QueueFlows;
  const auto count = static_cast<std::uint32_t>(material_stock.outflows.size());
  const std::uint32_t queue = material_stock.first_item + static_cast<std::uint32_t>(flat);
  return graph.extract(graph.block(opcode, operands, queue, count, mode == Mode::Step), position);
}

// The value of a flow that a conveyor or queue decides; none for other flows.
std::optional<NodeId> LowerContext::driven_flow(ScopeId scope, std::uint32_t flow, std::size_t flat,
                                                Mode mode) {
  const auto role = driven_.find({scope, flow});
  if (role == driven_.end()) return std::nullopt;
  const MaterialStock& material_stock = material_stocks_[role->second.material_stock];
  const auto own = flat_in(scope, material_stock.symbol, flow, flat);
  const model::Variable& variable = *scopes_[scope].symbols->at(flow).variable;
  if (!own)
    return wrong(DiagnosticCode::WrongDimensions,
                 "'" + variable.name.display + "' has other dimensions than the stock it leaves",
                 variable.location);
  return material_stock.queue ? queue_flow(role->second.material_stock, *own, role->second.position, mode)
                              : conveyor_flow(role->second.material_stock, *own, role->second.position, mode);
}

}  // namespace flowyard::controller::compiler
