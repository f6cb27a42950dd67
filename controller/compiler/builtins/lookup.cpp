// Lookups and data: reading tables of points.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

double statistic_of(std::vector<double> values, const std::string& function) {
  const auto count = static_cast<double>(values.size());
  std::sort(values.begin(), values.end());
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (function == "get_data_max") return values.back();
  if (function == "get_data_min") return values.front();
  const std::size_t middle = values.size() / 2;
  if (function == "get_data_median")
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  if (function == "get_data_mean") return mean;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / count);
}

NodeId lookup_function(LowerContext& lowering, const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  const auto table = lowering.table_of(e.arguments[0], context);
  if (!table) return lowering.graph.literal(0);
  const NodeId x = lowering.arg(e, 1, context);
  if (key == "lookup_forward") return lowering.op(Opcode::LookupForward, x, *table);
  if (key == "lookup_backward") return lowering.op(Opcode::LookupBackward, x, *table);
  if (key == "lookup_extrapolate") return lowering.op(Opcode::LookupExtrapolate, x, *table);
  if (key == "lookup_invert" || key == "lookupinv") return lowering.op(Opcode::LookupInverse, x, *table);
  if (key == "get_data_at_time") return lowering.known_point(*table, x);
  if (key == "get_data_between_times") {
    // Mode: below 0 backward, from 1 on forward, else interpolate. Outside of the data there is none.
    const NodeId mode = lowering.arg(e, 2, context);
    const NodeId backward = lowering.op(Opcode::Less, mode, lowering.graph.literal(0));
    const NodeId forward = lowering.op(Opcode::LessEqual, lowering.graph.literal(1), mode);
    const NodeId inside = lowering.op(Opcode::LookupInside, x, *table);
    const NodeId otherwise =
        lowering.op(Opcode::Select, forward, lowering.op(Opcode::LookupForward, x, *table), inside);
    const NodeId found =
        lowering.op(Opcode::Select, backward, lowering.op(Opcode::LookupBackward, x, *table), otherwise);
    return lowering.op(Opcode::Select, lowering.op(Opcode::IsNotAvailable, inside), inside, found);
  }
  return lowering.op(Opcode::Lookup, x, *table);
}

// LOOKUP AREA(table, from, to), LOOKUPAREA(table[, from], to): without `from` all from the first point on.
NodeId lookup_area(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto table = lowering.table_of(e.arguments[0], context);
  if (!table) return lowering.graph.literal(0);
  const NodeId until =
      lowering.op(Opcode::LookupIntegral, lowering.arg(e, e.arguments.size() - 1, context), *table);
  if (e.arguments.size() < 3) return until;
  return lowering.op(Opcode::Subtract, until,
                     lowering.op(Opcode::LookupIntegral, lowering.arg(e, 1, context), *table));
}

// LOOKUPMEAN(table[, from, to]): the area over the width; of the whole table where no ends are given.
NodeId lookup_mean(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto table = lowering.table_of(e.arguments[0], context);
  if (!table) return lowering.graph.literal(0);
  if (e.arguments.size() < 3) lowering.fix_table(*table, "LOOKUPMEAN reads where it begins and ends");
  const auto end = [&](std::size_t at, std::uint32_t otherwise) {
    return lowering.arg_or(e, at, lowering.xs[otherwise], context);
  };
  const NodeId from = end(1, lowering.tables[*table].first);
  const NodeId to = end(2, lowering.tables[*table].first + lowering.tables[*table].count - 1);
  const NodeId area = lowering.op(Opcode::Subtract, lowering.op(Opcode::LookupIntegral, to, *table),
                                  lowering.op(Opcode::LookupIntegral, from, *table));
  return lowering.op(Opcode::SafeDivide, area, lowering.op(Opcode::Subtract, to, from),
                     lowering.op(Opcode::Lookup, from, *table));
}

// LOOKUP SLOPE(table, x, mode): to the left of x below 0, to the right above, else the mean of both.
NodeId lookup_slope(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto table = lowering.table_of(e.arguments[0], context);
  if (!table) return lowering.graph.literal(0);
  const NodeId x = lowering.arg(e, 1, context);
  const NodeId mode = lowering.arg(e, 2, context);
  const NodeId left = lowering.op(Opcode::LookupSlopeLeft, x, *table);
  const NodeId right = lowering.op(Opcode::LookupSlopeRight, x, *table);
  const NodeId mean =
      lowering.op(Opcode::Divide, lowering.op(Opcode::Add, left, right), lowering.graph.literal(2));
  const NodeId zero = lowering.graph.literal(0);
  const NodeId not_left = lowering.op(Opcode::Select, lowering.op(Opcode::Less, zero, mode), right, mean);
  return lowering.op(Opcode::Select, lowering.op(Opcode::Less, mode, zero), left, not_left);
}

// GET DATA FIRST TIME, GET DATA LAST TIME, GET DATA TOTAL POINTS (data).
NodeId data_bounds(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto number = lowering.table_of(e.arguments[0], context);
  if (!number) return lowering.graph.literal(0);
  lowering.fix_table(*number, "a function reads where its points are");
  const engine::Table& table = lowering.tables[*number];
  if (e.name.key == "get_data_total_points") return lowering.graph.literal(static_cast<double>(table.count));
  return lowering.graph.literal(
      lowering.xs[e.name.key == "get_data_first_time" ? table.first : table.first + table.count - 1]);
}

// GET DATA MAX, MIN, MEAN, MEDIAN, STDV (data, from, to): of the points whose times lie in between, :NA:
// where there are none. The deviation is that of the points themselves (n), not of what they are a sample of.
NodeId data_statistic(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto number = lowering.table_of(e.arguments[0], context);
  if (!number) return lowering.graph.literal(0);
  const std::string because = "it is where a statistic of data begins or ends";
  const double from = lowering.constant_value(e.arguments[1], context, because);
  const double to = lowering.constant_value(e.arguments[2], context, because);
  lowering.fix_table(*number, "a statistic of it is part of the model");
  const engine::Table& table = lowering.tables[*number];
  std::vector<double> values;
  for (std::uint32_t i = table.first; i < table.first + table.count; ++i)
    if (lowering.xs[i] >= from && lowering.xs[i] <= to) values.push_back(lowering.ys[i]);
  return lowering.graph.literal(statistic_of(std::move(values), e.name.key));
}

// TIME SHIFT(data, by): the data as they will be that much later.
NodeId time_shift(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto table = lowering.table_of(e.arguments[0], context);
  if (!table) return lowering.graph.literal(0);
  const auto symbol = lowering.symbol_in(context.scope, e.arguments[0].name.key);
  const NodeId at = lowering.op(Opcode::Add, lowering.time(), lowering.arg(e, 1, context));
  if (!symbol) return lowering.op(Opcode::Lookup, at, *table);
  return lowering.data_value(lowering.scopes()[context.scope].symbols->at(*symbol), *table, at);
}

// CUMULATE(data): at each point the sum of all points so far, without regard to the time between them;
// CUMULATEF(data): the last sum alone, at the time of the last point.
NodeId cumulate(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto number = lowering.table_of(e.arguments[0], context);
  if (!number) return lowering.graph.literal(0);
  lowering.fix_table(*number, "its sum is part of the model");
  const engine::Table table = lowering.tables[*number];
  model::Lookup sums;
  double sum = 0;
  for (std::uint32_t i = table.first; i < table.first + table.count; ++i)
    sums.points.push_back({lowering.xs[i], sum += lowering.ys[i]});
  if (e.name.key == "cumulatef" && !sums.points.empty()) sums.points = {sums.points.back()};
  const std::uint32_t made = lowering.add_table(sums, e.location);
  const auto symbol = lowering.symbol_in(context.scope, e.arguments[0].name.key);
  if (!symbol) return lowering.op(Opcode::Lookup, lowering.time(), made);
  return lowering.data_value(lowering.scopes()[context.scope].symbols->at(*symbol), made, lowering.time());
}

// TIME BASE(start, slope): another scale of time.
NodeId time_base(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.op(Opcode::Add, lowering.arg(e, 0, context),
                     lowering.op(Opcode::Multiply, lowering.arg(e, 1, context), lowering.time()));
}

}  // namespace

Builtins lookup_builtins() {
  return {
      {.name = "cumulate",
       .least = 1,
       .most = 1,
       .lower = cumulate,
       .docs = {{Section::Tables,
                 "`CUMULATE(data)`, `CUMULATEF(data)` | at each point the sum so far; the last sum alone | "
                 "V; PySD has neither"}}},
      {.name = "cumulatef", .least = 1, .most = 1, .lower = cumulate},
      {.name = "lookup",
       .least = 2,
       .most = 2,
       .lower = lookup_function,
       .docs = {{Section::Tables,
                 "`table(x)`, in XMILE and YAML also `LOOKUP(table, x)` | straight between points | V, X; "
                 "PySD does not read the second"}}},
      {.name = "lookup_forward",
       .least = 2,
       .most = 2,
       .lower = lookup_function,
       .docs = {{Section::Tables,
                 "`LOOKUP FORWARD(table, x)`, `LOOKUP BACKWARD(table, x)` | the next point at or after x, "
                 "the last at or before | V; PySD has neither"}}},
      {.name = "lookup_backward", .least = 2, .most = 2, .lower = lookup_function},
      {.name = "lookup_extrapolate",
       .least = 2,
       .most = 2,
       .lower = lookup_function,
       .docs = {{Section::Tables,
                 "`LOOKUP EXTRAPOLATE(table, x)` | beyond the ends along the first and last piece | V; PySD "
                 "has none"}}},
      {.name = "lookup_invert",
       .least = 2,
       .most = 2,
       .lower = lookup_function,
       .docs = {{Section::Tables,
                 "`LOOKUP INVERT(table, y)`, `LOOKUPINV(table, y)` | the x of a y | V; PySD has none"}}},
      {.name = "lookup_area",
       .least = 3,
       .most = 3,
       .lower = lookup_area,
       .docs = {{Section::Tables,
                 "`LOOKUP AREA(table, a, b)`, `LOOKUPAREA(table [, a], b)` | the area below it from a (its "
                 "first point) to b | V, Stella, B"}}},
      {.name = "lookuparea", .least = 2, .most = 3, .lower = lookup_area},
      {.name = "lookupmean",
       .least = 1,
       .most = 3,
       .lower = lookup_mean,
       .docs = {{Section::Tables,
                 "`LOOKUPMEAN(table [, a, b])` | the area over the width; of the whole table without a and b "
                 "| Stella"}}},
      {.name = "lookup_slope",
       .least = 3,
       .most = 3,
       .lower = lookup_slope,
       .docs = {{Section::Tables,
                 "`LOOKUP SLOPE(table, x, mode)` | to the left (-1), to the right (1), or the mean of both | "
                 "V"}}},
      {.name = "lookupinv", .least = 2, .most = 2, .lower = lookup_function},
      {.name = "get_data_first_time",
       .least = 1,
       .most = 1,
       .lower = data_bounds,
       .docs = {{Section::Tables,
                 "`GET DATA FIRST TIME(data)`, `GET DATA LAST TIME(data)`, `GET DATA TOTAL POINTS(data)` | "
                 "bounds and number of its points | V"}}},
      {.name = "get_data_last_time", .least = 1, .most = 1, .lower = data_bounds},
      {.name = "get_data_total_points", .least = 1, .most = 1, .lower = data_bounds},
      {.name = "get_data_max", .least = 3, .most = 3, .lower = data_statistic},
      {.name = "get_data_mean", .least = 3, .most = 3, .lower = data_statistic},
      {.name = "get_data_median", .least = 3, .most = 3, .lower = data_statistic},
      {.name = "get_data_min",
       .least = 3,
       .most = 3,
       .lower = data_statistic,
       .docs = {{Section::Tables,
                 "`GET DATA MIN(data, from, to)`, `GET DATA MAX(...)`, `GET DATA MEAN(...)`, `GET DATA "
                 "MEDIAN(...)`, `GET DATA STDV(...)` | of the points between two times known before running, "
                 "`:NA:` where there are none; the deviation by n | V; PySD has none"}}},
      {.name = "get_data_stdv", .least = 3, .most = 3, .lower = data_statistic},
      {.name = "time_shift",
       .least = 2,
       .most = 2,
       .lower = time_shift,
       .docs = {{Section::Tables, "`TIME SHIFT(data, by)` | data that much later | V"}}},
      {.name = "time_base",
       .least = 2,
       .most = 2,
       .lower = time_base,
       .docs = {{Section::Inputs, "`TIME BASE(start, slope)` | start + slope x time | V"}}},
      {.name = "get_data_at_time",
       .least = 2,
       .most = 2,
       .lower = lookup_function,
       .docs =
           {{Section::Tables,
             "`GET DATA AT TIME(data, t)` | data at t, `:NA:` outside of its points | V; PySD has none"}}},
      {.name = "get_data_between_times",
       .least = 3,
       .most = 3,
       .lower = lookup_function,
       .docs = {{Section::Tables,
                 "`GET DATA BETWEEN TIMES(data, t, mode)` | mode below 0 backward, from 1 forward, else "
                 "straight between | V; PySD has none"}}},
  };
}

}  // namespace flowyard::controller::compiler
