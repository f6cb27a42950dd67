// Allocation of what is scarce, and markets: demand and supply as curves over a priority or price.
#include <algorithm>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

// ALLOCATE AVAILABLE(request[target], profile[target, ptype], supply): the profile of a target is given by
// its first element on the last axis (type, priority, width, extra).
NodeId Lowerer::allocate_available(const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto requests = vector_values(e.arguments[0], context, own);
  const auto profiles = profile_values(e.arguments[1], e.arguments[0], context);
  if (requests.empty() || profiles.size() != requests.size() * 4)
    return wrong("ALLOCATE AVAILABLE needs a priority profile of four numbers for each request", e.location);
  std::vector<NodeId> operands;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    operands.push_back(requests[i]);
    operands.insert(operands.end(), profiles.begin() + static_cast<std::ptrdiff_t>(4 * i),
                    profiles.begin() + static_cast<std::ptrdiff_t>(4 * i + 4));
  }
  operands.push_back(arg(e, 2, context));
  return block_at(Opcode::AllocateAvailable, operands, requests.size(), own);
}

// Four numbers for each element of the range that `along` runs over.
std::vector<NodeId> Lowerer::profile_values(const Expression& e, const Expression& along,
                                            const Context& context) {
  const auto symbol = symbol_in(context.scope, e.name.key);
  const auto other = symbol_in(context.scope, along.name.key);
  if (e.kind != Expression::Kind::Reference || !symbol || !other) return {};
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  if (s.axes.size() < 2 || dimensions_.range(s.axes.back()).elements.size() < 4) return {};
  const Symbol& o = scopes_[context.scope].symbols->at(*other);
  const auto last =
      along.subscripts.empty() ? std::nullopt : dimensions_.range_named(along.subscripts.back().name.key);
  const RangeId range = last ? *last : (o.axes.empty() ? s.axes.front() : o.axes.back());
  std::vector<NodeId> values;
  const auto add = [&](Expression reference, const Context& inner) {
    for (const NodeId value : profile_at(reference, s, inner)) values.push_back(value);
  };
  if (!last && !along.subscripts.empty() && e.subscripts.size() >= 2) {
    // Vensim's manual: demand[first], profile[first, ptype], for all from the first on.
    const auto& elements = dimensions_.range(range).elements;
    const auto first = dimensions_.element_named(along.subscripts.back().name.key);
    auto at = first ? std::find(elements.begin(), elements.end(), *first) : elements.begin();
    for (; at != elements.end(); ++at) {
      Expression reference = e;
      reference.subscripts[e.subscripts.size() - 2].kind = model::Subscript::Kind::Name;
      reference.subscripts[e.subscripts.size() - 2].name = dimensions_.element(*at);
      add(std::move(reference), context);
    }
    return values;
  }
  for_each_element(range, context, [&](const Context& inner) { add(e, inner); });
  return values;
}

// The four numbers of one profile, along its last axis.
std::vector<NodeId> Lowerer::profile_at(Expression reference, const Symbol& symbol, const Context& context) {
  std::vector<NodeId> values;
  if (reference.subscripts.empty()) {
    wrong("'" + reference.name.display + "' needs its subscripts here", reference.location);
    return values;
  }
  for (std::size_t k = 0; k < 4; ++k) {
    auto& subscript = reference.subscripts.back();
    subscript.kind = model::Subscript::Kind::Name;
    subscript.name = dimensions_.element(dimensions_.range(symbol.axes.back()).elements[k]);
    values.push_back(lower_reference(reference, context));
  }
  return values;
}

// DEMAND AT PRICE(quantity, profile[..., type], price), SUPPLY AT PRICE likewise: for the element at hand.
NodeId Lowerer::quantity_at_price(const Expression& e, const Context& context) {
  const Expression& profile = e.arguments[1];
  const auto symbol = symbol_in(context.scope, profile.name.key);
  const Symbol* s = symbol ? &scopes_[context.scope].symbols->at(*symbol) : nullptr;
  if (profile.kind != Expression::Kind::Reference || !s || s->axes.empty() ||
      dimensions_.range(s->axes.back()).elements.size() < 4)
    return wrong("a priority profile of four numbers is expected here", profile.location);
  std::vector<NodeId> operands{arg(e, 0, context)};
  for (const NodeId value : profile_at(profile, *s, context)) operands.push_back(value);
  if (operands.size() != 5) return graph.literal(0);
  operands.push_back(arg(e, 2, context));
  return block_at(Opcode::QuantityAtPrice, operands, e.name.key == "supply_at_price" ? 1 : 0, 0);
}

// ALLOCATE BY PRIORITY(request[target], priority[target], size, width, supply).
NodeId Lowerer::allocate_by_priority(const Expression& e, const Context& context) {
  std::size_t own = 0;
  std::size_t ignored = 0;
  auto operands = vector_values(e.arguments[0], context, own);
  const std::size_t count = operands.size();
  const auto priorities = vector_values(e.arguments[1], context, ignored);
  if (operands.empty() || priorities.size() != count)
    return wrong("ALLOCATE BY PRIORITY needs a priority for each request", e.location);
  operands.insert(operands.end(), priorities.begin(), priorities.end());
  operands.push_back(arg(e, 3, context));
  operands.push_back(arg(e, 4, context));
  return block_at(Opcode::AllocateByPriority, operands, count, own);
}

// MARKETP(request[first], priority[first], size, width, supply): the priority at which ALLOC P gives out the
// supply; a market of demands that fall evenly over the width, and a supply that is the same at any price.
NodeId Lowerer::market_priority(const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto requests = vector_values(e.arguments[0], context, own);
  const auto priorities = vector_values(e.arguments[1], context, own);
  if (requests.empty() || priorities.size() != requests.size())
    return wrong("MARKETP needs a priority for each request", e.location);
  const NodeId zero = graph.literal(0);
  std::vector<NodeId> operands;
  for (std::size_t i = 0; i < requests.size(); ++i)
    for (const NodeId part : {requests[i], graph.literal(1), priorities[i], arg(e, 3, context), zero})
      operands.push_back(part);
  operands.push_back(arg(e, 4, context));
  operands.insert(operands.end(), 4, zero);
  const auto count = static_cast<std::uint32_t>(requests.size());
  return graph.extract(graph.block(Opcode::FindMarketPrice, operands, count, 1), 0);
}

// ALLOC P(request, priority, width, market priority): the part of the request above the market's priority.
NodeId Lowerer::allocate_at_priority(const Expression& e, const Context& context) {
  std::vector<NodeId> operands{arg(e, 0, context), graph.literal(1), arg(e, 1, context),
                               arg(e, 2, context), graph.literal(0), arg(e, 3, context)};
  return block_at(Opcode::QuantityAtPrice, std::move(operands), 0, 0);
}

// FIND MARKET PRICE(demand[d], demand profile[d, p], supply[s], supply profile[s, p]).
NodeId Lowerer::find_market_price(const Expression& e, const Context& context) {
  std::vector<NodeId> operands;
  std::uint32_t counts[2] = {};
  for (std::size_t side = 0; side < 2; ++side) {
    std::size_t own = 0;
    const auto quantities = vector_values(e.arguments[2 * side], context, own);
    const auto profiles = profile_values(e.arguments[2 * side + 1], e.arguments[2 * side], context);
    if (quantities.empty() || profiles.size() != quantities.size() * 4)
      return wrong("FIND MARKET PRICE needs a profile of four numbers for each quantity", e.location);
    counts[side] = static_cast<std::uint32_t>(quantities.size());
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      operands.push_back(quantities[i]);
      operands.insert(operands.end(), profiles.begin() + static_cast<std::ptrdiff_t>(4 * i),
                      profiles.begin() + static_cast<std::ptrdiff_t>(4 * i + 4));
    }
  }
  return graph.extract(graph.block(Opcode::FindMarketPrice, operands, counts[0], counts[1]), 0);
}

}  // namespace flowyard::controller::compiler
