#include <limits>

#include "worker/engine/block.hpp"

namespace flowyard::worker::engine {
namespace {

// Points the tables of a lookup to the run's own points.
void replace_tables(RunPlan& plan, const Parameter& parameter, const SeriesParameter& series) {
  for (std::size_t e = 0; e < parameter.elements.size(); ++e) {
    const auto& row = series.ys[series.ys.size() == 1 ? 0 : e];
    Table& table = plan.tables[parameter.first_table + e];
    table.first = static_cast<std::uint32_t>(plan.xs.size());
    table.count = static_cast<std::uint32_t>(series.xs.size());
    plan.xs.insert(plan.xs.end(), series.xs.begin(), series.xs.end());
    plan.ys.insert(plan.ys.end(), row.begin(), row.end());
  }
}

std::vector<std::uint32_t> stocks_named(const Program& program, const std::string& name) {
  std::vector<std::uint32_t> found;
  for (std::size_t k = 0; k < program.stocks.size(); ++k)
    if (!program.stocks[k].hidden && same_name(program.stocks[k].name, name))
      found.push_back(static_cast<std::uint32_t>(k));
  return found;
}

}  // namespace

RunPlan make_plan(const Program& program, const RunInput& input) {
  RunPlan plan;
  plan.input = &input;
  plan.tables = program.tables;
  plan.xs = program.xs;
  plan.ys = program.ys;
  plan.table_replaced.assign(program.tables.size(), 0);
  for (const Column& column : input.parameters) {
    const Parameter* parameter = find_parameter(program, column.name);
    plan.columns.push_back({parameter->first_slot, parameter->elements.size(), &column});
    for (std::size_t e = 0; parameter->is_lookup && e < parameter->elements.size(); ++e)
      plan.table_replaced[parameter->first_table + e] = 1;
  }
  for (const SeriesParameter& series : input.series_parameters) {
    const Parameter* parameter = find_parameter(program, series.name);
    if (parameter->is_lookup)
      replace_tables(plan, *parameter, series);
    else
      plan.series.push_back({parameter->first_slot, parameter->elements.size(), &series});
  }
  for (const Column& column : input.initials)
    plan.initials.push_back({stocks_named(program, column.name), &column});
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  plan.settings[0] = input.start.value_or(none);
  plan.settings[1] = input.stop.value_or(none);
  plan.settings[2] = input.step.value_or(none);
  plan.settings[3] = input.save_every.value_or(none);
  plan.method = input.method.value_or(program.time.method);
  return plan;
}

}  // namespace flowyard::worker::engine
