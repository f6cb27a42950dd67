// Functions of arrays: aggregation over the ranges that an argument leaves open, and the functions that need
// whole vectors at once.
#include <algorithm>

#include "worker/compile/lower.hpp"

namespace flowyard::worker::compile {

// SUM, PROD, VMIN, VMAX (Vensim); SUM, PROD, MIN, MAX, MEAN, STDDEV (XMILE).
NodeId Lowerer::aggregate(const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  std::vector<NodeId> values;
  for (const Expression& argument : e.arguments) {
    const auto some = all_values(argument, context);
    values.insert(values.end(), some.begin(), some.end());
  }
  const auto folded = [&](Opcode opcode, const std::vector<NodeId>& all) {
    NodeId result = all.front();
    for (std::size_t i = 1; i < all.size(); ++i) result = op(opcode, result, all[i]);
    return result;
  };
  if (values.empty()) return graph.literal(0);
  if (key == "prod") return folded(Opcode::Multiply, values);
  if (key == "vmin" || key == "min") return folded(Opcode::Min, values);
  if (key == "vmax" || key == "max") return folded(Opcode::Max, values);
  const NodeId sum = folded(Opcode::Add, values);
  if (key == "sum") return sum;
  const NodeId count = graph.literal(static_cast<double>(values.size()));
  const NodeId mean = op(Opcode::Divide, sum, count);
  if (key == "mean") return mean;
  for (NodeId& value : values) {
    const NodeId away = op(Opcode::Subtract, value, mean);
    value = op(Opcode::Multiply, away, away);
  }
  // XMILE: the sample's standard deviation.
  const NodeId less_one = graph.literal(std::max(1.0, static_cast<double>(values.size()) - 1));
  return op(Opcode::Sqrt, op(Opcode::Divide, folded(Opcode::Add, values), less_one));
}

// ELMCOUNT(dimension), SIZE(array).
NodeId Lowerer::element_count(const Expression& e, const Context& context) {
  const Expression& argument = e.arguments[0];
  if (argument.kind == Expression::Kind::Reference && argument.subscripts.empty()) {
    if (const auto range = dimensions_.range_named(argument.name.key))
      return graph.literal(static_cast<double>(dimensions_.range(*range).elements.size()));
  }
  return graph.literal(static_cast<double>(all_values(argument, context).size()));
}

// VECTOR SELECT(selection, expression, missing, numerical action, error action) over the elements whose
// selection is not 0. Actions: 0 sum, 1 product, 2 minimum, 3 maximum, 4 mean of selection * expression;
// 5 product of expression ^ selection; 6 to 10 as 0 to 4 of the expression alone.
NodeId Lowerer::vector_select(const Expression& e, const Context& context) {
  std::vector<RangeId> ranges = iterated_ranges(e.arguments[0], context);
  for (const RangeId range : iterated_ranges(e.arguments[1], context))
    if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) ranges.push_back(range);
  std::vector<Selected> all;
  for_each_combination(ranges, context, [&](const Context& inner) {
    all.push_back({arg(e, 0, inner), arg(e, 1, inner)});
  });
  constexpr int actions = 11;
  const NodeId action = arg(e, 3, context);
  NodeId result = graph.literal(0);
  if (graph.is_literal(action)) {
    const double number = graph.literal_value(action);
    if (!(number >= 0 && number < actions)) return wrong("VECTOR SELECT has the actions 0 to 10", e.place);
    result = selected_aggregate(all, static_cast<int>(number));
  } else {
    const NodeId whole = op(Opcode::Floor, op(Opcode::Add, action, graph.literal(0.5)));
    for (int a = 0; a < actions; ++a)
      result =
          op(Opcode::Select, op(Opcode::Equal, whole, graph.literal(a)), selected_aggregate(all, a), result);
  }
  NodeId any = graph.literal(0);
  for (const Selected& one : all) any = op(Opcode::Or, any, one.selection);
  return op(Opcode::Select, any, result, arg(e, 2, context));
}

NodeId Lowerer::selected_aggregate(const std::vector<Selected>& all, int action) {
  const int kind = action > 5 ? action - 6 : action;
  const bool product = kind == 1 || kind == 5;
  NodeId result = graph.literal(product ? 1 : 0);
  NodeId count = graph.literal(0);
  for (const auto& [selection, raw] : all) {
    const NodeId selected = op(Opcode::NotEqual, selection, graph.literal(0));
    NodeId value = raw;
    if (action < 5) value = op(Opcode::Multiply, selection, raw);
    if (action == 5) value = op(Opcode::Power, raw, selection);
    NodeId next = op(product ? Opcode::Multiply : Opcode::Add, result, value);
    if (kind == 2 || kind == 3) {
      const NodeId better = op(kind == 2 ? Opcode::Min : Opcode::Max, result, value);
      next = op(Opcode::Select, count, better, value);
    }
    result = op(Opcode::Select, selected, next, result);
    count = op(Opcode::Add, count, selected);
  }
  return kind == 4 ? op(Opcode::Divide, result, count) : result;
}

// The values of a vector along the last range of its reference that is bound or open, all of them, in order;
// `own` is the position of the element that the context stands at.
std::vector<NodeId> Lowerer::vector_values(const Expression& e, const Context& context, std::size_t& own) {
  const auto symbol = symbol_in(context.scope, e.name.key);
  own = 0;
  if (e.kind != Expression::Kind::Reference || !symbol) {
    wrong("an array is expected here", e.place);
    return {};
  }
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  if (s.axes.empty()) {
    wrong("'" + e.name.display + "' is not an array", e.place);
    return {};
  }
  const auto last =
      e.subscripts.empty() ? std::nullopt : dimensions_.range_named(e.subscripts.back().name.key);
  const RangeId range = last ? *last : s.axes.back();
  if (const auto element = bound_element(range, context)) {
    const auto& position = dimensions_.range(range).position;
    if (const auto at = position.find(*element); at != position.end()) own = at->second;
  }
  std::vector<NodeId> values;
  for_each_element(range, context, [&](const Context& inner) { values.push_back(lower(e, inner)); });
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

// VECTOR REORDER(vector, order): the element of the vector that the order gives, counted from 0.
NodeId Lowerer::vector_reorder(const Expression& e, const Context& context) {
  std::size_t own = 0;
  auto operands = vector_values(e.arguments[0], context, own);
  if (operands.empty()) return graph.literal(0);
  const std::size_t count = operands.size();
  const NodeId position = op(Opcode::Add, op(Opcode::Floor, arg(e, 1, context)), graph.literal(1));
  operands.insert(operands.begin(), position);
  return block_at(Opcode::ArrayElement, operands, count, 0);
}

// VECTOR ELM MAP(vector[element], offset): the element that far after the one named.
NodeId Lowerer::vector_elm_map(const Expression& e, const Context& context) {
  const Expression& vector = e.arguments[0];
  const auto symbol = symbol_in(context.scope, vector.name.key);
  if (vector.kind != Expression::Kind::Reference || !symbol)
    return wrong("an array is expected here", vector.place);
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  auto indices = indices_of(vector, s, context);
  if (!indices || indices->empty() || !indices->back().element)
    return wrong("'" + vector.name.display + "' needs an element to count from", vector.place);
  const auto& axis = dimensions_.range(s.axes.back());
  const auto base = axis.position.find(*indices->back().element);
  const double from = base == axis.position.end() ? 1.0 : base->second + 1.0;
  const NodeId position = op(Opcode::Add, op(Opcode::Floor, arg(e, 1, context)), graph.literal(from));
  indices->back() = {std::nullopt, position};
  std::vector<ElementId> chosen;
  return element_of(context.scope, *symbol, *indices, chosen, context);
}

// INVERT MATRIX(matrix[row, column], size): element (column-th row ...) of the inverse at the left-hand side.
NodeId Lowerer::invert_matrix(const Expression& e, const Context& context) {
  const Expression& matrix = e.arguments[0];
  const auto symbol = symbol_in(context.scope, matrix.name.key);
  if (matrix.kind != Expression::Kind::Reference || !symbol)
    return wrong("a matrix is expected here", matrix.place);
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  const std::size_t rank = s.axes.size();
  if (rank < 2 || context.left.size() < 2) return wrong("a matrix has at least two dimensions", matrix.place);
  std::vector<RangeId> sides;
  for (std::size_t k = rank - 2; k < rank; ++k) {
    const auto named =
        k < matrix.subscripts.size() ? dimensions_.range_named(matrix.subscripts[k].name.key) : std::nullopt;
    sides.push_back(named.value_or(s.axes[k]));
  }
  const std::size_t n = dimensions_.range(sides[0]).elements.size();
  if (n != dimensions_.range(sides[1]).elements.size())
    return wrong("this matrix is not square", matrix.place);
  if (n > 1000) return wrong("a matrix may have at most 1000 rows", matrix.place);
  std::vector<NodeId> values;
  for_each_element(sides[0], context, [&](const Context& row_context) {
    for_each_element(sides[1], row_context,
                     [&](const Context& inner) { values.push_back(lower(matrix, inner)); });
  });
  const auto place_in = [&](const Binding& binding, RangeId side) -> std::size_t {
    for (const RangeId range : {binding.range.value_or(side), side}) {
      const auto& position = dimensions_.range(range).position;
      if (const auto at = position.find(binding.element); at != position.end()) return at->second;
    }
    return 0;
  };
  const std::size_t row = place_in(context.left[context.left.size() - 2], sides[0]);
  const std::size_t column = place_in(context.left.back(), sides[1]);
  return block_at(Opcode::InvertMatrix, values, n, std::min(row * n + column, n * n - 1));
}

// ALLOCATE AVAILABLE(request[target], profile[target, ptype], supply): the profile of a target is given by
// its first element on the last axis (type, priority, width, extra).
NodeId Lowerer::allocate_available(const Expression& e, const Context& context) {
  std::size_t own = 0;
  const auto requests = vector_values(e.arguments[0], context, own);
  const auto profiles = profile_values(e.arguments[1], e.arguments[0], context);
  if (requests.empty() || profiles.size() != requests.size() * 4)
    return wrong("ALLOCATE AVAILABLE needs a priority profile of four numbers for each request", e.place);
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
  for_each_element(range, context, [&](const Context& inner) {
    Expression reference = e;
    for (std::size_t k = 0; k < 4; ++k) {
      auto& subscript = reference.subscripts.back();
      subscript.kind = model::Subscript::Kind::Name;
      subscript.name = dimensions_.element(dimensions_.range(s.axes.back()).elements[k]);
      values.push_back(lower_reference(reference, inner));
    }
  });
  return values;
}

// ALLOCATE BY PRIORITY(request[target], priority[target], size, width, supply).
NodeId Lowerer::allocate_by_priority(const Expression& e, const Context& context) {
  std::size_t own = 0;
  std::size_t ignored = 0;
  auto operands = vector_values(e.arguments[0], context, own);
  const std::size_t count = operands.size();
  const auto priorities = vector_values(e.arguments[1], context, ignored);
  if (operands.empty() || priorities.size() != count)
    return wrong("ALLOCATE BY PRIORITY needs a priority for each request", e.place);
  operands.insert(operands.end(), priorities.begin(), priorities.end());
  operands.push_back(arg(e, 3, context));
  operands.push_back(arg(e, 4, context));
  return block_at(Opcode::AllocateByPriority, operands, count, own);
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
      return wrong("FIND MARKET PRICE needs a profile of four numbers for each quantity", e.place);
    counts[side] = static_cast<std::uint32_t>(quantities.size());
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      operands.push_back(quantities[i]);
      operands.insert(operands.end(), profiles.begin() + static_cast<std::ptrdiff_t>(4 * i),
                      profiles.begin() + static_cast<std::ptrdiff_t>(4 * i + 4));
    }
  }
  return graph.extract(graph.block(Opcode::FindMarketPrice, operands, counts[0], counts[1]), 0);
}

// GET TIME VALUE(relative to, offset, measure): 0 the time now, 1 the start time, and offset after it. Other
// measures than the model's own unit of time (0) need a calendar.
NodeId Lowerer::get_time_value(const Expression& e, const Context& context) {
  const double from = constant_value(e.arguments[0], context, "it chooses what GET TIME VALUE counts from");
  const double measure = constant_value(e.arguments[2], context, "it chooses what GET TIME VALUE measures");
  if (from != 0 && from != 1)
    return wrong("GET TIME VALUE can count from the time (0) or the start (1) only", e.place);
  if (measure != 0) return wrong("GET TIME VALUE can measure in the model's unit of time (0) only", e.place);
  const NodeId base = from == 0 ? time() : ref(setting(Setting::Start, context.mode));
  return op(Opcode::Add, base, arg(e, 1, context));
}

}  // namespace flowyard::worker::compile
