#include "controller/gateway/grants.hpp"

namespace flowyard::controller::gateway {
namespace {

using worker::protocol::InputColumn;
using worker::protocol::InputSeries;
using worker::protocol::LeaseGrant;

InputSeries series_of(const std::string& name, const experiment::Series& series) {
  InputSeries input{.name = name, .times = {}, .values = {{}}};
  for (const auto& point : series.points) {
    input.times.push_back(point.time);
    input.values[0].push_back(point.value);
  }
  return input;
}

void add_common(const experiment::Setting& setting, LeaseGrant& grant) {
  if (const auto* series = std::get_if<const experiment::Series*>(&setting.value)) {
    grant.series_parameters.push_back(series_of(setting.name, **series));
    return;
  }
  InputColumn column{.name = setting.name, .elements = 1, .shared = true, .values = {}};
  if (const auto* number = std::get_if<double>(&setting.value)) {
    column.values = {*number};
  } else {
    column.values = std::get<const experiment::Array*>(setting.value)->values;
    column.elements = column.values.size();
  }
  auto& columns = setting.target == experiment::Target::Parameter ? grant.parameters : grant.initial;
  columns.push_back(std::move(column));
}

void add_varying(const experiment::Setting& setting, std::vector<double> values, LeaseGrant& grant) {
  InputColumn column{.name = setting.name, .elements = 1, .shared = false, .values = std::move(values)};
  auto& columns = setting.target == experiment::Target::Parameter ? grant.parameters : grant.initial;
  columns.push_back(std::move(column));
}

InputColumn default_of(const experiment::ParameterSpec& spec) {
  InputColumn column{.name = spec.name, .elements = 1, .shared = true, .values = {}};
  if (const auto* array = std::get_if<experiment::Array>(&spec.value)) {
    column.values = array->values;
    column.elements = column.values.size();
  } else {
    column.values = {std::get<experiment::Fixed>(spec.value).value};
  }
  return column;
}

worker::protocol::ProgramRun program_run(const experiment::Runner& runner) {
  worker::protocol::ProgramRun run{.command = runner.command,
                                   .stream = runner.mode == experiment::RunnerMode::Stream,
                                   .env = runner.env,
                                   .interpolate = runner.interpolate,
                                   .inputs = {},
                                   .scenario = {},
                                   .region = {},
                                   .files = {},
                                   .trace = runner.trace};
  for (const auto& input : runner.inputs) run.inputs.push_back(default_of(input));
  return run;
}

}  // namespace

LeaseGrant grant_of(const experiment::Lease& lease, const orchestrator::ActiveExperiment& experiment) {
  const auto& space = experiment.queue.space();
  const auto group = space.group_of(lease.range.first);
  const auto& named = experiment.spec.scenarios[group.named];
  const auto rest = lease.remainder();
  LeaseGrant grant;
  grant.lease = lease.id.value;
  grant.token = lease.token;
  grant.experiment = experiment.spec.name;
  grant.scenario = named.name;
  const std::string region =
      experiment.spec.regions.empty() ? "" : experiment.spec.regions[group.region].name;
  if (!region.empty()) grant.scenario += " / " + region;
  if (const auto& runner = experiment.spec.runner) {
    grant.runner = program_run(*runner);
    grant.runner->timeout = std::chrono::duration<double>(experiment.spec.timeout.scenario).count();
    grant.runner->scenario = named.name;
    grant.runner->region = region;
    grant.runner->files = experiment.spec.outputs.files;
  }
  grant.program = experiment.programs[named.program].hash;
  grant.bundle = experiment.bundle_hash;
  grant.model = named.model.sent_as.empty() ? named.model.path : named.model.sent_as;
  grant.seed = experiment.spec.seed;
  grant.first = rest.first;
  grant.count = rest.count;
  experiment::ScenarioColumns columns;
  space.fill(rest.first, rest.count, columns);
  for (const auto& setting : group.common) add_common(setting, grant);
  for (std::size_t i = 0; i < group.varying.size(); ++i) {
    add_varying(group.varying[i], std::move(columns.values[i]), grant);
  }
  grant.draws = std::move(columns.draws);
  grant.time = {.start = named.time.start,
                .stop = named.time.stop,
                .step = named.time.step,
                .save_every = named.time.save_every,
                .method = named.time.method ? to_string(*named.time.method) : ""};
  grant.outputs = experiment.spec.outputs.series;
  grant.keep_times = experiment.spec.outputs.times;
  for (const auto& outcome : experiment.spec.outputs.outcomes) {
    grant.outcomes.push_back({.name = outcome.name, .expression = outcome.expression});
  }
  return grant;
}

}  // namespace flowyard::controller::gateway
