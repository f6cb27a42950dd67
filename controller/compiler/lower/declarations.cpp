// The declarations made before any expression is lowered: parameters, tables, and stocks.
#include <algorithm>
#include <cmath>

#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

using model::VariableKind;

void LowerContext::add_parameters() {
  const Symbols& all = symbols();
  parameter_of_.assign(all.size(), kNoIndex);
  for (std::uint32_t s = 0; s < all.size(); ++s) {
    const Symbol& symbol = all.at(s);
    if (!symbol.is_constant && !symbol.is_lookup) continue;
    engine::Parameter parameter;
    parameter.name = symbol.variable->name.display;
    parameter.units = symbol.variable->units;
    parameter.is_lookup = symbol.is_lookup;
    parameter.first_table = static_cast<std::uint32_t>(tables.size());
    const auto id = static_cast<std::uint32_t>(parameters.size());
    if (!fill_parameter(parameter, s, id)) continue;  // reported where the missing element is used
    parameter_of_[s] = id;
    parameters.push_back(std::move(parameter));
  }
}

// The parameter's elements with their defaults or tables; false where one is missing.
bool LowerContext::fill_parameter(engine::Parameter& parameter, std::uint32_t s, std::uint32_t id) {
  const Symbol& symbol = symbols().at(s);
  std::int32_t seen = -1;  // the equation whose numbers these are
  std::vector<double> numbers;
  for (std::size_t flat = 0; flat < symbol.elements; ++flat) {
    parameter.elements.push_back(symbols().element_name(symbol, flat));
    const std::int32_t equation = symbol.equations[flat];
    if (equation < 0) return false;
    const auto& e = symbol.variable->equations[static_cast<std::size_t>(equation)];
    const std::size_t at = position_in_equation(symbol, flat);
    if (symbol.is_lookup) {
      if (e.tables.empty()) return false;
      table_index_[{0, s, static_cast<std::uint32_t>(flat)}] =
          add_table(e.tables[e.tables.size() == 1 ? 0 : std::min(at, e.tables.size() - 1)], e.location);
      table_parameter.back() = id;
      continue;
    }
    if (equation != seen) {
      numbers = constant_numbers(e.expression);
      budget_.spend(numbers.size());
      check_count(symbol, numbers.size(), e);
    }
    seen = equation;
    parameter.defaults.push_back(numbers[numbers.size() == 1 ? 0 : std::min(at, numbers.size() - 1)]);
  }
  return symbol.elements > 0;
}

std::uint32_t LowerContext::add_table(const model::Lookup& lookup, model::SourceLocation location) {
  constexpr std::size_t kMaxPoints = 20'000'000;
  if (xs.size() + lookup.points.size() > kMaxPoints)
    throw TooLarge{"more than 20,000,000 points in the tables of all elements"};
  budget_.spend(lookup.points.size());
  engine::Table table;
  table.first = static_cast<std::uint32_t>(xs.size());
  switch (lookup.mode) {
    case model::LookupMode::Continuous:
      table.mode = engine::TableMode::Clamp;
      break;
    case model::LookupMode::Extrapolate:
      table.mode = engine::TableMode::Extrapolate;
      break;
    case model::LookupMode::Discrete:
      table.mode = engine::TableMode::Discrete;
      break;
  }
  auto points = lookup.points;
  if (points.empty()) {
    diagnostics_.error(location, DiagnosticCode::Missing, "this lookup has no points");
    points.push_back({0, 0});
  }
  for (auto& point : points) {
    if (std::isfinite(point.x) && std::isfinite(point.y)) continue;
    diagnostics_.error(location, DiagnosticCode::WrongValue, "a point of this lookup is not finite");
    point = {0, 0};
  }
  std::stable_sort(points.begin(), points.end(), [](auto& a, auto& b) { return a.x < b.x; });
  table.count = static_cast<std::uint32_t>(points.size());
  for (const auto& point : points) {
    xs.push_back(point.x);
    ys.push_back(point.y);
  }
  tables.push_back(table);
  table_parameter.push_back(~std::uint32_t{0});
  return static_cast<std::uint32_t>(tables.size() - 1);
}

void LowerContext::add_stocks(ScopeId scope) {
  const Symbols& all = *scopes_[scope].symbols;
  for (std::uint32_t s = 0; s < all.size(); ++s) {
    const Symbol& symbol = all.at(s);
    if (symbol.variable->kind != VariableKind::Stock) continue;
    budget_.spend(symbol.elements);
    scopes_[scope].first_stock[s] = static_cast<std::uint32_t>(stocks.size());
    for (std::size_t flat = 0; flat < symbol.elements; ++flat) {
      const auto stock = static_cast<std::uint32_t>(stocks.size());
      StockItem item;
      item.non_negative = symbol.variable->non_negative;
      item.name = symbol.variable->name.display;
      item.element = all.element_name(symbol, flat);
      item.synthesized = scope != 0;
      Instance instance{.kind = Instance::Kind::StockInitial,
                        .mode = Mode::Initial,
                        .scope = scope,
                        .symbol = s,
                        .flat = static_cast<std::uint32_t>(flat),
                        .number = stock};
      item.initial = add_instance(instance);
      instance.kind = Instance::Kind::StockRate;
      instance.mode = Mode::Step;
      item.rate = add_instance(instance);
      stocks.push_back(std::move(item));
    }
    if (symbol.variable->conveyor || symbol.variable->queue) add_material_stock(scope, s);
  }
  check_material_stocks(scope);
  add_reservoirs(scope);
}

}  // namespace flowyard::controller::compiler
