// The part of ControllerService that draws results.
#include "controller/experiment/index_set.hpp"
#include "controller/results/chart_collector.hpp"
#include "controller/service/controller_service.hpp"
#include "controller/service/row_reader.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

// The scenarios of the rows that a filter lets through.
Task<Results<experiment::IndexSet>> ControllerService::scenarios_where(ExperimentId id, Reading reading,
                                                                       std::string where) {
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return Errors{space.error()};
  const results::ResultTable table(reading->experiment, *space, reading->annotations);
  results::TableRequest request;
  request.where = std::move(where);
  const auto query = results::parse_table_query(request, table.columns());
  if (!query) co_return query.error();
  experiment::IndexSet chosen;
  if (query->where.is_open()) {
    chosen.add({0, space->size()});
    co_return chosen;
  }
  const RowsUse use = [&](std::vector<results::ResultRow> rows) -> Task<> {
    auto choose = [&] {
      for (const auto& row : rows)
        for (const auto& range : table.begin(row.number).asked_for) chosen.add(range);
    };
    co_await results_pool_.run(std::move(choose));
  };
  RowReader reader(store_, results_pool_, id, table);
  co_await each_row(reader, table, *query, UINT64_MAX, use);
  co_return chosen;
}

Task<Results<service::ChartView>> ControllerService::chart(ExperimentId id, service::ChartOptions options) {
  const auto reading = co_await reading_of(id);
  if (!reading)
    co_return Errors{failure(ErrorCode::Internal, "experiment " + to_string(id) + " can no longer be read")};
  const auto& experiment = reading->experiment;
  const auto space = experiment::design::ScenarioSpace::create(experiment);
  if (!space) co_return Errors{space.error()};
  const auto plan = results::plan_chart(options.request, experiment, reading->annotations);
  if (!plan) co_return plan.error();
  const auto chosen = co_await scenarios_where(id, reading, options.request.where);
  if (!chosen) co_return chosen.error();

  const auto collector = results::collect_chart(*plan, experiment);
  for (auto wanted = chosen->first_run(); wanted.count > 0;) {
    const auto block = co_await block_from(id, wanted.first);
    if (block.range.count == 0) break;
    auto add = [&] {
      for (auto run = chosen->first_run(block.range.first); run.count > 0 && run.first < block.range.end();
           run = chosen->first_run(run.end())) {
        const auto some = overlap(run, block.range);
        for (auto index = some.first; index < some.end(); ++index) collector->add(block, space->at(index));
      }
    };
    co_await results_pool_.run(std::move(add));
    wanted = chosen->first_run(block.range.end());
  }
  service::ChartView view{
      .kind = to_string(plan->kind), .of = plan->of, .unit = plan->unit, .told = {}, .png = {}};
  if (!plan->element.empty()) view.of += "[" + plan->element + "]";
  auto draw = [&]() -> Result<void> {
    const auto chart = collector->finish();
    if (!chart) return chart.error();
    view.runs = chart->runs;
    view.is_sampled = chart->is_sampled;
    view.told = chart->told;
    view.png = std::visit([&](const auto& drawing) { return charts::to_png(drawing, options.size); },
                          chart->drawing);
    return {};
  };
  const auto drawn = co_await results_pool_.run(std::move(draw));
  if (!drawn) co_return Errors{drawn.error()};
  co_return view;
}

}  // namespace flowyard::controller::service
