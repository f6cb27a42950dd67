#include "controller/service/run_input.hpp"

#include <utility>

namespace flowyard::controller::service {
namespace {

namespace engine = worker::engine;

engine::SeriesParameter series_parameter_of(const experiment::Setting& setting,
                                            const experiment::Series& series) {
  engine::SeriesParameter parameter{.name = setting.name, .xs = {}, .ys = {{}}};
  for (const auto& point : series.points) {
    parameter.xs.push_back(point.time);
    parameter.ys[0].push_back(point.value);
  }
  return parameter;
}

// The same in all lanes.
void add_common(const experiment::Setting& setting, engine::RunInput& input,
                std::vector<engine::Column>& columns) {
  if (const auto* const* series = std::get_if<const experiment::Series*>(&setting.value)) {
    input.series_parameters.push_back(series_parameter_of(setting, **series));
    return;
  }
  engine::Column column{.name = setting.name, .elements = 1, .values = {}};
  const auto add = [&](double value) { column.values.insert(column.values.end(), input.lanes, value); };
  if (const auto* const* array = std::get_if<const experiment::Array*>(&setting.value)) {
    column.elements = (*array)->values.size();
    for (const double value : (*array)->values) add(value);
  } else {
    add(std::get<double>(setting.value));
  }
  columns.push_back(std::move(column));
}

}  // namespace

engine::RunInput input_of(const experiment::Experiment& experiment,
                          const experiment::design::ScenarioSpace& space, experiment::IndexRange range) {
  const auto group = space.group_of(range.first);
  const auto& time = experiment.scenarios[group.named].time;
  experiment::ScenarioColumns varying;
  space.fill(range.first, range.count, varying);
  engine::RunInput input;
  input.lanes = range.count;
  input.seed = experiment.seed;
  input.draws = std::move(varying.draws);
  const auto columns_for = [&](const experiment::Setting& setting) -> std::vector<engine::Column>& {
    return setting.target == experiment::Target::InitialValue ? input.initials : input.parameters;
  };
  for (const auto& setting : group.common) add_common(setting, input, columns_for(setting));
  for (std::size_t i = 0; i < group.varying.size(); ++i) {
    const auto& setting = group.varying[i];
    columns_for(setting).push_back(
        {.name = setting.name, .elements = 1, .values = std::move(varying.values[i])});
  }
  input.start = time.start;
  input.stop = time.stop;
  input.step = time.step;
  input.save_every = time.save_every;
  if (time.method) input.method = static_cast<engine::Method>(*time.method);
  return input;
}

}  // namespace flowyard::controller::service
