// Allocation of a scarce supply, and markets: demand and supply as curves over a priority or price.
#include <algorithm>
#include <cmath>

#include "common/base/number_text.hpp"
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

std::vector<NodeId> profile_values(LowerContext& lowering, const Expression& e, const Expression& along,
                                   const Context& context);
std::vector<NodeId> profile_at(LowerContext& lowering, Expression reference, const Symbol& symbol,
                               const Context& context);

enum class Whole { No, Allowed };
bool check_type(LowerContext& lowering, NodeId type, Whole whole, model::SourceLocation location);

// ALLOCATE AVAILABLE(request[target], profile[target, ptype], supply): the profile of a target is given by
// its first element on the last axis (type, priority, width, extra).
NodeId allocate_available(LowerContext& lowering, const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto requests = vector_values(lowering, e.arguments[0], context, own);
  const auto profiles = profile_values(lowering, e.arguments[1], e.arguments[0], context);
  if (requests.empty() || profiles.size() != requests.size() * 4)
    return lowering.wrong(DiagnosticCode::WrongDimensions,
                          "ALLOCATE AVAILABLE needs a priority profile of four numbers for each request",
                          e.location);
  std::vector<NodeId> operands;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!check_type(lowering, profiles[4 * i], Whole::Allowed, e.arguments[1].location))
      return lowering.graph.literal(0);
    operands.push_back(requests[i]);
    operands.insert(operands.end(), profiles.begin() + static_cast<std::ptrdiff_t>(4 * i),
                    profiles.begin() + static_cast<std::ptrdiff_t>(4 * i + 4));
  }
  operands.push_back(lowering.arg(e, 2, context));
  return block_at(lowering, Opcode::AllocateAvailable, operands, requests.size(), own);
}

// A type known before running must be valid; others give no number. Parameters may be set, so their default
// is checked without fixing it.
bool check_type(LowerContext& lowering, NodeId type, Whole whole, model::SourceLocation location) {
  constexpr double kLast = 5;
  constexpr double kInWholeUnits = 10;
  const auto number = lowering.is_steady(type) ? lowering.known_value(type, "", 0) : std::nullopt;
  if (!number) return true;
  const double shape =
      whole == Whole::Allowed && *number >= kInWholeUnits ? *number - kInWholeUnits : *number;
  if (shape >= 0 && shape <= kLast && shape == std::floor(shape)) return true;
  lowering.wrong(DiagnosticCode::WrongValue,
                 "there is no priority curve of type " + number_text(*number) + ": they are 0 fixed, 1 " +
                     "rectangular, 2 triangular, 3 normal, 4 exponential and 5 of constant elasticity" +
                     (whole == Whole::Allowed ? ", and 10 to 15 for the same in whole units" : ""),
                 location);
  return false;
}

// Four numbers for each element of the range that `along` runs over.
std::vector<NodeId> profile_values(LowerContext& lowering, const Expression& e, const Expression& along,
                                   const Context& context) {
  const auto symbol = lowering.symbol_in(context.scope, e.name.key);
  const auto other = lowering.symbol_in(context.scope, along.name.key);
  if (e.kind != Expression::Kind::Reference || !symbol || !other) return {};
  const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
  if (s.axes.size() < 2 || lowering.dimensions().range(s.axes.back()).elements.size() < 4) return {};
  const Symbol& o = lowering.scopes()[context.scope].symbols->at(*other);
  const auto last = along.subscripts.empty()
                        ? std::nullopt
                        : lowering.dimensions().range_named(along.subscripts.back().name.key);
  const RangeId range = last ? *last : (o.axes.empty() ? s.axes.front() : o.axes.back());
  std::vector<NodeId> values;
  const auto add = [&](Expression reference, const Context& inner) {
    for (const NodeId value : profile_at(lowering, reference, s, inner)) values.push_back(value);
  };
  if (!last && !along.subscripts.empty() && e.subscripts.size() >= 2) {
    // Vensim's manual: demand[first], profile[first, ptype], for all from the first on.
    const auto& elements = lowering.dimensions().range(range).elements;
    const auto first = lowering.dimensions().element_named(along.subscripts.back().name.key);
    auto at = first ? std::find(elements.begin(), elements.end(), *first) : elements.begin();
    for (; at != elements.end(); ++at) {
      Expression reference = e;
      reference.subscripts[e.subscripts.size() - 2].kind = model::Subscript::Kind::Name;
      reference.subscripts[e.subscripts.size() - 2].name = lowering.dimensions().element(*at);
      add(std::move(reference), context);
    }
    return values;
  }
  lowering.for_each_element(range, context, [&](const Context& inner) { add(e, inner); });
  return values;
}

// The four numbers of one profile, along its last axis.
std::vector<NodeId> profile_at(LowerContext& lowering, Expression reference, const Symbol& symbol,
                               const Context& context) {
  std::vector<NodeId> values;
  if (reference.subscripts.empty()) {
    lowering.wrong(DiagnosticCode::WrongDimensions,
                   "'" + reference.name.display + "' needs its subscripts here", reference.location);
    return values;
  }
  for (std::size_t k = 0; k < 4; ++k) {
    auto& subscript = reference.subscripts.back();
    subscript.kind = model::Subscript::Kind::Name;
    subscript.name =
        lowering.dimensions().element(lowering.dimensions().range(symbol.axes.back()).elements[k]);
    values.push_back(lowering.lower_reference(reference, context));
  }
  return values;
}

// DEMAND AT PRICE(quantity, profile[..., type], price), SUPPLY AT PRICE likewise: for the element at hand.
NodeId quantity_at_price(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& profile = e.arguments[1];
  const auto symbol = lowering.symbol_in(context.scope, profile.name.key);
  const Symbol* s = symbol ? &lowering.scopes()[context.scope].symbols->at(*symbol) : nullptr;
  if (profile.kind != Expression::Kind::Reference || !s || s->axes.empty() ||
      lowering.dimensions().range(s->axes.back()).elements.size() < 4)
    return lowering.wrong(DiagnosticCode::WrongDimensions,
                          "a priority profile of four numbers is expected here", profile.location);
  std::vector<NodeId> operands{lowering.arg(e, 0, context)};
  for (const NodeId value : profile_at(lowering, profile, *s, context)) operands.push_back(value);
  if (operands.size() != 5 || !check_type(lowering, operands[1], Whole::No, profile.location))
    return lowering.graph.literal(0);
  operands.push_back(lowering.arg(e, 2, context));
  return block_at(lowering, Opcode::QuantityAtPrice, operands, e.name.key == "supply_at_price" ? 1 : 0, 0);
}

// ALLOCATE BY PRIORITY(request[target], priority[target], size, width, supply).
NodeId allocate_by_priority(LowerContext& lowering, const Expression& e, const Context& context) {
  std::size_t own = 0;
  std::size_t ignored = 0;
  auto operands = vector_values(lowering, e.arguments[0], context, own);
  const std::size_t count = operands.size();
  const auto priorities = vector_values(lowering, e.arguments[1], context, ignored);
  if (operands.empty() || priorities.size() != count)
    return lowering.wrong(DiagnosticCode::WrongDimensions,
                          "ALLOCATE BY PRIORITY needs a priority for each request", e.location);
  operands.insert(operands.end(), priorities.begin(), priorities.end());
  operands.push_back(lowering.arg(e, 3, context));
  operands.push_back(lowering.arg(e, 4, context));
  return block_at(lowering, Opcode::AllocateByPriority, operands, count, own);
}

// MARKETP(request[first], priority[first], size, width, supply): the priority at which ALLOC P gives out the
// supply; a market of demands that fall evenly over the width, and a supply that is the same at any price.
NodeId market_priority(LowerContext& lowering, const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto requests = vector_values(lowering, e.arguments[0], context, own);
  const auto priorities = vector_values(lowering, e.arguments[1], context, own);
  if (requests.empty() || priorities.size() != requests.size())
    return lowering.wrong(DiagnosticCode::WrongDimensions, "MARKETP needs a priority for each request",
                          e.location);
  const NodeId zero = lowering.graph.literal(0);
  std::vector<NodeId> operands;
  for (std::size_t i = 0; i < requests.size(); ++i)
    for (const NodeId part :
         {requests[i], lowering.graph.literal(1), priorities[i], lowering.arg(e, 3, context), zero})
      operands.push_back(part);
  operands.push_back(lowering.arg(e, 4, context));
  operands.insert(operands.end(), 4, zero);
  const auto count = static_cast<std::uint32_t>(requests.size());
  return lowering.graph.extract(lowering.graph.block(Opcode::FindMarketPrice, operands, count, 1), 0);
}

// ALLOC P(request, priority, width, market priority): the part of the request above the market's priority.
NodeId allocate_at_priority(LowerContext& lowering, const Expression& e, const Context& context) {
  std::vector<NodeId> operands{lowering.arg(e, 0, context), lowering.graph.literal(1),
                               lowering.arg(e, 1, context), lowering.arg(e, 2, context),
                               lowering.graph.literal(0),   lowering.arg(e, 3, context)};
  return block_at(lowering, Opcode::QuantityAtPrice, std::move(operands), 0, 0);
}

// FIND MARKET PRICE(demand[d], demand profile[d, p], supply[s], supply profile[s, p]).
NodeId find_market_price(LowerContext& lowering, const Expression& e, const Context& context) {
  std::vector<NodeId> operands;
  std::uint32_t counts[2] = {};
  for (std::size_t side = 0; side < 2; ++side) {
    std::size_t own = 0;
    const auto quantities = vector_values(lowering, e.arguments[2 * side], context, own);
    const auto profiles = profile_values(lowering, e.arguments[2 * side + 1], e.arguments[2 * side], context);
    if (quantities.empty() || profiles.size() != quantities.size() * 4)
      return lowering.wrong(DiagnosticCode::WrongDimensions,
                            "FIND MARKET PRICE needs a profile of four numbers for each quantity",
                            e.location);
    counts[side] = static_cast<std::uint32_t>(quantities.size());
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      if (!check_type(lowering, profiles[4 * i], Whole::No, e.arguments[2 * side + 1].location))
        return lowering.graph.literal(0);
      operands.push_back(quantities[i]);
      operands.insert(operands.end(), profiles.begin() + static_cast<std::ptrdiff_t>(4 * i),
                      profiles.begin() + static_cast<std::ptrdiff_t>(4 * i + 4));
    }
  }
  return lowering.graph.extract(lowering.graph.block(Opcode::FindMarketPrice, operands, counts[0], counts[1]),
                                0);
}

}  // namespace

Builtins allocation_builtins() {
  return {
      {.name = "allocate_available",
       .least = 3,
       .most = 3,
       .lower = allocate_available,
       .docs =
           {{Section::Arrays,
             "`ALLOCATE AVAILABLE(request, profile, supply)`, `ALLOCATE BY PRIORITY(request, priority, "
             "size, width, supply)` | supply shared by priority curves; by those of type 0 (fixed) in "
             "proportion to the "
             "requests. Types 10 to 15 share as 0 to 5 and then in whole units, by the largest remainders "
             "(F), since the manual does not say how | V"}}},
      {.name = "allocate_by_priority", .least = 5, .most = 5, .lower = allocate_by_priority},
      {.name = "marketp",
       .least = 5,
       .most = 5,
       .lower = market_priority,
       .docs = {{Section::Arrays,
                 "`MARKETP(request[first], priority[first], size, width, supply)`, `ALLOC P(request, "
                 "priority, width, MARKETP)` | ALLOCATE BY PRIORITY in two steps | V; PySD has neither"}}},
      {.name = "alloc_p", .least = 4, .most = 4, .lower = allocate_at_priority},
      {.name = "demand_at_price",
       .least = 3,
       .most = 3,
       .lower = quantity_at_price,
       .docs = {{Section::Arrays,
                 "`DEMAND AT PRICE(quantity, profile, price)`, `SUPPLY AT PRICE(quantity, profile, price)` | "
                 "the quantity at a price | V; PySD has neither"}}},
      {.name = "supply_at_price", .least = 3, .most = 3, .lower = quantity_at_price},
      {.name = "find_market_price",
       .least = 4,
       .most = 4,
       .lower = find_market_price,
       .docs = {{Section::Arrays,
                 "`FIND MARKET PRICE(demand, demand profile, supply, supply profile)` | the price at which "
                 "both agree | V; PySD has none"}}},
  };
}

}  // namespace flowyard::controller::compiler
