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
      return lowering.wrong(DiagnosticCode::WrongValue, "VECTOR SELECT has the actions 0 to 10",
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

// The elements that a subscript of a matrix stands for: of a range all, of an element those from it on.
std::vector<ElementId> side_of(LowerContext& lowering, const Expression& matrix, std::size_t k,
                               RangeId axis) {
  const auto& dimensions = lowering.dimensions();
  const auto& all = dimensions.range(axis).elements;
  if (k >= matrix.subscripts.size()) return all;
  const std::string& key = matrix.subscripts[k].name.key;
  if (const auto range = dimensions.range_named(key)) return dimensions.range(*range).elements;
  const auto element = dimensions.element_named(key);
  const auto at = element ? dimensions.range(axis).position.find(*element) : std::nullopt;
  if (!at) return all;
  return {all.begin() + static_cast<std::ptrdiff_t>(*at), all.end()};
}

// INVERT MATRIX(matrix[row, column], size): the element of the inverse at the left-hand side. The last two
// subscripts say where the matrix begins and not which of its elements is meant: M[D, D] is all of it.
NodeId invert_matrix(LowerContext& lowering, const Expression& e, const Context& context) {
  const Expression& matrix = e.arguments[0];
  const auto symbol = lowering.symbol_in(context.scope, matrix.name.key);
  if (matrix.kind != Expression::Kind::Reference || !symbol)
    return lowering.wrong(DiagnosticCode::WrongKind, "a matrix is expected here", matrix.location);
  const Symbol& s = lowering.scopes()[context.scope].symbols->at(*symbol);
  const std::size_t rank = s.axes.size();
  if (rank < 2 || context.left.size() < 2)
    return lowering.wrong(DiagnosticCode::WrongDimensions, "a matrix has at least two dimensions",
                          matrix.location);
  std::vector<ElementId> sides[2];
  for (std::size_t k = 0; k < 2; ++k)
    sides[k] = side_of(lowering, matrix, rank - 2 + k, s.axes[rank - 2 + k]);
  std::size_t n = sides[0].size();
  if (e.arguments.size() > 1) {
    const double size = lowering.constant_value(e.arguments[1], context,
                                                "it is the size of a matrix and so shapes the model");
    if (!(size >= 1 && size <= static_cast<double>(std::min(n, sides[1].size()))))
      return lowering.wrong(DiagnosticCode::WrongDimensions, "the matrix has not so many rows and columns",
                            e.arguments[1].location);
    n = static_cast<std::size_t>(size);
  } else if (n != sides[1].size()) {
    return lowering.wrong(DiagnosticCode::WrongDimensions, "this matrix is not square", matrix.location);
  }
  if (n > 1000)
    return lowering.wrong(DiagnosticCode::TooLarge, "a matrix may have at most 1000 rows", matrix.location);
  const auto place_of = [&](const Binding& binding, const std::vector<ElementId>& side) {
    if (binding.range)
      if (const auto at = lowering.dimensions().range(*binding.range).position.find(binding.element))
        return static_cast<std::size_t>(*at);
    return static_cast<std::size_t>(std::find(side.begin(), side.end(), binding.element) - side.begin());
  };
  const std::size_t row = place_of(context.left[context.left.size() - 2], sides[0]);
  const std::size_t column = place_of(context.left.back(), sides[1]);
  if (row >= n || column >= n)
    return lowering.wrong(DiagnosticCode::WrongDimensions,
                          "the left-hand side has more elements than the matrix has rows and columns",
                          e.location);
  // All elements read one inverse.
  Context shared = context;
  if (rank == 2) shared.left.resize(context.left.size() - 2);
  const auto [known, is_new] =
      lowering.memory.blocks.try_emplace(lowering.key_of(e, shared, static_cast<int>(context.mode)), 0);
  if (!is_new) return lowering.graph.extract(known->second, static_cast<std::uint32_t>(row * n + column));
  std::vector<NodeId> values;
  Expression element = matrix;
  if (element.subscripts.empty())
    for (const RangeId axis : s.axes)
      element.subscripts.push_back(model::subscript(lowering.dimensions().range(axis).name, matrix.location));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      element.subscripts[rank - 2] =
          model::subscript(lowering.dimensions().element(sides[0][i]), matrix.location);
      element.subscripts[rank - 1] =
          model::subscript(lowering.dimensions().element(sides[1][j]), matrix.location);
      values.push_back(lowering.lower(element, context));
    }
  }
  const NodeId inverse = lowering.graph.block(Opcode::InvertMatrix, values, static_cast<std::uint32_t>(n));
  lowering.memory.blocks[lowering.key_of(e, shared, static_cast<int>(context.mode))] = inverse;
  return lowering.graph.extract(inverse, static_cast<std::uint32_t>(row * n + column));
}

// GET TIME VALUE(relative to, offset, measure): 0 the time now, 1 the start time, and offset after it. Other
// measures than the model's own unit of time (0) need a calendar.
NodeId get_time_value(LowerContext& lowering, const Expression& e, const Context& context) {
  const double from =
      lowering.constant_value(e.arguments[0], context, "it chooses what GET TIME VALUE counts from");
  const double measure =
      lowering.constant_value(e.arguments[2], context, "it chooses what GET TIME VALUE measures");
  if (from != 0 && from != 1)
    return lowering.wrong(DiagnosticCode::Unsupported,
                          "GET TIME VALUE can count from the time (0) or the start (1) only", e.location);
  if (measure != 0)
    return lowering.wrong(DiagnosticCode::Unsupported,
                          "GET TIME VALUE can measure in the model's unit of time (0) only", e.location);
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
    return lowering.wrong(DiagnosticCode::NotAggregated,
                          "'" + e.name.display + "' has nothing to run over: mark a dimension with '!'",
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
