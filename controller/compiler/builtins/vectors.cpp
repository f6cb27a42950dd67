// Functions of one vector as a whole: order, ranks, moving about in it, reading it as a table.
#include <algorithm>
#include <limits>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// The range that a vector runs over: the last subscript of the reference, of a formula that of the first
// reference in it that has one. What an aggregation inside of it runs over is not open.
std::optional<RangeId> vector_range(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto symbol = lowering.symbol_in(context.scope, e.name.key);
  if (e.kind == Expression::Kind::Reference && symbol) {
    const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
    if (s.axes.empty()) return std::nullopt;
    return e.subscripts.empty() ? s.axes.back()
                                : lowering.dimensions().range_named(e.subscripts.back().name.key);
  }
  for (const Expression& argument : e.arguments) {
    const bool closed =
        !argument.subscripts.empty() && argument.subscripts.back().kind == model::Subscript::Kind::Bang;
    if (const auto range = vector_range(lowering, argument, context); range && !closed) return range;
  }
  return std::nullopt;
}

// Vensim names the first element where it means the whole: vector[A1] for all from A1 on.
std::vector<NodeId> values_from(LowerContext& lowering, const Expression& e, RangeId range,
                                const Context& context) {
  std::vector<NodeId> values;
  const auto& elements = lowering.dimensions().range(range).elements;
  const auto first = lowering.dimensions().element_named(e.subscripts.back().name.key);
  const auto begin = first ? std::find(elements.begin(), elements.end(), *first) : elements.begin();
  for (auto at = begin; at != elements.end(); ++at) {
    Expression reference = e;
    reference.subscripts.back().kind = model::Subscript::Kind::Name;
    reference.subscripts.back().name = lowering.dimensions().element(*at);
    values.push_back(lowering.lower_reference(reference, context));
  }
  return values;
}

// VECTOR SORT ORDER(vector, direction), VECTOR RANK(vector, direction).
NodeId vector_order(LowerContext& lowering, const Expression& e, const Context& context) {
  std::size_t own = 0;
  auto values = vector_values(lowering, e.arguments[0], context, own);
  if (values.empty()) return lowering.graph.literal(0);
  const std::size_t count = values.size();
  values.push_back(lowering.arg(e, 1, context));
  return block_at(lowering, e.name.key == "vector_sort_order" ? Opcode::SortOrder : Opcode::Rank, values,
                  count, own);
}

// VECTOR REORDER(vector, order): the element of the vector that the order gives, counted from 0.
NodeId vector_reorder(LowerContext& lowering, const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto values = vector_values(lowering, e.arguments[0], context, own);
  if (values.empty()) return lowering.graph.literal(0);
  return at_position(lowering,
                     lowering.op(Opcode::Add, lowering.op(Opcode::Floor, lowering.arg(e, 1, context)),
                                 lowering.graph.literal(1)),
                     values);
}

// VECTOR ELM MAP(vector[element], offset): the value that many places after the one named, in row-major order
// of the whole variable.
NodeId vector_elm_map(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& vector = e.arguments[0];
  const auto symbol = lowering.symbol_in(context.scope, vector.name.key);
  if (vector.kind != Expression::Kind::Reference || !symbol)
    return lowering.wrong(DiagnosticCode::WrongKind, "an array is expected here", vector.location);
  const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
  const auto indices = lowering.indices_of(vector, s, context);
  if (!indices) return lowering.graph.literal(0);
  std::vector<ElementId> elements;
  for (const LowerContext::Index& index : *indices)
    if (index.element) elements.push_back(*index.element);
  const auto from = lowering.scopes()[context.scope].symbols->flat_of(s, elements);
  if (!from || s.axes.empty())
    return lowering.wrong(DiagnosticCode::WrongDimensions,
                          "'" + vector.name.display + "' needs an element to count from", vector.location);
  // With a small tolerance, for computed offsets just short of a whole number.
  const NodeId offset = lowering.op(
      Opcode::Floor, lowering.op(Opcode::Add, lowering.arg(e, 1, context), lowering.graph.literal(1e-6)));
  const NodeId position =
      lowering.op(Opcode::Add, offset, lowering.graph.literal(static_cast<double>(*from) + 1));
  std::vector<NodeId> values;
  const auto value = [&](std::size_t flat) {
    return s.equations[flat] >= 0 ? lowering.value_of(context.scope, *symbol, flat, context)
                                  : lowering.graph.literal(std::numeric_limits<double>::quiet_NaN());
  };
  if (lowering.graph.is_literal(position)) {
    const double at = lowering.graph.literal_value(position);
    const bool inside = at >= 1 && at < static_cast<double>(s.elements) + 1;
    return inside ? value(static_cast<std::size_t>(at) - 1)
                  : lowering.graph.literal(std::numeric_limits<double>::quiet_NaN());
  }
  lowering.budget().spend(s.elements);
  for (std::size_t flat = 0; flat < s.elements; ++flat) values.push_back(value(flat));
  return at_position(lowering, position, values);
}

// VECTOR LOOKUP(vector[first], x, least x, greatest x, mode).
NodeId vector_lookup(LowerContext& lowering, const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto values = vector_values(lowering, e.arguments[0], context, own);
  if (values.empty()) return lowering.graph.literal(0);
  std::vector<NodeId> operands;
  for (std::size_t i = 1; i <= 4; ++i) operands.push_back(lowering.arg(e, i, context));
  operands.insert(operands.end(), values.begin(), values.end());
  return block_at(lowering, Opcode::VectorLookup, operands, values.size(), 0);
}

}  // namespace

// The values of a vector along its range, all of them, in order; `own` is the position of the element that
// the context stands at.
std::vector<NodeId> vector_values(LowerContext& lowering, const Expression& e, const Context& context,
                                  std::size_t& own) {
  own = 0;
  const auto range = vector_range(lowering, e, context);
  const auto symbol = lowering.symbol_in(context.scope, e.name.key);
  if (!range && e.kind == Expression::Kind::Reference && symbol) {
    const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
    if (!s.axes.empty()) return values_from(lowering, e, s.axes.back(), context);
    lowering.wrong(DiagnosticCode::WrongKind, "'" + e.name.display + "' is not an array", e.location);
    return {};
  }
  if (!range) {
    lowering.wrong(DiagnosticCode::WrongKind, "an array is expected here", e.location);
    return {};
  }
  if (const auto element = lowering.bound_element(*range, context)) {
    if (const auto at = lowering.dimensions().range(*range).position.find(*element)) own = *at;
  }
  std::vector<NodeId> values;
  lowering.for_each_element(*range, context,
                            [&](const Context& inner) { values.push_back(lowering.lower(e, inner)); });
  return values;
}

NodeId block_at(LowerContext& lowering, Opcode opcode, std::vector<NodeId> operands, std::size_t count,
                std::size_t which) {
  lowering.budget().spend(operands.size());
  return lowering.graph.extract(lowering.graph.block(opcode, operands, static_cast<std::uint32_t>(count)),
                                static_cast<std::uint32_t>(which));
}

// The value at a 1-based position, not available outside.
NodeId at_position(LowerContext& lowering, NodeId position, const std::vector<NodeId>& values) {
  if (lowering.graph.is_literal(position)) {
    const double at = lowering.graph.literal_value(position);
    const bool inside = at >= 1 && at < static_cast<double>(values.size()) + 1;
    return inside ? values[static_cast<std::size_t>(at) - 1]
                  : lowering.graph.literal(std::numeric_limits<double>::quiet_NaN());
  }
  std::vector<NodeId> operands{position};
  operands.insert(operands.end(), values.begin(), values.end());
  return block_at(lowering, Opcode::ArrayElement, operands, values.size(), 0);
}

Builtins vectors_builtins() {
  return {
      {.name = "vector_elm_map",
       .least = 2,
       .most = 2,
       .lower = vector_elm_map,
       .docs = {{Section::Arrays,
                 "`VECTOR ELM MAP(a[e], offset)` | the element that far after e | V; PySD has none"}}},
      {.name = "vector_lookup",
       .least = 5,
       .most = 5,
       .lower = vector_lookup,
       .docs = {{Section::Arrays,
                 "`VECTOR LOOKUP(a[first], x, least, most, mode)` | a vector as a table | V"}}},
      {.name = "vector_sort_order", .least = 2, .most = 2, .lower = vector_order},
      {.name = "vector_rank",
       .least = 2,
       .most = 2,
       .lower = vector_order,
       .docs = {{Section::Arrays,
                 "`VECTOR RANK(a, direction)`, `VECTOR SORT ORDER(a, direction)` | places and order of the "
                 "elements | V"}}},
      {.name = "vector_reorder",
       .least = 2,
       .most = 2,
       .lower = vector_reorder,
       .docs = {{Section::Arrays, "`VECTOR REORDER(a, order)` | a in that order, counted from 0 | V"}}},
  };
}

}  // namespace flowyard::controller::compiler
