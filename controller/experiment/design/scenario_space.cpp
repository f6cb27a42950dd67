#include "controller/experiment/design/scenario_space.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <optional>
#include <string>

#include "controller/experiment/design/sampler.hpp"
#include "controller/experiment/design/unit_cube.hpp"
#include "controller/experiment/design/unit_draw.hpp"

namespace flowyard::controller::experiment::design {

using experiment::Axis;
using experiment::DesignMethod;
using experiment::Experiment;
using experiment::NamedScenario;
using experiment::ParameterSpec;
using experiment::ScenarioColumns;
using experiment::ScenarioGroup;
using experiment::ScenarioPoint;
using experiment::Setting;

namespace {

// A parameter that differs within a group: an axis, or a distribution and its dimension of the unit cube.
struct Column {
  const ParameterSpec* spec = nullptr;
  const Axis* axis = nullptr;
  std::uint64_t stride = 1;  // how many design points pass before the axis moves; Grid only
  std::optional<Sampler> sampler;
  Dimension dimension;
};

// Where an index lies within its group.
struct Position {
  std::uint64_t point = 0;
  std::uint64_t sample = 0;
  std::uint64_t replication = 0;
};

struct Group {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::uint64_t first_row = 0;
  std::uint32_t named = 0;
  std::uint32_t region = 0;
  std::vector<ParameterSpec> parameters;  // in force here; columns and settings point into it
  std::vector<Column> columns;
  std::uint64_t points = 1;  // combinations of axes
  std::uint64_t first_sample = 0;
  std::uint64_t samples = 1;
};

bool sets(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The named scenario's parameters, overridden by the region's except where the scenario's own entry sets
// them.
std::vector<ParameterSpec> in_force(const NamedScenario& named, const experiment::Region* region) {
  std::vector<ParameterSpec> parameters = named.parameters;
  if (region == nullptr) return parameters;
  for (const auto& own : region->parameters) {
    if (sets(named.overridden, own.name)) continue;
    const auto same = std::find_if(parameters.begin(), parameters.end(), [&](const ParameterSpec& p) {
      return p.name == own.name && p.target == own.target;
    });
    if (same == parameters.end()) {
      parameters.push_back(own);
    } else {
      same->value = own.value;
    }
  }
  return parameters;
}

experiment::SettingValue setting_value(const ParameterSpec& spec) {
  if (const auto* array = std::get_if<experiment::Array>(&spec.value)) return array;
  if (const auto* series = std::get_if<experiment::Series>(&spec.value)) return series;
  const auto* fixed = std::get_if<experiment::Fixed>(&spec.value);
  return fixed == nullptr ? 0.0 : fixed->value;
}

bool varies(const ParameterSpec& spec) {
  return std::holds_alternative<Axis>(spec.value) || is_random(spec);
}

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
  if (a != 0 && b > kMaxScenarios / a) return std::nullopt;
  return a * b;
}

Error too_many() {
  return {.code = ErrorCode::Limit,
          .message = "the design has more than " + std::to_string(kMaxScenarios) + " scenarios",
          .location = {},
          .context = {}};
}

}  // namespace

struct ScenarioSpace::Tables {
  std::uint64_t size = 0;
  std::uint64_t rows = 0;
  std::size_t groups_of_first_round = 0;  // they stand first, and each has rows of its own
  std::uint64_t seed = 0;
  std::uint64_t replications = 1;
  bool zip = false;
  UnitCube cube{DesignMethod::Random, 0, 1};
  std::vector<Group> groups;  // in index order

  // With the samples of one round, from `first_sample` on.
  Result<void> add_group(const Experiment& experiment, std::uint32_t named, std::uint32_t region,
                         std::uint64_t first_sample, std::uint64_t samples);
  Result<void> add_round(const Experiment& experiment, std::uint64_t first_sample, std::uint64_t samples);
  Result<void> add_columns(Group& group) const;
  Result<void> count_points(const NamedScenario& scenario, Group& group) const;

  const Group& group_at(std::uint64_t index) const {
    assert(index < size);
    const auto after = std::upper_bound(groups.begin(), groups.end(), index,
                                        [](std::uint64_t i, const Group& g) { return i < g.end; });
    return *after;
  }

  std::uint64_t runs_of_a_row(const Group& group) const { return group.samples * replications; }
  std::uint64_t first_row_of(std::uint32_t named, std::uint32_t region) const {
    const auto same = [=](const Group& group) { return group.named == named && group.region == region; };
    return std::find_if(groups.begin(), groups.end(), same)->first_row;
  }

  Position position(const Group& group, std::uint64_t index) const {
    const std::uint64_t within = index - group.first;
    const std::uint64_t place = within / replications;
    return {place / group.samples, group.first_sample + place % group.samples, within % replications};
  }

  double value_at(const Column& column, const Position& at) const {
    if (column.axis == nullptr) return column.sampler->at(cube.at(at.sample, column.dimension));
    const std::uint64_t step = zip ? at.point : at.point / column.stride % column.axis->size();
    return column.axis->at(step);
  }
};

Result<void> ScenarioSpace::Tables::add_columns(Group& group) const {
  std::uint32_t dimensions = 0;
  for (const auto& spec : group.parameters) {
    if (!varies(spec)) continue;
    Column column;
    column.spec = &spec;
    column.axis = std::get_if<Axis>(&spec.value);
    if (column.axis == nullptr) {
      auto sampler = Sampler::create(std::get<experiment::Random>(spec.value));
      if (!sampler) return Error(sampler.error()).within("reading parameter '" + spec.name + "'");
      column.sampler = std::move(*sampler);
      column.dimension = {dimensions++, stream_of(spec.name)};
    }
    group.columns.push_back(std::move(column));
  }
  if (dimensions > cube.most_dimensions())
    return invalid("this sampling method serves at most " + std::to_string(cube.most_dimensions()) +
                   " random parameters, not " + std::to_string(dimensions));
  return {};
}

// By the named scenario's axes rather than the group's: a region that fixes a parameter keeps its place in
// the grid, so that design points pair across regions.
Result<void> ScenarioSpace::Tables::count_points(const NamedScenario& scenario, Group& group) const {
  const ParameterSpec* zipped = nullptr;
  // From the last axis, which moves fastest, to the first.
  for (auto spec = scenario.parameters.rbegin(); spec != scenario.parameters.rend(); ++spec) {
    const auto* axis = std::get_if<Axis>(&spec->value);
    if (axis == nullptr) continue;
    if (zip) {
      if (zipped != nullptr && axis->size() != group.points)
        return invalid("zip needs axes of one length, but '" + spec->name + "' has " +
                       std::to_string(axis->size()) + " values and '" + zipped->name + "' has " +
                       std::to_string(group.points));
      zipped = &*spec;
      group.points = axis->size();
      continue;
    }
    for (auto& column : group.columns)
      if (column.spec->name == spec->name && column.spec->target == spec->target)
        column.stride = group.points;
    const auto points = product(group.points, axis->size());
    if (!points) return too_many();
    group.points = *points;
  }
  return {};
}

Result<void> ScenarioSpace::Tables::add_group(const Experiment& experiment, std::uint32_t named,
                                              std::uint32_t region, std::uint64_t first_sample,
                                              std::uint64_t samples) {
  const NamedScenario& scenario = experiment.scenarios[named];
  // By the scenario's own parameters rather than the region's, so that points pair across regions.
  const bool sampled =
      std::any_of(scenario.parameters.begin(), scenario.parameters.end(), experiment::is_random);
  if (!sampled && first_sample > 0) return {};
  Group& group = groups.emplace_back();
  group.first = size;
  group.first_row = first_sample == 0 ? rows : first_row_of(named, region);
  group.named = named;
  group.region = region;
  group.parameters = in_force(scenario, experiment.regions.empty() ? nullptr : &experiment.regions[region]);
  if (auto added = add_columns(group); !added) return added;
  if (auto counted = count_points(scenario, group); !counted) return counted;
  group.first_sample = first_sample;
  group.samples = sampled ? samples : 1;
  const auto places = product(group.points, group.samples);
  const auto count = places ? product(*places, replications) : std::nullopt;
  if (!count || *count > kMaxScenarios - size) return too_many();
  group.end = size += *count;
  if (first_sample == 0) {
    rows += group.points;
    ++groups_of_first_round;
  }
  return {};
}

Result<void> ScenarioSpace::Tables::add_round(const Experiment& experiment, std::uint64_t first_sample,
                                              std::uint64_t samples) {
  const auto regions = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(experiment.regions.size()));
  for (std::uint32_t named = 0; named < experiment.scenarios.size(); ++named)
    for (std::uint32_t region = 0; region < regions; ++region)
      if (auto added = add_group(experiment, named, region, first_sample, samples); !added)
        return Error(added.error()).within("laying out scenario '" + experiment.scenarios[named].name + "'");
  return {};
}

Result<ScenarioSpace> ScenarioSpace::create(const Experiment& experiment) {
  auto tables = std::make_shared<Tables>();
  tables->seed = experiment.seed;
  tables->replications = experiment.replications;
  tables->zip = experiment.design.axes == DesignMethod::Zip;
  tables->cube = UnitCube(experiment.design.sampling, experiment.seed, experiment.design.samples);
  const auto regions = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(experiment.regions.size()));
  // Reserved, since columns point into the groups' own parameters.
  auto rounds = experiment.design.rounds;
  if (rounds.empty()) rounds.push_back(experiment.design.samples);
  if (rounds.size() > 1 && experiment.design.sampling == DesignMethod::LatinHypercube)
    return invalid(
        "a Latin hypercube (lhs) cannot be extended: all its samples depend on how many there are");
  tables->groups.reserve(experiment.scenarios.size() * regions * rounds.size());
  std::uint64_t first_sample = 0;
  for (const auto samples : rounds) {
    if (auto added = tables->add_round(experiment, first_sample, samples - first_sample); !added)
      return added.error();
    first_sample = samples;
  }
  return ScenarioSpace(std::move(tables));
}

std::uint64_t ScenarioSpace::size() const {
  return tables_->size;
}

std::uint64_t ScenarioSpace::groups() const {
  return tables_->groups.size();
}

ScenarioPoint ScenarioSpace::at(std::uint64_t index) const {
  const Group& group = tables_->group_at(index);
  const Position at = tables_->position(group, index);
  ScenarioPoint point{.index = index,
                      .named = group.named,
                      .region = group.region,
                      .point = at.point,
                      .sample = at.sample,
                      .replication = at.replication,
                      .draw = experiment::draw_of(at.sample, at.replication),
                      .settings = {}};
  auto column = group.columns.begin();
  for (const auto& spec : group.parameters) {
    const bool varying = column != group.columns.end() && column->spec == &spec;
    point.settings.push_back(
        {spec.name, spec.target, varying ? tables_->value_at(*column, at) : setting_value(spec)});
    if (varying) ++column;
  }
  return point;
}

ScenarioGroup ScenarioSpace::group_of(std::uint64_t index) const {
  const Group& group = tables_->group_at(index);
  ScenarioGroup shared{.first = group.first,
                       .end = group.end,
                       .named = group.named,
                       .region = group.region,
                       .common = {},
                       .varying = {}};
  for (const auto& spec : group.parameters)
    (varies(spec) ? shared.varying : shared.common).push_back({spec.name, spec.target, setting_value(spec)});
  return shared;
}

std::uint64_t ScenarioSpace::group_end(std::uint64_t index) const {
  return tables_->group_at(index).end;
}

std::uint64_t ScenarioSpace::rows() const {
  return tables_->rows;
}

experiment::ScenarioRow ScenarioSpace::row(std::uint64_t number) const {
  assert(number < rows());
  const auto& groups = tables_->groups;
  const auto others = groups.begin() + static_cast<std::ptrdiff_t>(tables_->groups_of_first_round);
  const auto after = std::upper_bound(groups.begin(), others, number,
                                      [](std::uint64_t n, const Group& g) { return n < g.first_row; });
  const Group& group = *std::prev(after);
  const Position at{.point = number - group.first_row, .sample = 0, .replication = 0};
  experiment::ScenarioRow row{.number = number,
                              .named = group.named,
                              .region = group.region,
                              .point = at.point,
                              .settings = {},
                              .runs = {}};
  const auto add_runs = [&](const Group& of_a_round) {
    const std::uint64_t runs = tables_->runs_of_a_row(of_a_round);
    row.runs.push_back({of_a_round.first + at.point * runs, runs});
  };
  add_runs(group);
  for (auto later = others; later != groups.end(); ++later)
    if (later->first_row == group.first_row) add_runs(*later);
  auto column = group.columns.begin();
  for (const auto& spec : group.parameters) {
    const bool varying = column != group.columns.end() && column->spec == &spec;
    if (!is_random(spec))
      row.settings.push_back(
          {spec.name, spec.target, varying ? tables_->value_at(*column, at) : setting_value(spec)});
    if (varying) ++column;
  }
  return row;
}

std::uint64_t ScenarioSpace::row_of(std::uint64_t index) const {
  const Group& group = tables_->group_at(index);
  return group.first_row + tables_->position(group, index).point;
}

std::uint64_t ScenarioSpace::most_runs_of_a_row() const {
  std::uint64_t most = 1;
  for (const auto& group : tables_->groups)
    most = std::max(most, (group.first_sample + group.samples) * tables_->replications);
  return most;
}

void ScenarioSpace::fill(std::uint64_t first, std::uint64_t count, ScenarioColumns& columns) const {
  const Group& group = tables_->group_at(first);
  assert(count <= group.end - first);
  columns.draws.resize(count);
  columns.values.resize(group.columns.size());
  for (auto& values : columns.values) values.resize(count);
  std::optional<Position> last;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Position at = tables_->position(group, first + i);
    columns.draws[i] = experiment::draw_of(at.sample, at.replication);
    for (std::size_t c = 0; c < group.columns.size(); ++c) {
      const Column& column = group.columns[c];
      // A quantile is expensive to compute, and shared by replications.
      const bool same = last && last->point == at.point && last->sample == at.sample;
      columns.values[c][i] = same ? columns.values[c][i - 1] : tables_->value_at(column, at);
    }
    last = at;
  }
}

}  // namespace flowyard::controller::experiment::design
