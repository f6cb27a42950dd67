// Functions of arrays: aggregation over the ranges that an argument leaves open, and the functions that need
// whole vectors at once.
#include <algorithm>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

// SUM, PROD, VMIN, VMAX (Vensim); SUM, PROD, MIN, MAX, MEAN, STDDEV (XMILE); before Stella 10 ARRAYSUM,
// ARRAYMEAN, ARRAYSTDDEV.
NodeId Lowerer::aggregate(const Expression& e, const Context& context) {
  const std::string key = e.name.key.starts_with("array") ? e.name.key.substr(5) : e.name.key;
  const Bare bare = names_whole_arrays() && e.arguments.size() == 1 ? Bare::Whole : Bare::Element;
  // Vensim refuses it too; the value of one element would pass for the sum. Macros are given what runs over.
  if (model_.dialect == model::Dialect::Vensim && context.scope == 0 &&
      iterated_ranges(e.arguments[0], context, bare).empty()) {
    if (has_unread(e.arguments[0])) return graph.literal(0);
    return wrong("'" + e.name.display + "' has nothing to run over: mark a dimension with '!'", e.location);
  }
  std::vector<NodeId> values;
  for (const Expression& argument : e.arguments) {
    const auto some = all_values(argument, context, bare);
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
  // Of these values, not of a population that they are a sample of: so simlin and BPTK.
  return op(Opcode::Sqrt, op(Opcode::Divide, folded(Opcode::Add, values), count));
}

// ELMCOUNT(dimension), SIZE(array).
NodeId Lowerer::element_count(const Expression& e, const Context& context) {
  const Expression& argument = e.arguments[0];
  if (argument.kind == Expression::Kind::Reference && argument.subscripts.empty()) {
    if (const auto range = dimensions_.range_named(argument.name.key))
      return graph.literal(static_cast<double>(dimensions_.range(*range).elements.size()));
  }
  const Bare bare = names_whole_arrays() ? Bare::Whole : Bare::Element;
  return graph.literal(static_cast<double>(all_values(argument, context, bare).size()));
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
  constexpr int kActions = 11;
  const NodeId action = arg(e, 3, context);
  NodeId result = graph.literal(0);
  if (graph.is_literal(action)) {
    const double number = graph.literal_value(action);
    if (!(number >= 0 && number < kActions)) {
      const bool placed = e.arguments[3].location.line > 0;
      return wrong("VECTOR SELECT has the actions 0 to 10", placed ? e.arguments[3].location : e.location);
    }
    result = selected_aggregate(all, static_cast<int>(number));
  } else {
    const NodeId whole = op(Opcode::Floor, op(Opcode::Add, action, graph.literal(0.5)));
    for (int a = 0; a < kActions; ++a)
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

// INVERT MATRIX(matrix[row, column], size): element (column-th row ...) of the inverse at the left-hand side.
NodeId Lowerer::invert_matrix(const Expression& e, const Context& context) {
  const Expression& matrix = e.arguments[0];
  const auto symbol = symbol_in(context.scope, matrix.name.key);
  if (matrix.kind != Expression::Kind::Reference || !symbol)
    return wrong("a matrix is expected here", matrix.location);
  const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
  const std::size_t rank = s.axes.size();
  if (rank < 2 || context.left.size() < 2)
    return wrong("a matrix has at least two dimensions", matrix.location);
  std::vector<RangeId> sides;
  for (std::size_t k = rank - 2; k < rank; ++k) {
    const auto named =
        k < matrix.subscripts.size() ? dimensions_.range_named(matrix.subscripts[k].name.key) : std::nullopt;
    sides.push_back(named.value_or(s.axes[k]));
  }
  const std::size_t n = dimensions_.range(sides[0]).elements.size();
  if (n != dimensions_.range(sides[1]).elements.size())
    return wrong("this matrix is not square", matrix.location);
  if (n > 1000) return wrong("a matrix may have at most 1000 rows", matrix.location);
  std::vector<NodeId> values;
  for_each_element(sides[0], context, [&](const Context& row_context) {
    for_each_element(sides[1], row_context,
                     [&](const Context& inner) { values.push_back(lower(matrix, inner)); });
  });
  const auto location_in = [&](const Binding& binding, RangeId side) -> std::size_t {
    for (const RangeId range : {binding.range.value_or(side), side}) {
      if (const auto at = dimensions_.range(range).position.find(binding.element)) return *at;
    }
    return 0;
  };
  const std::size_t row = location_in(context.left[context.left.size() - 2], sides[0]);
  const std::size_t column = location_in(context.left.back(), sides[1]);
  return block_at(Opcode::InvertMatrix, values, n, std::min(row * n + column, n * n - 1));
}

// GET TIME VALUE(relative to, offset, measure): 0 the time now, 1 the start time, and offset after it. Other
// measures than the model's own unit of time (0) need a calendar.
NodeId Lowerer::get_time_value(const Expression& e, const Context& context) {
  const double from = constant_value(e.arguments[0], context, "it chooses what GET TIME VALUE counts from");
  const double measure = constant_value(e.arguments[2], context, "it chooses what GET TIME VALUE measures");
  if (from != 0 && from != 1)
    return wrong("GET TIME VALUE can count from the time (0) or the start (1) only", e.location);
  if (measure != 0)
    return wrong("GET TIME VALUE can measure in the model's unit of time (0) only", e.location);
  const NodeId base = from == 0 ? time() : ref(setting(Setting::Start, context.mode));
  return op(Opcode::Add, base, arg(e, 1, context));
}

}  // namespace flowyard::controller::compiler
