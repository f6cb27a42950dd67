#include "controller/results/scenario_netcdf.hpp"

#include <algorithm>
#include <limits>

#include "controller/model/name.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::Axis;
using experiment::Experiment;
using experiment::NamedScenario;
using experiment::ParameterSpec;
using experiment::Target;
using netcdf::Texts;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kStatusLetters = 10;  // "not_finite"

std::vector<ParameterSpec> axes_of(const NamedScenario& scenario) {
  std::vector<ParameterSpec> axes;
  for (const auto& spec : scenario.parameters)
    if (std::holds_alternative<Axis>(spec.value)) axes.push_back(spec);
  return axes;
}

bool is_same_target(const ParameterSpec& a, const ParameterSpec& b) {
  return a.name == b.name && a.target == b.target;
}

// Whether all scenarios, in their order, fill a box of named scenarios, regions, axes, samples, replications.
bool fills_a_box(const Experiment& e, const experiment::design::ScenarioSpace& space) {
  if (e.only || e.design.rounds.size() > 1) return false;
  const auto axes = axes_of(e.scenarios.front());
  if (axes.size() > 1 && e.design.axes != experiment::DesignMethod::Grid) return false;
  for (const auto& scenario : e.scenarios)
    if (axes_of(scenario) != axes) return false;
  std::uint64_t size =
      e.scenarios.size() * std::max<std::uint64_t>(1, e.regions.size()) * e.design.samples * e.replications;
  for (const auto& axis : axes) {
    size *= std::get<Axis>(axis.value).size();
    for (const auto& region : e.regions)
      for (const auto& own : region.parameters)
        if (is_same_target(own, axis)) return false;
  }
  return size == space.size();
}

std::vector<ParameterSpec> settings_of(const Experiment& e) {
  std::vector<ParameterSpec> settings;
  const auto add = [&](const std::vector<ParameterSpec>& some) {
    for (const auto& spec : some) {
      const auto same = [&](const ParameterSpec& known) { return is_same_target(known, spec); };
      if (std::none_of(settings.begin(), settings.end(), same)) settings.push_back(spec);
    }
  };
  for (const auto& scenario : e.scenarios) add(scenario.parameters);
  for (const auto& region : e.regions) add(region.parameters);
  return settings;
}

std::string name_of(const ParameterSpec& spec) {
  return spec.target == Target::InitialValue ? "initial " + spec.name : spec.name;
}

Texts names_of(const auto& all) {
  Texts names;
  for (const auto& one : all) names.push_back(one.name);
  return names;
}

}  // namespace

ScenarioNetcdf::ScenarioNetcdf(const Experiment& experiment, const experiment::design::ScenarioSpace& space,
                               const experiment::Annotations& annotations, bool is_whole)
    : experiment_(experiment),
      space_(space),
      annotations_(annotations),
      is_grid_(is_whole && fills_a_box(experiment, space)) {}

void ScenarioNetcdf::learn(const ResultBlock& block) {
  for (const auto& series : block.series) {
    // One with other elements, of a variant of the model, is a variable of its own.
    const auto same = [&](const SeriesShape& known) {
      return known.name == series.name && known.elements == series.elements;
    };
    if (std::none_of(series_.begin(), series_.end(), same)) series_.push_back({series.name, series.elements});
  }
  if (block.series.empty() || block.times == last_times_) return;
  last_times_ = block.times;
  std::vector<double> all;
  std::set_union(times_.begin(), times_.end(), block.times.begin(), block.times.end(),
                 std::back_inserter(all));
  times_ = std::move(all);
}

ScenarioNetcdf::Stream& ScenarioNetcdf::open(std::string name, const std::string& units) {
  auto& stream = streams_.emplace_back();
  stream.name = std::move(name);
  stream.attributes = {{"long_name", stream.name}};
  if (!units.empty()) stream.attributes.emplace_back("units", units);
  return stream;
}

void ScenarioNetcdf::open_text(std::string name, std::size_t letters) {
  auto& stream = open(std::move(name));
  stream.kind = netcdf::Elsewhere::Characters;
  stream.attributes.emplace_back("_Encoding", "utf-8");
  stream.letters = letters;
}

void ScenarioNetcdf::begin() {
  last_times_.clear();
  if (!is_grid_) {
    open("run");
    open_text("scenario", netcdf::longest_of(names_of(experiment_.scenarios)));
    if (!experiment_.regions.empty()) open_text("region", netcdf::longest_of(names_of(experiment_.regions)));
    open("point");
    open("sample");
    open("replication");
  }
  open_text("status", kStatusLetters);
  const auto axes = axes_of(experiment_.scenarios.front());
  for (const auto& spec : settings_of(experiment_)) {
    const auto same = [&](const ParameterSpec& axis) { return is_same_target(axis, spec); };
    if (is_grid_ && std::any_of(axes.begin(), axes.end(), same)) continue;
    settings_.push_back(spec);
    open(name_of(spec), units_of(spec.name));
  }
  for (std::size_t i = 0; i < experiment_.outputs.outcomes.size(); ++i) {
    const auto& units = annotations_.outcome_units;
    open(experiment_.outputs.outcomes[i].name, i < units.size() ? units[i] : "");
  }
  for (const auto& shape : series_) open(shape.name, units_of(shape.name)).series = &shape;
}

void ScenarioNetcdf::add(const experiment::ScenarioPoint& point, const ScenarioStatus& status,
                         const ResultBlock* block) {
  if (runs_++ == 0) begin();
  at_ = 0;
  if (!is_grid_) {
    put(static_cast<double>(point.index));
    put(experiment_.scenarios[point.named].name);
    if (!experiment_.regions.empty()) put(experiment_.regions[point.region].name);
    for (const auto number : {point.point, point.sample, point.replication}) put(static_cast<double>(number));
  }
  put(status.status);
  for (const auto& wanted : settings_) {
    const auto setting =
        std::find_if(point.settings.begin(), point.settings.end(), [&](const experiment::Setting& one) {
          return one.name == wanted.name && one.target == wanted.target;
        });
    const auto* number = setting == point.settings.end() ? nullptr : std::get_if<double>(&setting->value);
    put(number ? *number : kNothing);
  }
  for (std::size_t i = 0; i < experiment_.outputs.outcomes.size(); ++i) {
    const bool is_there = block && i < block->outcomes.size();
    put(is_there ? block->outcomes[i][point.index - block->range.first] : kNothing);
  }
  for (const auto& shape : series_) put(shape, block, point.index);
}

void ScenarioNetcdf::put(std::string_view text) {
  auto& stream = streams_[at_++];
  stream.bytes += text;
  stream.bytes.append(stream.letters - text.size(), '\0');
}

void ScenarioNetcdf::put(const SeriesShape& shape, const ResultBlock* block, std::uint64_t index) {
  auto& bytes = streams_[at_++].bytes;
  const std::size_t width = std::max<std::size_t>(1, shape.elements.size());
  const ResultBlock::Series* series = nullptr;
  for (std::size_t i = 0; block && i < block->series.size(); ++i) {
    const auto& one = block->series[i];
    if (one.name == shape.name && one.elements == shape.elements) series = &one;
  }
  if (series && block->times != last_times_) {
    last_times_ = block->times;
    places_.clear();
    for (const double time : times_) {
      const auto at = std::lower_bound(last_times_.begin(), last_times_.end(), time);
      const bool is_there = at != last_times_.end() && *at == time;
      places_.push_back(is_there ? static_cast<std::size_t>(at - last_times_.begin()) : last_times_.size());
    }
  }
  for (std::size_t time = 0; time < times_.size(); ++time) {
    const bool is_there = series && places_[time] < last_times_.size();
    for (std::size_t e = 0; e < width; ++e) {
      netcdf::append_number(bytes, is_there
                                       ? series->values[(places_[time] * width + e) * block->range.count +
                                                        (index - block->range.first)]
                                       : kNothing);
    }
  }
}

std::string ScenarioNetcdf::take(std::size_t stream) {
  return std::exchange(streams_[stream].bytes, {});
}

std::vector<std::size_t> ScenarioNetcdf::run_dimensions(netcdf::Builder& build) const {
  if (!is_grid_) return {build.dimension(build.unique("runs"), runs_)};
  std::vector<std::size_t> dimensions{build.words(names_of(experiment_.scenarios), "scenario")};
  if (!experiment_.regions.empty())
    dimensions.push_back(build.words(names_of(experiment_.regions), "region"));
  for (const auto& spec : axes_of(experiment_.scenarios.front())) {
    const auto& axis = std::get<Axis>(spec.value);
    std::vector<double> values;
    for (std::uint64_t i = 0; i < axis.size(); ++i) values.push_back(axis.at(i));
    const auto name = build.unique(name_of(spec));
    dimensions.push_back(build.dimension(name, values.size()));
    auto& variable = build.file.variables.emplace_back();
    variable.name = name;
    variable.dimensions = {dimensions.back()};
    variable.attributes = {{"long_name", name_of(spec)}};
    if (const auto units = units_of(spec.name); !units.empty())
      variable.attributes.emplace_back("units", units);
    variable.values = std::move(values);
  }
  if (experiment_.design.samples > 1)
    dimensions.push_back(build.dimension(build.unique("sample"), experiment_.design.samples));
  if (experiment_.replications > 1)
    dimensions.push_back(build.dimension(build.unique("replication"), experiment_.replications));
  return dimensions;
}

netcdf::Variable ScenarioNetcdf::variable_of(const Stream& stream, std::vector<std::size_t> dimensions,
                                             std::optional<std::size_t> time, netcdf::Builder& build) const {
  netcdf::Variable variable{.name = build.unique(stream.name),
                            .dimensions = {},
                            .attributes = stream.attributes,
                            .values = stream.kind};
  if (stream.letters > 0)
    dimensions.push_back(build.dimension(build.unique(stream.name + "_characters"), stream.letters));
  if (stream.series && time) {
    dimensions.push_back(*time);
    const auto& elements = stream.series->elements;
    auto axes = netcdf::axes_of(elements);
    if (axes.empty() && !elements.empty()) axes = {elements};
    for (const auto& axis : axes)
      dimensions.push_back(build.dimension_of(axis, dimension_name(axis, stream.name)));
  }
  variable.dimensions = std::move(dimensions);
  return variable;
}

Result<std::vector<ScenarioNetcdf::Part>> ScenarioNetcdf::parts() {
  netcdf::Builder build;
  auto& file = build.file;
  file.attributes = {{"Conventions", "CF-1.8"}, {"title", experiment_.name}, {"source", "Flowyard"}};
  std::vector<netcdf::Variable> streamed;
  if (runs_ > 0) {
    const auto dimensions = run_dimensions(build);
    std::optional<std::size_t> time;
    if (!times_.empty()) {
      time = build.dimension(build.unique("time"), times_.size());
      file.variables.push_back({.name = file.dimensions[*time].name,
                                .dimensions = {*time},
                                .attributes = {{"long_name", "time"}},
                                .values = times_});
      if (!annotations_.time_units.empty())
        file.variables.back().attributes.emplace_back("units", annotations_.time_units);
    }
    for (const auto& stream : streams_) streamed.push_back(variable_of(stream, dimensions, time, build));
  }
  const auto fixed = file.variables.size();
  for (auto& variable : streamed) file.variables.push_back(std::move(variable));
  auto header = netcdf::header_of(file);
  if (!header) return header.error();
  std::vector<Part> parts{{.bytes = std::move(*header), .then_stream = {}}};
  for (std::size_t i = 0; i < fixed; ++i) parts[0].bytes += netcdf::bytes_of(file, file.variables[i]);
  for (std::size_t i = fixed; i < file.variables.size(); ++i) {
    parts.back().then_stream = i - fixed;
    parts.push_back({.bytes = netcdf::bytes_of(file, file.variables[i]), .then_stream = {}});
  }
  return parts;
}

std::string ScenarioNetcdf::dimension_name(const std::vector<std::string>& elements,
                                           const std::string& of) const {
  for (const auto& [name, known] : annotations_.dimensions)
    if (known == elements) return name;
  return of + "_elements";
}

std::string ScenarioNetcdf::units_of(std::string_view variable) const {
  const auto found = annotations_.units.find(model::key_of(variable));
  return found == annotations_.units.end() ? "" : found->second;
}

}  // namespace flowyard::controller::results
