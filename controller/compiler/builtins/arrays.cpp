// Functions of arrays: aggregation over the ranges that an argument leaves open, and the functions that need
// whole vectors at once.
#include <algorithm>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// One combination of what VECTOR SELECT runs over.
struct Selected {
  NodeId selection;
  NodeId value;
};

NodeId selected_aggregate(LowerContext& lowering, const std::vector<Selected>& all, int action);

// ELMCOUNT(dimension), SIZE(array).
NodeId element_count(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& argument = e.arguments[0];
  if (argument.kind == Expression::Kind::Reference && argument.subscripts.empty()) {
    if (const auto range = lowering.dimensions().range_named(argument.name.key))
      return lowering.graph.literal(static_cast<double>(lowering.dimensions().range(*range).elements.size()));
  }
  const LowerContext::Bare bare =
      lowering.names_whole_arrays() ? LowerContext::Bare::Whole : LowerContext::Bare::Element;
  return lowering.graph.literal(static_cast<double>(lowering.all_values(argument, context, bare).size()));
}

// VECTOR SELECT(selection, expression, missing, numerical action, error action) over the elements whose
// selection is not 0. Actions: 0 sum, 1 product, 2 minimum, 3 maximum, 4 mean of selection * expression;
// 5 product of expression ^ selection; 6 to 10 as 0 to 4 of the expression alone.
NodeId vector_select(LowerContext& lowering, const Expression& e, const Context& context) {
  std::vector<RangeId> ranges = lowering.iterated_ranges(e.arguments[0], context);
  for (const RangeId range : lowering.iterated_ranges(e.arguments[1], context))
    if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) ranges.push_back(range);
  std::vector<Selected> all;
  lowering.for_each_combination(ranges, context, [&](const Context& inner) {
    all.push_back({lowering.arg(e, 0, inner), lowering.arg(e, 1, inner)});
  });
  constexpr int kActions = 11;
  const NodeId action = lowering.arg(e, 3, context);
  NodeId result = lowering.graph.literal(0);
  if (lowering.graph.is_literal(action)) {
    const double number = lowering.graph.literal_value(action);
    if (!(number >= 0 && number < kActions)) {
      const bool placed = e.arguments[3].location.line > 0;
      return lowering.wrong("VECTOR SELECT has the actions 0 to 10",
                            placed ? e.arguments[3].location : e.location);
    }
    result = selected_aggregate(lowering, all, static_cast<int>(number));
  } else {
    const NodeId whole =
        lowering.op(Opcode::Floor, lowering.op(Opcode::Add, action, lowering.graph.literal(0.5)));
    for (int a = 0; a < kActions; ++a)
      result = lowering.op(Opcode::Select, lowering.op(Opcode::Equal, whole, lowering.graph.literal(a)),
                           selected_aggregate(lowering, all, a), result);
  }
  NodeId any = lowering.graph.literal(0);
  for (const Selected& one : all) any = lowering.op(Opcode::Or, any, one.selection);
  return lowering.op(Opcode::Select, any, result, lowering.arg(e, 2, context));
}

NodeId selected_aggregate(LowerContext& lowering, const std::vector<Selected>& all, int action) {
  const int kind = action > 5 ? action - 6 : action;
  const bool product = kind == 1 || kind == 5;
  NodeId result = lowering.graph.literal(product ? 1 : 0);
  NodeId count = lowering.graph.literal(0);
  for (const auto& [selection, raw] : all) {
    const NodeId selected = lowering.op(Opcode::NotEqual, selection, lowering.graph.literal(0));
    NodeId value = raw;
    if (action < 5) value = lowering.op(Opcode::Multiply, selection, raw);
    if (action == 5) value = lowering.op(Opcode::Power, raw, selection);
    NodeId next = lowering.op(product ? Opcode::Multiply : Opcode::Add, result, value);
    if (kind == 2 || kind == 3) {
      const NodeId better = lowering.op(kind == 2 ? Opcode::Min : Opcode::Max, result, value);
      next = lowering.op(Opcode::Select, count, better, value);
    }
    result = lowering.op(Opcode::Select, selected, next, result);
    count = lowering.op(Opcode::Add, count, selected);
  }
  return kind == 4 ? lowering.op(Opcode::Divide, result, count) : result;
}

// INVERT MATRIX(matrix[row, column], size): element (column-th row ...) of the inverse at the left-hand side.
NodeId invert_matrix(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& matrix = e.arguments[0];
  const auto symbol = lowering.symbol_in(context.scope, matrix.name.key);
  if (matrix.kind != Expression::Kind::Reference || !symbol)
    return lowering.wrong("a matrix is expected here", matrix.location);
  const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
  const std::size_t rank = s.axes.size();
  if (rank < 2 || context.left.size() < 2)
    return lowering.wrong("a matrix has at least two dimensions", matrix.location);
  std::vector<RangeId> sides;
  for (std::size_t k = rank - 2; k < rank; ++k) {
    const auto named = k < matrix.subscripts.size()
                           ? lowering.dimensions().range_named(matrix.subscripts[k].name.key)
                           : std::nullopt;
    sides.push_back(named.value_or(s.axes[k]));
  }
  const std::size_t n = lowering.dimensions().range(sides[0]).elements.size();
  if (n != lowering.dimensions().range(sides[1]).elements.size())
    return lowering.wrong("this matrix is not square", matrix.location);
  if (n > 1000) return lowering.wrong("a matrix may have at most 1000 rows", matrix.location);
  std::vector<NodeId> values;
  lowering.for_each_element(sides[0], context, [&](const Context& row_context) {
    lowering.for_each_element(sides[1], row_context,
                              [&](const Context& inner) { values.push_back(lowering.lower(matrix, inner)); });
  });
  const auto location_in = [&](const Binding& binding, RangeId side) -> std::size_t {
    for (const RangeId range : {binding.range.value_or(side), side}) {
      if (const auto at = lowering.dimensions().range(range).position.find(binding.element)) return *at;
    }
    return 0;
  };
  const std::size_t row = location_in(context.left[context.left.size() - 2], sides[0]);
  const std::size_t column = location_in(context.left.back(), sides[1]);
  return block_at(lowering, Opcode::InvertMatrix, values, n, std::min(row * n + column, n * n - 1));
}

// GET TIME VALUE(relative to, offset, measure): 0 the time now, 1 the start time, and offset after it. Other
// measures than the model's own unit of time (0) need a calendar.
NodeId get_time_value(LowerContext& lowering, const Expression& e, const Context& context) {
  const double from =
      lowering.constant_value(e.arguments[0], context, "it chooses what GET TIME VALUE counts from");
  const double measure =
      lowering.constant_value(e.arguments[2], context, "it chooses what GET TIME VALUE measures");
  if (from != 0 && from != 1)
    return lowering.wrong("GET TIME VALUE can count from the time (0) or the start (1) only", e.location);
  if (measure != 0)
    return lowering.wrong("GET TIME VALUE can measure in the model's unit of time (0) only", e.location);
  const NodeId base =
      from == 0 ? lowering.time() : lowering.ref(lowering.setting(Setting::Start, context.mode));
  return lowering.op(Opcode::Add, base, lowering.arg(e, 1, context));
}

}  // namespace

// SUM, PROD, VMIN, VMAX (Vensim); SUM, PROD, MIN, MAX, MEAN, STDDEV (XMILE); before Stella 10 ARRAYSUM,
// ARRAYMEAN, ARRAYSTDDEV.
NodeId aggregate(LowerContext& lowering, const Expression& e, const Context& context) {
  const std::string key = e.name.key.starts_with("array") ? e.name.key.substr(5) : e.name.key;
  const LowerContext::Bare bare = lowering.names_whole_arrays() && e.arguments.size() == 1
                                      ? LowerContext::Bare::Whole
                                      : LowerContext::Bare::Element;
  // Vensim refuses it too; the value of one element would pass for the sum. Macros are given what runs over.
  if (lowering.source().dialect == model::Dialect::Vensim && context.scope == 0 &&
      lowering.iterated_ranges(e.arguments[0], context, bare).empty()) {
    if (lowering.has_unread(e.arguments[0])) return lowering.graph.literal(0);
    return lowering.wrong("'" + e.name.display + "' has nothing to run over: mark a dimension with '!'",
                          e.location);
  }
  std::vector<NodeId> values;
  for (const Expression& argument : e.arguments) {
    const auto some = lowering.all_values(argument, context, bare);
    values.insert(values.end(), some.begin(), some.end());
  }
  const auto folded = [&](Opcode opcode, const std::vector<NodeId>& all) {
    NodeId result = all.front();
    for (std::size_t i = 1; i < all.size(); ++i) result = lowering.op(opcode, result, all[i]);
    return result;
  };
  if (values.empty()) return lowering.graph.literal(0);
  if (key == "prod") return folded(Opcode::Multiply, values);
  if (key == "vmin" || key == "min") return folded(Opcode::Min, values);
  if (key == "vmax" || key == "max") return folded(Opcode::Max, values);
  const NodeId sum = folded(Opcode::Add, values);
  if (key == "sum") return sum;
  const NodeId count = lowering.graph.literal(static_cast<double>(values.size()));
  const NodeId mean = lowering.op(Opcode::Divide, sum, count);
  if (key == "mean") return mean;
  for (NodeId& value : values) {
    const NodeId away = lowering.op(Opcode::Subtract, value, mean);
    value = lowering.op(Opcode::Multiply, away, away);
  }
  // Of these values, not of a population that they are a sample of: so simlin and BPTK.
  return lowering.op(Opcode::Sqrt, lowering.op(Opcode::Divide, folded(Opcode::Add, values), count));
}

Builtins arrays_builtins() {
  return {
      {.name = "sum",
       .least = 1,
       .most = 1,
       .lower = aggregate,
       .units = model::UnitRule{"x", 'x'},
       .docs = {{Section::Arrays,
                 "`SUM(a)`, `PROD(a)`, `VMIN(a)`, `VMAX(a)`, `ARRAYSUM(a)` | over what the argument leaves "
                 "open | V, X [3.7.1]; PySD reads Vensim's only"}}},
      {.name = "arraysum", .least = 1, .most = 1, .lower = aggregate},
      {.name = "arraymean", .least = 1, .most = 1, .lower = aggregate},
      {.name = "arraystddev", .least = 1, .most = 1, .lower = aggregate},
      {.name = "prod", .least = 1, .most = 1, .lower = aggregate},
      {.name = "vmin", .least = 1, .most = 1, .lower = aggregate, .units = model::UnitRule{"x", 'x'}},
      {.name = "vmax", .least = 1, .most = 1, .lower = aggregate, .units = model::UnitRule{"x", 'x'}},
      {.name = "mean",
       .least = 1,
       .most = kAnyNumber,
       .lower = aggregate,
       .units = model::UnitRule{"x", 'x', true},
       .docs = {{Section::Arrays,
                 "`MEAN(a)`, `STDDEV(a)`, `ARRAYMEAN(a)`, `ARRAYSTDDEV(a)` | the deviation by n, not by n - "
                 "1 | X [3.7.1]; simlin, B"}}},
      {.name = "stddev", .least = 1, .most = 1, .lower = aggregate, .units = model::UnitRule{"x", 'x', true}},
      {.name = "size",
       .least = 1,
       .most = 1,
       .lower = element_count,
       .docs = {{Section::Arrays, "`SIZE(a)`, `ELMCOUNT(dimension)` | how many elements | X, V"}}},
      {.name = "elmcount", .least = 1, .most = 1, .lower = element_count, .units = model::UnitRule{"?", '1'}},
      {.name = "vector_select",
       .least = 5,
       .most = 5,
       .lower = vector_select,
       .docs = {{Section::Arrays,
                 "`VECTOR SELECT(selection, a, missing, action, error action)` | sum, product, least, "
                 "greatest or mean of those selected | V"}}},
      {.name = "invert_matrix",
       .least = 1,
       .most = 2,
       .lower = invert_matrix,
       .docs = {{Section::Arrays, "`INVERT MATRIX(m, n)` | the inverse | V"}}},
      {.name = "get_time_value",
       .least = 3,
       .most = 3,
       .lower = get_time_value,
       .docs = {{Section::Tables,
                 "`GET TIME VALUE(relative to, offset, measure)` | the time now (0) or at the start (1), and "
                 "offset; only in the model's own unit of time | V; PySD has none"}}},
  };
}

}  // namespace flowyard::controller::compiler
