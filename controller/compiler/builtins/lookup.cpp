// Lookups and data: reading tables of points.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

std::optional<std::uint32_t> Lowerer::table_at(ScopeId scope, std::uint32_t symbol, std::size_t flat) {
  const auto key = std::tuple(scope, symbol, static_cast<std::uint32_t>(flat));
  if (const auto found = table_index_.find(key); found != table_index_.end()) return found->second;
  const Symbol& s = scopes_[scope].symbols->at(symbol);
  const std::int32_t number = s.equations.empty() ? -1 : s.equations[flat];
  if (number < 0) return std::nullopt;
  const auto& equation = s.variable->equations[static_cast<std::size_t>(number)];
  if (equation.tables.empty()) return std::nullopt;
  const std::size_t count = equation.tables.size();
  const std::size_t at = count == 1 ? 0 : std::min(position_in_equation(s, flat), count - 1);
  return table_index_[key] = add_table(equation.tables[at], equation.location);
}

// The table that an expression names: a lookup variable, a data variable, or points in place.
std::optional<std::uint32_t> Lowerer::table_of(const Expression& e, const Context& context) {
  if (e.kind == Expression::Kind::LookupLiteral) {
    const auto [entry, is_new] = literal_tables_.try_emplace(e.lookup.get(), 0);
    if (is_new) entry->second = add_table(*e.lookup, e.location);
    return entry->second;
  }
  if (e.kind == Expression::Kind::Reference) {
    if (const auto symbol = symbol_in(context.scope, e.name.key)) {
      const Symbol& s = scopes_[context.scope].symbols->at(*symbol);
      const auto indices = indices_of(e, s, context);
      if (!indices) return std::nullopt;
      std::vector<ElementId> elements;
      for (const Index& index : *indices) {
        if (!index.element) {
          wrong("a lookup must be chosen by elements that are known before running", e.location);
          return std::nullopt;
        }
        elements.push_back(*index.element);
      }
      const auto flat = scopes_[context.scope].symbols->flat_of(s, elements);
      if (const auto table = flat ? table_at(context.scope, *symbol, *flat) : std::nullopt) return table;
    } else if (const auto* macro = scopes_[context.scope].macro) {
      // A macro's input may be a lookup of the caller.
      const Scope& scope = scopes_[context.scope];
      for (std::size_t i = 0; i < macro->inputs.size() && i < scope.call->arguments.size(); ++i)
        if (macro->inputs[i] == e.name) return table_of(scope.call->arguments[i], scope.caller);
    }
  }
  if (e.kind == Expression::Kind::Reference && is_unread(e.name.key)) return std::nullopt;
  const auto symbol = symbol_in(context.scope, e.name.key);
  const bool data = e.kind == Expression::Kind::Reference && symbol &&
                    scopes_[context.scope].symbols->at(*symbol).variable->kind == model::VariableKind::Data;
  wrong(data ? "'" + e.name.display + "' has no data: feed it from a file" : "a lookup is expected here",
        e.location);
  return std::nullopt;
}

// table(x) or table[A](x).
NodeId Lowerer::lookup_call(const Expression& e, const Context& context) {
  if (e.arguments.size() != 1)
    return wrong("the lookup '" + e.name.display + "' takes one argument", e.location);
  const auto table = table_of(model::reference(e.name, e.subscripts, e.location), context);
  return table ? op(Opcode::Lookup, arg(e, 0, context), *table) : graph.literal(0);
}

NodeId Lowerer::lookup_function(const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  const auto table = table_of(e.arguments[0], context);
  if (!table) return graph.literal(0);
  const NodeId x = arg(e, 1, context);
  if (key == "lookup_forward") return op(Opcode::LookupForward, x, *table);
  if (key == "lookup_backward") return op(Opcode::LookupBackward, x, *table);
  if (key == "lookup_extrapolate") return op(Opcode::LookupExtrapolate, x, *table);
  if (key == "lookup_invert" || key == "lookupinv") return op(Opcode::LookupInverse, x, *table);
  if (key == "get_data_at_time") return known_point(*table, x);
  if (key == "get_data_between_times") {
    // Mode: below 0 backward, from 1 on forward, else interpolate. Outside of the data there is none.
    const NodeId mode = arg(e, 2, context);
    const NodeId backward = op(Opcode::Less, mode, graph.literal(0));
    const NodeId forward = op(Opcode::LessEqual, graph.literal(1), mode);
    const NodeId inside = op(Opcode::LookupInside, x, *table);
    const NodeId otherwise = op(Opcode::Select, forward, op(Opcode::LookupForward, x, *table), inside);
    const NodeId found = op(Opcode::Select, backward, op(Opcode::LookupBackward, x, *table), otherwise);
    return op(Opcode::Select, op(Opcode::IsNotAvailable, inside), inside, found);
  }
  return op(Opcode::Lookup, x, *table);
}

NodeId Lowerer::data_value(const Symbol& symbol, std::uint32_t table, NodeId at) {
  switch (symbol.variable->data_mode) {
    case model::DataMode::LookForward:
      return op(Opcode::LookupForward, at, table);
    case model::DataMode::HoldBackward:
      return op(Opcode::LookupBackward, at, table);
    case model::DataMode::Raw:
      return known_point(table, at);
    case model::DataMode::Interpolate:
      break;
  }
  return op(Opcode::Lookup, at, table);
}

// Only at the very points: elsewhere there is no value.
NodeId Lowerer::known_point(std::uint32_t table, NodeId at) {
  const NodeId before = op(Opcode::LookupBackward, at, table);
  const NodeId here = op(Opcode::Equal, at, op(Opcode::LookupBackward, at, times_of(table)));
  return op(Opcode::Select, here, before, graph.literal(std::numeric_limits<double>::quiet_NaN()));
}

// LOOKUP AREA(table, from, to), LOOKUPAREA(table[, from], to): without `from` all from the first point on.
NodeId Lowerer::lookup_area(const Expression& e, const Context& context) {
  const auto table = table_of(e.arguments[0], context);
  if (!table) return graph.literal(0);
  const NodeId until = op(Opcode::LookupIntegral, arg(e, e.arguments.size() - 1, context), *table);
  if (e.arguments.size() < 3) return until;
  return op(Opcode::Subtract, until, op(Opcode::LookupIntegral, arg(e, 1, context), *table));
}

// LOOKUPMEAN(table[, from, to]): the area over the width; of the whole table where no ends are given.
NodeId Lowerer::lookup_mean(const Expression& e, const Context& context) {
  const auto table = table_of(e.arguments[0], context);
  if (!table) return graph.literal(0);
  if (e.arguments.size() < 3) fix_table(*table, "LOOKUPMEAN reads where it begins and ends");
  const auto end = [&](std::size_t at, std::uint32_t otherwise) {
    return arg_or(e, at, xs[otherwise], context);
  };
  const NodeId from = end(1, tables[*table].first);
  const NodeId to = end(2, tables[*table].first + tables[*table].count - 1);
  const NodeId area =
      op(Opcode::Subtract, op(Opcode::LookupIntegral, to, *table), op(Opcode::LookupIntegral, from, *table));
  return op(Opcode::SafeDivide, area, op(Opcode::Subtract, to, from), op(Opcode::Lookup, from, *table));
}

// LOOKUP SLOPE(table, x, mode): to the left of x below 0, to the right above, else the mean of both.
NodeId Lowerer::lookup_slope(const Expression& e, const Context& context) {
  const auto table = table_of(e.arguments[0], context);
  if (!table) return graph.literal(0);
  const NodeId x = arg(e, 1, context);
  const NodeId mode = arg(e, 2, context);
  const NodeId left = op(Opcode::LookupSlopeLeft, x, *table);
  const NodeId right = op(Opcode::LookupSlopeRight, x, *table);
  const NodeId mean = op(Opcode::Divide, op(Opcode::Add, left, right), graph.literal(2));
  const NodeId zero = graph.literal(0);
  const NodeId not_left = op(Opcode::Select, op(Opcode::Less, zero, mode), right, mean);
  return op(Opcode::Select, op(Opcode::Less, mode, zero), left, not_left);
}

// GET DATA FIRST TIME, GET DATA LAST TIME, GET DATA TOTAL POINTS (data).
NodeId Lowerer::data_bounds(const Expression& e, const Context& context) {
  const auto number = table_of(e.arguments[0], context);
  if (!number) return graph.literal(0);
  fix_table(*number, "a function reads where its points are");
  const engine::Table& table = tables[*number];
  if (e.name.key == "get_data_total_points") return graph.literal(static_cast<double>(table.count));
  return graph.literal(xs[e.name.key == "get_data_first_time" ? table.first : table.first + table.count - 1]);
}

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

}  // namespace

// GET DATA MAX, MIN, MEAN, MEDIAN, STDV (data, from, to): of the points whose times lie in between, :NA:
// where there are none. The deviation is that of the points themselves (n), not of what they are a sample of.
NodeId Lowerer::data_statistic(const Expression& e, const Context& context) {
  const auto number = table_of(e.arguments[0], context);
  if (!number) return graph.literal(0);
  const std::string because = "it is where a statistic of data begins or ends";
  const double from = constant_value(e.arguments[1], context, because);
  const double to = constant_value(e.arguments[2], context, because);
  fix_table(*number, "a statistic of it is part of the model");
  const engine::Table& table = tables[*number];
  std::vector<double> values;
  for (std::uint32_t i = table.first; i < table.first + table.count; ++i)
    if (xs[i] >= from && xs[i] <= to) values.push_back(ys[i]);
  return graph.literal(statistic_of(std::move(values), e.name.key));
}

// TIME SHIFT(data, by): the data as they will be that much later.
NodeId Lowerer::time_shift(const Expression& e, const Context& context) {
  const auto table = table_of(e.arguments[0], context);
  if (!table) return graph.literal(0);
  const auto symbol = symbol_in(context.scope, e.arguments[0].name.key);
  const NodeId at = op(Opcode::Add, time(), arg(e, 1, context));
  if (!symbol) return op(Opcode::Lookup, at, *table);
  return data_value(scopes_[context.scope].symbols->at(*symbol), *table, at);
}

// CUMULATE(data): at each point the sum of all points so far, without regard to the time between them;
// CUMULATEF(data): the last sum alone, at the time of the last point.
NodeId Lowerer::cumulate(const Expression& e, const Context& context) {
  const auto number = table_of(e.arguments[0], context);
  if (!number) return graph.literal(0);
  fix_table(*number, "its sum is part of the model");
  const engine::Table table = tables[*number];
  model::Lookup sums;
  double sum = 0;
  for (std::uint32_t i = table.first; i < table.first + table.count; ++i)
    sums.points.push_back({xs[i], sum += ys[i]});
  if (e.name.key == "cumulatef" && !sums.points.empty()) sums.points = {sums.points.back()};
  const std::uint32_t made = add_table(sums, e.location);
  const auto symbol = symbol_in(context.scope, e.arguments[0].name.key);
  if (!symbol) return op(Opcode::Lookup, time(), made);
  return data_value(scopes_[context.scope].symbols->at(*symbol), made, time());
}

void Lowerer::fix_table(std::uint32_t table, const std::string& because) {
  const std::uint32_t owner = table_parameter[table];
  if (owner != kNoIndex) parameters[owner].fixed_because = because;
}

// TIME BASE(start, slope): another scale of time.
NodeId Lowerer::time_base(const Expression& e, const Context& context) {
  return op(Opcode::Add, arg(e, 0, context), op(Opcode::Multiply, arg(e, 1, context), time()));
}

// A table of the times of another's points.
std::uint32_t Lowerer::times_of(std::uint32_t table) {
  const auto [entry, is_new] = times_tables_.try_emplace(table, 0);
  if (is_new) {
    model::Lookup times;
    for (std::uint32_t i = 0; i < tables[table].count; ++i) {
      const double x = xs[tables[table].first + i];
      times.points.push_back({x, x});
    }
    entry->second = add_table(times, {});
  }
  return entry->second;
}

}  // namespace flowyard::controller::compiler
