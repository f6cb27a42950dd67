#include <limits>

#include "worker/engine/addressing.hpp"
#include "worker/engine/block.hpp"

namespace flowyard::worker::engine {
namespace {

// Points the tables of a lookup to the run's own points.
void replace_tables(RunPlan& plan, const ParameterAddress& at, const SeriesParameter& series) {
  for (std::size_t e = 0; e < at.count; ++e) {
    const auto& row = series.ys[series.ys.size() == 1 ? 0 : e];
    Table& table = plan.tables[at.parameter->first_table + at.first + e];
    table.first = static_cast<std::uint32_t>(plan.xs.size());
    table.count = static_cast<std::uint32_t>(series.xs.size());
    plan.xs.insert(plan.xs.end(), series.xs.begin(), series.xs.end());
    plan.ys.insert(plan.ys.end(), row.begin(), row.end());
  }
}

Slot first_slot(const ParameterAddress& at) {
  return at.parameter->first_slot + static_cast<Slot>(at.first);
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
    const auto at = *parameter_at(program, column.name);
    plan.columns.push_back({first_slot(at), at.count, &column});
    for (std::size_t e = 0; at.parameter->is_lookup && e < at.count; ++e)
      plan.table_replaced[at.parameter->first_table + at.first + e] = 1;
  }
  for (const SeriesParameter& series : input.series_parameters) {
    const auto at = *parameter_at(program, series.name);
    if (at.parameter->is_lookup)
      replace_tables(plan, at, series);
    else
      plan.series.push_back({first_slot(at), at.count, &series});
  }
  plan.indexes = BucketIndexes(plan.tables, plan.xs, plan.ys, plan.table_replaced);
  for (const Column& column : input.initials)
    plan.initials.push_back({stocks_at(program, column.name), &column});
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  plan.settings[0] = input.start.value_or(kNone);
  plan.settings[1] = input.stop.value_or(kNone);
  plan.settings[2] = input.step.value_or(kNone);
  plan.settings[3] = input.save_every.value_or(kNone);
  plan.method = input.method.value_or(program.time.method);
  return plan;
}

}  // namespace flowyard::worker::engine
