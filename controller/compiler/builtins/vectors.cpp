// Functions of one vector as a whole: order, ranks, moving about in it, reading it as a table.
#include <algorithm>
#include <limits>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

// The range that a vector runs over: the last subscript of the reference, of a formula that of the first
// reference in it that has one. What an aggregation inside of it runs over is not open.
std::optional<RangeId> Lowerer::vector_range(const Expression& e, const Context& context) const {
  const auto symbol = symbol_in(context.scope, e.name.key);
  if (e.kind == Expression::Kind::Reference && symbol) {
    const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
    if (s.axes.empty()) return std::nullopt;
    return e.subscripts.empty() ? s.axes.back() : dimensions_.range_named(e.subscripts.back().name.key);
  }
  for (const Expression& argument : e.arguments) {
    const bool closed =
        !argument.subscripts.empty() && argument.subscripts.back().kind == model::Subscript::Kind::Bang;
    if (const auto range = vector_range(argument, context); range && !closed) return range;
  }
  return std::nullopt;
}

// The values of a vector along its range, all of them, in order; `own` is the position of the element that
// the context stands at.
std::vector<NodeId> Lowerer::vector_values(const Expression& e, const Context& context, std::size_t& own) {
  own = 0;
  const auto range = vector_range(e, context);
  const auto symbol = symbol_in(context.scope, e.name.key);
  if (!range && e.kind == Expression::Kind::Reference && symbol) {
    const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
    if (!s.axes.empty()) return values_from(e, s.axes.back(), context);
    wrong("'" + e.name.display + "' is not an array", e.location);
    return {};
  }
  if (!range) {
    wrong("an array is expected here", e.location);
    return {};
  }
  if (const auto element = bound_element(*range, context)) {
    if (const auto at = dimensions_.range(*range).position.find(*element)) own = *at;
  }
  std::vector<NodeId> values;
  for_each_element(*range, context, [&](const Context& inner) { values.push_back(lower(e, inner)); });
  return values;
}

// Vensim names the first element where it means the whole: vector[A1] for all from A1 on.
std::vector<NodeId> Lowerer::values_from(const Expression& e, RangeId range, const Context& context) {
  std::vector<NodeId> values;
  const auto& elements = dimensions_.range(range).elements;
  const auto first = dimensions_.element_named(e.subscripts.back().name.key);
  const auto begin = first ? std::find(elements.begin(), elements.end(), *first) : elements.begin();
  for (auto at = begin; at != elements.end(); ++at) {
    Expression reference = e;
    reference.subscripts.back().kind = model::Subscript::Kind::Name;
    reference.subscripts.back().name = dimensions_.element(*at);
    values.push_back(lower_reference(reference, context));
  }
  return values;
}

NodeId Lowerer::block_at(Opcode opcode, std::vector<NodeId> operands, std::size_t count, std::size_t which) {
  return graph.extract(graph.block(opcode, operands, static_cast<std::uint32_t>(count)),
                       static_cast<std::uint32_t>(which));
}

// VECTOR SORT ORDER(vector, direction), VECTOR RANK(vector, direction).
NodeId Lowerer::vector_order(const Expression& e, const Context& context) {
  std::size_t own = 0;
  auto values = vector_values(e.arguments[0], context, own);
  if (values.empty()) return graph.literal(0);
  const std::size_t count = values.size();
  values.push_back(arg(e, 1, context));
  return block_at(e.name.key == "vector_sort_order" ? Opcode::SortOrder : Opcode::Rank, values, count, own);
}

// The value at a 1-based position, not available outside.
NodeId Lowerer::at_position(NodeId position, const std::vector<NodeId>& values) {
  if (graph.is_literal(position)) {
    const double at = graph.literal_value(position);
    const bool inside = at >= 1 && at < static_cast<double>(values.size()) + 1;
    return inside ? values[static_cast<std::size_t>(at) - 1]
                  : graph.literal(std::numeric_limits<double>::quiet_NaN());
  }
  std::vector<NodeId> operands{position};
  operands.insert(operands.end(), values.begin(), values.end());
  return block_at(Opcode::ArrayElement, operands, values.size(), 0);
}

// VECTOR REORDER(vector, order): the element of the vector that the order gives, counted from 0.
NodeId Lowerer::vector_reorder(const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto values = vector_values(e.arguments[0], context, own);
  if (values.empty()) return graph.literal(0);
  return at_position(op(Opcode::Add, op(Opcode::Floor, arg(e, 1, context)), graph.literal(1)), values);
}

// VECTOR ELM MAP(vector[element], offset): the value that many places after the one named, in row-major order
// of the whole variable.
NodeId Lowerer::vector_elm_map(const Expression& e, const Context& context) {
  const Expression& vector = e.arguments[0];
  const auto symbol = symbol_in(context.scope, vector.name.key);
  if (vector.kind != Expression::Kind::Reference || !symbol)
    return wrong("an array is expected here", vector.location);
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  const auto indices = indices_of(vector, s, context);
  if (!indices) return graph.literal(0);
  std::vector<ElementId> elements;
  for (const Index& index : *indices)
    if (index.element) elements.push_back(*index.element);
  const auto from = scopes_[context.scope].symbols->flat_of(s, elements);
  if (!from || s.axes.empty())
    return wrong("'" + vector.name.display + "' needs an element to count from", vector.location);
  // A hair added, for offsets that are computed and fall just short of a whole number.
  const NodeId offset = op(Opcode::Floor, op(Opcode::Add, arg(e, 1, context), graph.literal(1e-6)));
  const NodeId position = op(Opcode::Add, offset, graph.literal(static_cast<double>(*from) + 1));
  std::vector<NodeId> values;
  const auto value = [&](std::size_t flat) {
    return s.equations[flat] >= 0 ? value_of(context.scope, *symbol, flat, context)
                                  : graph.literal(std::numeric_limits<double>::quiet_NaN());
  };
  if (graph.is_literal(position)) {
    const double at = graph.literal_value(position);
    const bool inside = at >= 1 && at < static_cast<double>(s.elements) + 1;
    return inside ? value(static_cast<std::size_t>(at) - 1)
                  : graph.literal(std::numeric_limits<double>::quiet_NaN());
  }
  for (std::size_t flat = 0; flat < s.elements; ++flat) values.push_back(value(flat));
  return at_position(position, values);
}

// VECTOR LOOKUP(vector[first], x, least x, greatest x, mode).
NodeId Lowerer::vector_lookup(const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto values = vector_values(e.arguments[0], context, own);
  if (values.empty()) return graph.literal(0);
  std::vector<NodeId> operands;
  for (std::size_t i = 1; i <= 4; ++i) operands.push_back(arg(e, i, context));
  operands.insert(operands.end(), values.begin(), values.end());
  return block_at(Opcode::VectorLookup, operands, values.size(), 0);
}

}  // namespace flowyard::controller::compiler
