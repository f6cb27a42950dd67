#include "controller/experiment/file/parsed_experiment_reader.hpp"

#include <algorithm>
#include <array>

#include "common/base/integration_method.hpp"
#include "common/base/suggest.hpp"
#include "common/yaml/scalar.hpp"
#include "controller/experiment/file/fields.hpp"
#include "controller/experiment/file/file_name.hpp"
#include "controller/experiment/file/outputs_reader.hpp"
#include "controller/experiment/file/parameter_reader.hpp"
#include "controller/experiment/file/runner_reader.hpp"
#include "controller/experiment/file/settings_reader.hpp"
#include "controller/experiment/scenario.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using experiment::DesignMethod;

std::optional<ParsedModel> read_model(const yaml::Node& node, model::Diagnostics& found) {
  if (node.is_mapping()) return ParsedModel{.path = "", .in_location = node, .location = node.location};
  const auto file = read_file_name(node, "'model'", found);
  if (!file) return std::nullopt;
  return ParsedModel{.path = file->path, .in_location = std::nullopt, .location = node.location};
}

// "demand.csv", or a list of such.
std::vector<ParsedData> read_data(const yaml::Node& node, model::Diagnostics& found) {
  std::vector<ParsedData> data;
  const auto add = [&](const yaml::Node& item) {
    if (auto file = read_file_name(item, "'data'", found)) data.push_back(std::move(*file));
  };
  if (node.is_sequence()) {
    for (const auto& item : node.items) add(item);
  } else {
    add(node);
  }
  return data;
}

std::optional<experiment::IntegrationMethod> integration_method_in(const yaml::Node& node,
                                                                   model::Diagnostics& found) {
  const auto names = integration_method_names();
  const auto index = word_index(node, "'method'", names, found);
  if (!index) return std::nullopt;
  return static_cast<experiment::IntegrationMethod>(*integration_method(names[*index]));
}

void read_time(const yaml::Node& node, ParsedTime& time, model::Diagnostics& found) {
  Fields fields(node, "'time'", found);
  time.location = node.location;
  auto& settings = time.settings;
  if (const auto* start = fields.find("start")) settings.start = number_in(*start, "'start'", found);
  if (const auto* stop = fields.find("stop")) settings.stop = number_in(*stop, "'stop'", found);
  if (const auto* step = fields.find("step")) settings.step = positive_in(*step, "'step'", found);
  if (const auto* save = fields.find("save_every"))
    settings.save_every = positive_in(*save, "'save_every'", found);
  if (const auto* method = fields.find("method")) settings.method = integration_method_in(*method, found);
  fields.no_others();
}

void read_method(const yaml::Node& node, experiment::Design& design, model::Diagnostics& found) {
  const auto method = word_in<DesignMethod>(node, "the design's method",
                                            {
#define AXES(Name, word, meaning) {word, DesignMethod::Name},
#define SAMPLING(Name, word, meaning) {word, DesignMethod::Name},
#include "controller/experiment/design_methods.def"
#undef AXES
#undef SAMPLING
                                            },
                                            found);
  if (!method) return;
  const bool of_axes = *method == DesignMethod::Grid || *method == DesignMethod::Zip;
  (of_axes ? design.axes : design.sampling) = *method;
}

void read_design(const yaml::Node& node, ParsedDesign& parsed, model::Diagnostics& found) {
  parsed.location = node.location;
  if (node.is_scalar()) {
    read_method(node, parsed.design, found);
    return;
  }
  Fields fields(node, "'design'", found);
  if (const auto* method = fields.find("method")) read_method(*method, parsed.design, found);
  if (const auto* samples = fields.find("samples")) {
    parsed.samples_given = true;
    parsed.samples_location = samples->location;
    constexpr WholeRange kRange{1, 1'000'000'000};
    parsed.design.samples =
        static_cast<std::uint64_t>(whole_in(*samples, "'samples'", kRange, found).value_or(1));
  }
  fields.no_others();
}

ParsedScenario read_scenario(const yaml::Node& node, model::Diagnostics& found) {
  ParsedScenario scenario;
  scenario.location = node.location;
  Fields fields(node, "a scenario", found);
  if (const auto* name = fields.require("name"))
    scenario.name = name_in(*name, "the name of a scenario", found).value_or("");
  if (const auto* title = fields.find("title"))
    scenario.title = text_in(*title, "'title'", found).value_or("");
  if (const auto* model = fields.find("model")) scenario.model = read_model(*model, found);
  if (const auto* data = fields.find("data")) scenario.data = read_data(*data, found);
  if (const auto* parameters = fields.find("parameters"))
    read_parameters(*parameters, experiment::Target::Parameter, scenario.parameters, found);
  if (const auto* initial = fields.find("initial"))
    read_parameters(*initial, experiment::Target::InitialValue, scenario.parameters, found);
  if (const auto* from = fields.find("initial_from"))
    scenario.initial_from = read_file_name(*from, "'initial_from'", found);
  if (const auto* time = fields.find("time")) read_time(*time, scenario.time, found);
  if (const auto* workers = fields.find("workers")) read_resources(*workers, scenario.resources, found);
  fields.no_others();
  return scenario;
}

void read_scenarios(const yaml::Node& node, std::vector<ParsedScenario>& scenarios,
                    model::Diagnostics& found) {
  if (!node.is_sequence() || node.items.empty()) {
    report_type(node, "'scenarios'", "a list of at least one scenario", found);
    return;
  }
  for (const auto& item : node.items) {
    if (!item.is_mapping()) {
      report_type(item, "a scenario", "a mapping with a name", found);
      continue;
    }
    ParsedScenario scenario = read_scenario(item, found);
    const auto same = std::find_if(scenarios.begin(), scenarios.end(), [&](const ParsedScenario& s) {
      return !s.name.empty() && s.name == scenario.name;
    });
    if (same != scenarios.end())
      found.error(item.find("name")->location, DiagnosticCode::DefinedTwice,
                  "there are two scenarios called '" + scenario.name + "' (first in line " +
                      std::to_string(same->location.line) + ")");
    scenarios.push_back(std::move(scenario));
  }
}

// Axes would give regions different design points, and points are paired across regions.
bool fits_region(const experiment::ParameterValue& value) {
  return !std::holds_alternative<experiment::Axis>(value) &&
         !std::holds_alternative<experiment::Random>(value);
}

void read_regions(const yaml::Node& node, std::vector<ParsedRegion>& regions, model::Diagnostics& found) {
  if (!node.is_mapping() || node.entries.empty()) {
    report_type(node, "'regions'", "a mapping of at least one region to its parameters", found);
    return;
  }
  for (const auto& entry : node.entries) {
    if (!is_name(entry.key))
      found.error(entry.location, DiagnosticCode::WrongValue,
                  "'" + entry.key + "' cannot be the name of a region");
    ParsedRegion region{.name = entry.key, .parameters = {}, .location = entry.location};
    if (!entry.value.is_mapping() && !entry.value.is_null()) {
      report_type(entry.value, "the region '" + entry.key + "'", "a mapping of its parameters", found);
    } else {
      read_parameters(entry.value, experiment::Target::Parameter, region.parameters, found);
    }
    for (const auto& parameter : region.parameters)
      if (!fits_region(parameter.spec.value))
        found.error(parameter.value_location, DiagnosticCode::WrongKind,
                    "'" + parameter.spec.name +
                        "' of a region must be a number, {series: ...} or "
                        "{array: ...}, so that design points can be paired across regions");
    regions.push_back(std::move(region));
  }
}

void read_what(Fields& fields, ParsedExperiment& parsed, model::Diagnostics& found) {
  auto& experiment = parsed.experiment;
  if (const auto* name = fields.require("name"))
    experiment.name = name_in(*name, "'name'", found).value_or("");
  if (const auto* text = fields.find("description"))
    experiment.description = text_in(*text, "'description'", found).value_or("");
  const auto* runner = fields.find("runner");
  if (runner != nullptr) parsed.runner = read_runner(*runner, found);
  // A program may do without one.
  const bool may_lack = runner != nullptr && !runner->is_scalar();
  if (const auto* model = may_lack ? fields.find("model") : fields.require("model"))
    parsed.model = read_model(*model, found);
  if (const auto* data = fields.find("data")) parsed.data = read_data(*data, found);
  if (const auto* seed = fields.find("seed"))
    experiment.seed = static_cast<std::uint64_t>(whole_in(*seed, "'seed'", {}, found).value_or(1));
  if (const auto* parameters = fields.find("parameters"))
    read_parameters(*parameters, experiment::Target::Parameter, parsed.parameters, found);
  if (const auto* initial = fields.find("initial"))
    read_parameters(*initial, experiment::Target::InitialValue, parsed.parameters, found);
  if (const auto* from = fields.find("initial_from"))
    parsed.initial_from = read_file_name(*from, "'initial_from'", found);
  if (const auto* scenarios = fields.find("scenarios")) read_scenarios(*scenarios, parsed.scenarios, found);
  if (const auto* design = fields.find("design")) read_design(*design, parsed.design, found);
  if (const auto* regions = fields.find("regions")) read_regions(*regions, parsed.regions, found);
  if (const auto* replications = fields.find("replications")) {
    constexpr WholeRange kRange{1, static_cast<std::int64_t>(experiment::kMaxReplications)};
    experiment.replications =
        static_cast<std::uint64_t>(whole_in(*replications, "'replications'", kRange, found).value_or(1));
  }
  if (const auto* time = fields.find("time")) read_time(*time, parsed.time, found);
  if (const auto* outputs = fields.find("outputs")) read_outputs(*outputs, parsed.outputs, found);
}

void read_how(Fields& fields, experiment::Experiment& experiment, model::Diagnostics& found) {
  if (const auto* priority = fields.find("priority")) {
    constexpr WholeRange kRange{experiment::kLeastPriority, experiment::kMostPriority};
    experiment.priority = static_cast<int>(whole_in(*priority, "'priority'", kRange, found).value_or(0));
  }
  if (const auto* workers = fields.find("workers")) read_workers(*workers, experiment.workers, found);
  if (const auto* timeout = fields.find("timeout")) read_timeout(*timeout, experiment.timeout, found);
  if (const auto* retry = fields.find("retry")) read_retry(*retry, experiment.retry, found);
  if (const auto* failures = fields.find("failures")) read_failures(*failures, experiment.failures, found);
  if (const auto* not_finite = fields.find("not_finite"))
    experiment.not_finite = word_in<experiment::NotFinite>(*not_finite, "'not_finite'",
                                                           {{"mark", experiment::NotFinite::Mark},
                                                            {"fail", experiment::NotFinite::Fail},
                                                            {"ignore", experiment::NotFinite::Ignore}},
                                                           found)
                                .value_or(experiment.not_finite);
  if (const auto* keep = fields.find("keep")) read_keep(*keep, experiment.keep, found);
}

}  // namespace

ParsedExperiment parse_experiment(const yaml::Node& file, model::Diagnostics& found) {
  ParsedExperiment parsed;
  yaml::Node root = file;
  parsed.overrides = lay_over_file(root, found);
  parsed.experiment.only = parsed.overrides.only;
  parsed.experiment.overrides = parsed.overrides.said;
  Fields fields(root, "the experiment", found);
  read_what(fields, parsed, found);
  if (const auto& rounds = parsed.overrides.rounds; !rounds.empty()) {
    parsed.design.design.rounds = rounds;
    parsed.design.design.samples = rounds.back();
    parsed.design.samples_given = true;
    parsed.design.samples_location = parsed.overrides.rounds_location;
  }
  if (parsed.runner) {
    parsed.runner->runner.trace = parsed.overrides.trace;
    auto& workers = parsed.experiment.workers;
    workers.resources.memory = experiment::kProgramMemory;
    workers.resources.pids = experiment::kProgramPids;
    workers.network = experiment::Network::Own;
  }
  read_how(fields, parsed.experiment, found);
  fields.find("overrides");
  fields.no_others();
  return parsed;
}

}  // namespace flowyard::controller::experiment::file
