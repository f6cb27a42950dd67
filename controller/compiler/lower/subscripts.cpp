#include <algorithm>
#include <cmath>

#include "common/base/suggest.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

using model::Subscript;

RangeId LowerContext::axis_range(const Symbol& symbol, std::size_t k) {
  const auto before = symbol.axes.begin() + static_cast<std::ptrdiff_t>(k);
  const bool again = std::find(symbol.axes.begin(), before, symbol.axes[k]) != before;
  return again ? dimensions_.anonymous(dimensions_.range(symbol.axes[k]).elements) : symbol.axes[k];
}

std::optional<RangeId> LowerContext::slice_of(const Subscript& subscript, RangeId axis,
                                              const Context& context) {
  const Range& range = dimensions_.range(axis);
  std::size_t ends[2] = {};
  for (std::size_t i = 0; i < 2; ++i) {
    const Expression& e = subscript.operands.at(i);
    const auto element = e.kind == Expression::Kind::Reference && e.subscripts.empty()
                             ? dimensions_.element_named(e.name.key)
                             : std::nullopt;
    if (const auto at = element ? range.position.find(*element) : std::nullopt) {
      ends[i] = *at + 1;
      continue;
    }
    const double at = constant_value(e, context, "it is the end of a part of an array");
    if (!(at >= 1 && at <= static_cast<double>(range.elements.size()))) {
      wrong(DiagnosticCode::WrongDimensions, "this part of '" + range.name.display + "' ends outside of it",
            subscript.location);
      return std::nullopt;
    }
    ends[i] = static_cast<std::size_t>(at);
  }
  if (ends[0] > ends[1]) {
    wrong(DiagnosticCode::WrongDimensions, "this part of '" + range.name.display + "' ends before it begins",
          subscript.location);
    return std::nullopt;
  }
  const auto first = range.elements.begin();
  return dimensions_.anonymous(
      {first + static_cast<std::ptrdiff_t>(ends[0]) - 1, first + static_cast<std::ptrdiff_t>(ends[1])});
}

// XMILE a': the element of a at the left-hand side's subscripts in reverse. Inside an aggregation, where
// every element is met by the name of its dimension, turning makes no difference.
NodeId LowerContext::lower_transpose(const Expression& e, const Context& context) {
  const Expression& array = e.arguments[0];
  const auto symbol = symbol_in(context.scope, array.name.key);
  if (array.kind != Expression::Kind::Reference || !symbol)
    return wrong(DiagnosticCode::WrongKind, "an array is expected before '", e.location);
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  const std::size_t rank = s.axes.size();
  const bool whole = std::all_of(array.subscripts.begin(), array.subscripts.end(), [](const Subscript& part) {
    return part.kind == Subscript::Kind::Wildcard;
  });
  if (!whole)
    return wrong(DiagnosticCode::WrongDimensions, "only a whole array can be transposed", e.location);
  bool turned = rank == context.left.size() && context.iterating.empty();
  for (std::size_t k = 0; k < rank && turned; ++k) {
    const auto& left = context.left[rank - 1 - k];
    turned = dimensions_.range(s.axes[k]).position.contains(left.element);
  }
  if (!turned) {
    const bool named = std::all_of(s.axes.begin(), s.axes.end(),
                                   [&](RangeId axis) { return bound_element(axis, context).has_value(); });
    if (named) return lower_reference(model::reference(array.name, {}, array.location), context);
    return wrong(DiagnosticCode::WrongDimensions,
                 "the transposed array '" + array.name.display + "' does not fit the left-hand side",
                 e.location);
  }
  std::vector<Index> indices;
  for (std::size_t k = 0; k < rank; ++k) indices.push_back({context.left[rank - 1 - k].element, 0});
  std::vector<ElementId> chosen;
  return element_of(context.scope, *symbol, indices, chosen, context);
}

// What element of a range the context means: bound itself, or through a mapping, or by being the same.
std::optional<ElementId> LowerContext::bound_element(RangeId wanted, const Context& context,
                                                     Prefer prefer) const {
  // Bindings in the order in which they are asked: the innermost iteration before those around it.
  const auto& left = context.left;
  const auto& iterating = context.iterating;
  const std::size_t count = left.size() + iterating.size();
  const auto binding = [&](std::size_t k) -> const Binding& {
    const std::size_t first = prefer == Prefer::Left ? left.size() : iterating.size();
    const bool of_left = (k < first) == (prefer == Prefer::Left);
    if (k >= first) k -= first;
    return of_left ? left[k] : iterating[iterating.size() - 1 - k];
  };
  for (std::size_t k = 0; k < count; ++k)
    if (binding(k).range == wanted) return binding(k).element;
  const Range& range = dimensions_.range(wanted);
  for (std::size_t k = 0; k < count; ++k)  // another name for the same elements
    if (const auto by = binding(k).range; by && dimensions_.range(*by).elements == range.elements)
      return binding(k).element;
  for (std::size_t k = 0; k < count; ++k) {
    const auto by = binding(k).range;
    if (!by) continue;
    if (const auto mapped = dimensions_.mapped(wanted, *by, binding(k).element)) return mapped;
  }
  for (std::size_t k = 0; k < count; ++k)
    if (range.position.contains(binding(k).element)) return binding(k).element;
  // The left-hand side names an element that maps to the wanted range.
  for (const Binding& named : left) {
    if (named.range) continue;
    for (RangeId by = 0; by < dimensions_.range_count(); ++by) {
      if (!dimensions_.range(by).position.contains(named.element)) continue;
      if (const auto mapped = dimensions_.mapped(wanted, by, named.element)) return mapped;
    }
  }
  return std::nullopt;
}

void LowerContext::for_each_element(RangeId range, const Context& context,
                                    const std::function<void(const Context&)>& function) {
  for_each_combination({range}, context, [&](const Context& iterated) {
    Context inner = iterated;
    for (Binding& binding : inner.left)
      if (binding.range == range) binding.element = inner.iterating.back().element;
    function(inner);
  });
}

// XMILE x[dim] = a[2:4]: the first of the part for the first of the left-hand side, and so on.
std::optional<LowerContext::Index> LowerContext::along_left(RangeId part, RangeId axis,
                                                            const Context& context,
                                                            model::SourceLocation location) {
  const auto same = std::find_if(context.left.begin(), context.left.end(),
                                 [&](const Binding& binding) { return binding.range == axis; });
  const auto left = same != context.left.end() || context.left.size() != 1 ? same : context.left.begin();
  if (left == context.left.end() || !left->range) {
    wrong(DiagnosticCode::NotAggregated,
          "a part of an array can only stand inside an aggregation such as SUM", location);
    return std::nullopt;
  }
  const std::size_t at = dimensions_.range(*left->range).position.find(left->element).value();
  const auto& elements = dimensions_.range(part).elements;
  return at < elements.size() ? Index{elements[at], 0} : Index{std::nullopt, graph.literal(0)};
}

std::optional<LowerContext::Index> LowerContext::resolve(const Subscript& subscript, RangeId axis,
                                                         const Context& context, const model::Name& of) {
  const Range& range = dimensions_.range(axis);
  switch (subscript.kind) {
    case Subscript::Kind::Position: {
      const auto at = static_cast<std::size_t>(subscript.position) - 1;
      if (at < context.left.size()) return Index{context.left[at].element, 0};
      wrong(DiagnosticCode::UnknownSubscript,
            "there is no dimension @" + std::to_string(subscript.position) + " on the left-hand side",
            subscript.location);
      return std::nullopt;
    }
    case Subscript::Kind::Index: {
      const NodeId position = lower(subscript.operands[0], context);
      if (!graph.is_literal(position)) return Index{std::nullopt, position};
      const double at = graph.literal_value(position);
      if (at >= 1 && at < static_cast<double>(range.elements.size()) + 1)
        return Index{range.elements[static_cast<std::size_t>(at) - 1], 0};
      // An element called by a number: a[2020].
      const bool whole = at == std::floor(at) && std::abs(at) < 1e15;
      const auto named =
          whole ? dimensions_.element_named(std::to_string(static_cast<long long>(at))) : std::nullopt;
      if (named && range.position.contains(*named)) return Index{named, 0};
      return Index{std::nullopt, position};
    }
    case Subscript::Kind::Wildcard:
    case Subscript::Kind::Range: {
      const bool slice = subscript.kind == Subscript::Kind::Range;
      const auto part = slice ? slice_of(subscript, axis, context) : std::optional(axis);
      if (!part) return std::nullopt;
      if (slice && context.iterating.empty()) return along_left(*part, axis, context, subscript.location);
      if (const auto element = bound_element(*part, context, Prefer::Iterating)) return Index{element, 0};
      wrong(DiagnosticCode::NotAggregated,
            "a whole dimension can only stand inside an aggregation such as SUM", subscript.location);
      return std::nullopt;
    }
    case Subscript::Kind::Bang:
    case Subscript::Kind::Name:
      break;
  }
  const auto& key = subscript.name.key;
  std::optional<ElementId> element;
  const auto& own = range.position;
  const auto named = dimensions_.range_named(key);
  if (named) {
    const bool bang = subscript.kind == Subscript::Kind::Bang;
    element = bound_element(*named, context, bang ? Prefer::Iterating : Prefer::Left);
    if (bang && (!element || context.iterating.empty())) {
      wrong(DiagnosticCode::NotAggregated,
            "'" + subscript.name.display + "!' can only stand inside an aggregation such as SUM",
            subscript.location);
      return std::nullopt;
    }
    if (!element) {
      wrong(DiagnosticCode::NotAggregated,
            "the dimension '" + subscript.name.display +
                "' does not stand on the left-hand side, and nothing there "
                "is mapped to it",
            subscript.location);
      return std::nullopt;
    }
  } else if (const auto named_element = dimensions_.element_named(key)) {
    element = named_element;
  } else if (symbol_in(context.scope, key) || setting_named(key) || key == "time") {
    return Index{std::nullopt,
                 lower_reference(model::reference(subscript.name, {}, subscript.location), context)};
  } else {
    if (is_unread(key)) return std::nullopt;
    auto known = dimensions_.names();
    for (const ElementId e : range.elements) known.push_back(dimensions_.element(e).display);
    wrong(DiagnosticCode::UnknownSubscript,
          "unknown subscript '" + subscript.name.display + "'" + suggestion(subscript.name.display, known),
          subscript.location);
    return std::nullopt;
  }
  auto at = own.find(*element);
  if (!at) {
    // The element of a range that is mapped to the axis.
    if (named)
      if (const auto mapped = dimensions_.mapped(axis, *named, *element)) at = own.find(*mapped);
  }
  if (!at) {
    not_in_axis(subscript, *element, axis, of);
    return std::nullopt;
  }
  const long position = static_cast<long>(*at) + subscript.offset;
  if (position < 0 || position >= static_cast<long>(range.elements.size()))
    return Index{std::nullopt, graph.literal(0)};
  return Index{range.elements[static_cast<std::size_t>(position)], 0};
}

// Two axes of the same elements, and only one thing that says which: y[R] = p of p[R, R] is not its diagonal.
bool LowerContext::shares_bindings(const Symbol& symbol, const Context& context) const {
  for (const RangeId axis : symbol.axes) {
    const Range& range = dimensions_.range(axis);
    const auto alike = std::count_if(symbol.axes.begin(), symbol.axes.end(), [&](RangeId other) {
      return dimensions_.range(other).elements == range.elements;
    });
    if (alike < 2) continue;
    const auto says = [&](const Binding& binding) {
      return range.position.contains(binding.element) ||
             (binding.range && dimensions_.mapped(axis, *binding.range, binding.element));
    };
    const auto bindings = std::count_if(context.left.begin(), context.left.end(), says) +
                          std::count_if(context.iterating.begin(), context.iterating.end(), says);
    if (bindings < alike) return true;
  }
  return false;
}

std::optional<std::vector<LowerContext::Index>> LowerContext::indices_of(const Expression& e,
                                                                         const Symbol& symbol,
                                                                         const Context& context) {
  if (symbol.too_large) return std::nullopt;
  std::vector<Index> indices;
  if (e.subscripts.empty()) {
    // The left-hand side's own dimensions, one by one; they may be twice the same.
    const auto runs = [&](RangeId axis) {
      return std::any_of(context.iterating.begin(), context.iterating.end(),
                         [&](const Binding& binding) { return binding.range == axis; });
    };
    // XMILE: what an aggregation runs over is the whole array.
    const Prefer prefer = names_whole_arrays() && std::any_of(symbol.axes.begin(), symbol.axes.end(), runs)
                              ? Prefer::Iterating
                              : Prefer::Left;
    bool same_shape = symbol.axes.size() == context.left.size() && prefer == Prefer::Left;
    for (std::size_t k = 0; k < symbol.axes.size() && same_shape; ++k)
      same_shape = context.left[k].range == symbol.axes[k];
    if (!same_shape && shares_bindings(symbol, context)) {
      needs_subscripts(e, symbol);
      return std::nullopt;
    }
    for (std::size_t k = 0; k < symbol.axes.size(); ++k) {
      const RangeId axis = symbol.axes[k];
      const auto element = same_shape ? std::optional(context.left[k].element)
                                      : bound_element(axis_range(symbol, k), context, prefer);
      if (!element || !dimensions_.range(axis).position.contains(*element)) {
        needs_subscripts(e, symbol);
        return std::nullopt;
      }
      indices.push_back({element, 0});
    }
    return indices;
  }
  if (e.subscripts.size() != symbol.axes.size()) {
    wrong(DiagnosticCode::WrongDimensions,
          "'" + e.name.display + "' has " + std::to_string(symbol.axes.size()) + " dimension(s), not " +
              std::to_string(e.subscripts.size()),
          e.location);
    return std::nullopt;
  }
  for (std::size_t k = 0; k < symbol.axes.size(); ++k) {
    const bool whole = e.subscripts[k].kind == Subscript::Kind::Wildcard;
    const auto index =
        resolve(e.subscripts[k], whole ? axis_range(symbol, k) : symbol.axes[k], context, e.name);
    if (!index) return std::nullopt;
    indices.push_back(*index);
  }
  return indices;
}

// The value at `indices`; positions known only while running choose among the values of all elements.
NodeId LowerContext::element_of(ScopeId scope, std::uint32_t symbol, const std::vector<Index>& indices,
                                std::vector<ElementId>& chosen, const Context& context) {
  const Symbol& s = scopes_[scope].symbols->at(symbol);
  const std::size_t axis = chosen.size();
  if (axis == indices.size()) {
    const auto flat = scopes_[scope].symbols->flat_of(s, chosen);
    return flat ? value_of(scope, symbol, *flat, context) : graph.literal(0);
  }
  const auto with = [&](ElementId element) {
    chosen.push_back(element);
    const NodeId node = element_of(scope, symbol, indices, chosen, context);
    chosen.pop_back();
    return node;
  };
  if (indices[axis].element) return with(*indices[axis].element);
  std::vector<NodeId> operands{indices[axis].position};
  budget_.spend(dimensions_.range(s.axes[axis]).elements.size());
  for (const ElementId element : dimensions_.range(s.axes[axis]).elements) operands.push_back(with(element));
  return chosen_by_position(std::move(operands));
}

// operands: a 1-based position and the values.
NodeId LowerContext::chosen_by_position(std::vector<NodeId> operands) {
  const NodeId position = operands.front();
  const auto count = static_cast<double>(operands.size() - 1);
  const NodeId found = graph.extract(
      graph.block(Opcode::ArrayElement, operands, static_cast<std::uint32_t>(operands.size() - 1)), 0);
  if (!model_.zero_outside) return found;
  const NodeId inside = op(Opcode::And, op(Opcode::LessEqual, graph.literal(1), position),
                           op(Opcode::Less, position, graph.literal(count + 1)));
  return op(Opcode::Select, inside, found, graph.literal(0));
}

// XMILE a(n): the n-th element in row-major order.
NodeId LowerContext::flat_element(const Expression& e, std::uint32_t symbol, const Context& context) {
  const Symbol& s = scopes_[context.scope].symbols->at(symbol);
  std::vector<NodeId> operands{arg(e, 0, context)};
  budget_.spend(s.elements);
  for (std::size_t flat = 0; flat < s.elements; ++flat)
    operands.push_back(value_of(context.scope, symbol, flat, context));
  return chosen_by_position(std::move(operands));
}

CallSite LowerContext::key_of(const Expression& location, const Context& context, int part) const {
  CallSite key{.location = &location, .scope = context.scope, .elements = {}, .part = part};
  for (const auto* bindings : {&context.left, &context.iterating})
    for (const Binding& binding : *bindings) key.elements.push_back(binding.element);
  return key;
}

}  // namespace flowyard::controller::compiler
