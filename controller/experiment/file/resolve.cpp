#include "controller/experiment/file/resolve.hpp"

#include <algorithm>
#include <utility>

#include "controller/compiler/continuation.hpp"
#include "controller/experiment/file/model_names.hpp"
#include "worker/engine/addressing.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using experiment::Experiment;
using experiment::NamedScenario;
using experiment::ParameterSpec;

// The parameters that the model accepts, in its own spelling.
std::vector<ParameterSpec> checked(const std::vector<ParsedParameter>& all, const LoadedModel& loaded,
                                   model::Diagnostics& found) {
  std::vector<ParameterSpec> parameters;
  for (const auto& parsed : all) {
    auto spec = settable(parsed, loaded, found);
    if (!spec) continue;
    const bool twice = std::any_of(parameters.begin(), parameters.end(), [&](const ParameterSpec& p) {
      return p.name == spec->name && p.target == spec->target;
    });
    if (twice) {
      found.error(parsed.name_location, DiagnosticCode::DefinedTwice,
                  "'" + parsed.spec.name + "' is set twice: it is the model's '" + spec->name + "'");
    } else {
      parameters.push_back(std::move(*spec));
    }
  }
  // What comes later holds: an element of what is set as a whole keeps its own value.
  std::stable_partition(parameters.begin(), parameters.end(), [](const ParameterSpec& p) {
    return worker::engine::parts_of(p.name).element.empty();
  });
  return parameters;
}

// Each override in the place of what it overrides, or behind.
void lay_over(std::vector<ParameterSpec>& parameters, const std::vector<ParameterSpec>& overrides) {
  for (const auto& own : overrides) {
    // An override of the whole is one of its elements, too.
    std::erase_if(parameters, [&](const ParameterSpec& p) {
      const auto [whole, element] = worker::engine::parts_of(p.name);
      return p.target == own.target && !element.empty() && whole == own.name;
    });
    const auto same = std::find_if(parameters.begin(), parameters.end(), [&](const ParameterSpec& p) {
      return p.name == own.name && p.target == own.target;
    });
    if (same == parameters.end()) {
      parameters.push_back(own);
    } else {
      *same = own;
    }
  }
  std::stable_partition(parameters.begin(), parameters.end(),
                        [](const ParameterSpec& p) { return p.target == experiment::Target::Parameter; });
}

experiment::TimeSettings merged(const experiment::TimeSettings& under, const experiment::TimeSettings& over) {
  return {.start = over.start ? over.start : under.start,
          .stop = over.stop ? over.stop : under.stop,
          .step = over.step ? over.step : under.step,
          .save_every = over.save_every ? over.save_every : under.save_every,
          .method = over.method ? over.method : under.method};
}

experiment::ResourceClass merged(experiment::ResourceClass under, const ParsedResources& over) {
  under.cpus = over.cpus.value_or(under.cpus);
  under.memory = over.memory.value_or(under.memory);
  under.pids = over.pids.value_or(under.pids);
  return under;
}

experiment::ParameterValue value_of(const worker::engine::Column& column) {
  if (column.elements == 1) return experiment::Fixed{column.values.front()};
  return experiment::Array{.shape = {static_cast<std::uint32_t>(column.elements)}, .values = column.values};
}

// The stocks as an earlier result left them, and when.
struct Earlier {
  double time = 0;
  std::vector<ParameterSpec> stocks;
};

std::optional<Earlier> earlier_result(const ParsedData& file, const Models& models, const LoadedModel& loaded,
                                      model::Diagnostics& found) {
  const auto numbers = model::data::read_numbers(models.file(file.path), file.path);
  if (!numbers) {
    found.errors(numbers.error());
    return std::nullopt;
  }
  auto continuation = compiler::continue_from(*loaded.program, *numbers, file.path);
  if (!continuation) {
    found.errors(continuation.error());
    return std::nullopt;
  }
  Earlier earlier{.time = continuation->time, .stocks = {}};
  for (const auto& column : continuation->initials)
    earlier.stocks.push_back({column.name, experiment::Target::InitialValue, value_of(column)});
  return earlier;
}

// One scenario with all that holds for it. `own` is null for the implicit one.
NamedScenario resolve_scenario(const ParsedExperiment& parsed, const ParsedScenario* own,
                               std::uint32_t number, const Models& models, model::Diagnostics& found) {
  const LoadedModel& loaded = models.at(number);
  NamedScenario scenario;
  scenario.name = own != nullptr ? own->name : parsed.experiment.name;
  scenario.title = own != nullptr && !own->title.empty() ? own->title : scenario.name;
  scenario.model.path = loaded.source.path;
  scenario.program = number;
  scenario.parameters = checked(parsed.parameters, loaded, found);
  scenario.time = parsed.time.settings;
  scenario.resources = parsed.experiment.workers.resources;
  FileLocation time_location = parsed.time.location;
  if (own != nullptr) {
    const auto overrides = checked(own->parameters, loaded, found);
    for (const auto& spec : overrides) scenario.overridden.push_back(spec.name);
    lay_over(scenario.parameters, overrides);
    scenario.time = merged(scenario.time, own->time.settings);
    scenario.resources = merged(scenario.resources, own->resources);
    if (own->time.location.line > 0) time_location = own->time.location;
  }
  const auto& from = own != nullptr && own->initial_from ? own->initial_from : parsed.initial_from;
  if (from) {
    if (auto earlier = earlier_result(*from, models, loaded, found)) {
      const auto set = std::exchange(scenario.parameters, std::move(earlier->stocks));
      lay_over(scenario.parameters, set);
      if (!scenario.time.start) scenario.time.start = earlier->time;
    }
    if (time_location.line == 0) time_location = from->location;
  }
  if (time_location.line > 0)
    check_time(scenario.time, time_location, loaded, found);
  else
    check_own_time(scenario.parameters, loaded, found);
  check_output_times(parsed.outputs.times, scenario.time, parsed.outputs.times_location, loaded, found);
  return scenario;
}

bool has_random(const std::vector<ParameterSpec>& parameters) {
  return std::any_of(parameters.begin(), parameters.end(), experiment::is_random);
}

void check_samples(const ParsedExperiment& parsed, const Experiment& experiment, model::Diagnostics& found) {
  const bool random = std::any_of(experiment.scenarios.begin(), experiment.scenarios.end(),
                                  [](const NamedScenario& s) { return has_random(s.parameters); });
  // What could not be read may be random.
  if (parsed.design.samples_given && !random && !found.failed())
    found.error(
        parsed.design.samples_location, DiagnosticCode::WrongValue,
        "'samples' says how often random parameters are drawn, but none is random; to run each scenario "
        "several times write 'replications:'");
  if (parsed.design.samples_given || !random) return;
  const auto report = [&](const std::vector<ParsedParameter>& parameters) {
    const auto first = std::find_if(parameters.begin(), parameters.end(),
                                    [](const ParsedParameter& p) { return is_random(p.spec); });
    if (first == parameters.end()) return false;
    found.error(
        first->value_location, DiagnosticCode::WrongValue,
        "'" + first->spec.name + "' is random: say how often it is drawn, with design: {samples: 1000}");
    return true;
  };
  if (report(parsed.parameters)) return;
  for (const auto& scenario : parsed.scenarios)
    if (report(scenario.parameters)) return;
}

}  // namespace

Experiment resolve(const ParsedExperiment& parsed, const std::vector<std::uint32_t>& numbers,
                   const Models& models, model::Diagnostics& found) {
  Experiment experiment = parsed.experiment;
  experiment.design = parsed.design.design;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const ParsedScenario* own = parsed.scenarios.empty() ? nullptr : &parsed.scenarios[i];
    experiment.scenarios.push_back(resolve_scenario(parsed, own, numbers[i], models, found));
  }
  experiment.parameters = checked(parsed.parameters, models.at(numbers[0]), found);
  for (const auto& region : parsed.regions) {
    experiment::Region resolved{.name = region.name, .parameters = {}};
    for (const auto number : numbers)
      resolved.parameters = checked(region.parameters, models.at(number), found);
    experiment.regions.push_back(std::move(resolved));
  }
  check_samples(parsed, experiment, found);
  return experiment;
}

}  // namespace flowyard::controller::experiment::file
