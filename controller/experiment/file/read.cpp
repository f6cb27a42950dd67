#include "controller/experiment/file/read.hpp"

#include <algorithm>
#include <map>

#include "common/yaml/tree.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/annotate.hpp"
#include "controller/experiment/file/build_context.hpp"
#include "controller/experiment/file/lint.hpp"
#include "controller/experiment/file/models.hpp"
#include "controller/experiment/file/parsed_experiment_reader.hpp"
#include "controller/experiment/file/pysd.hpp"
#include "controller/experiment/file/resolve.hpp"
#include "controller/experiment/file/stand_in.hpp"
#include "controller/model/kind.hpp"

namespace flowyard::controller::experiment::file {
namespace {

// The same for a program: each scenario's own model is a file that it is given.
std::vector<std::uint32_t> note_program(const ParsedExperiment& parsed, Models& models,
                                        model::Diagnostics& found) {
  for (const auto& file : parsed.runner->files) models.add(file);
  for (const auto& file : parsed.data) models.add(file);
  if (parsed.runner->built_from) models.add(*parsed.runner->built_from);
  const StandIn made = stand_in(parsed, found);
  std::map<std::string, std::uint32_t> known;  // by the path of the model
  std::vector<std::uint32_t> numbers;
  const auto note = [&](const std::optional<ParsedModel>& given) {
    const ParsedModel source =
        given.value_or(ParsedModel{.path = "", .in_location = {}, .location = parsed.runner->location});
    if (source.in_location)
      found.error(source.location, DiagnosticCode::WrongKind,
                  "a program is given its model as a file: name one");
    const auto [number, is_new] = known.try_emplace(source.path, 0);
    if (is_new) number->second = models.add(made, source);
    if (is_new && !source.path.empty()) models.add(ParsedData{source.path, source.location});
    numbers.push_back(number->second);
  };
  if (parsed.scenarios.empty()) note(parsed.model);
  for (const auto& scenario : parsed.scenarios) note(scenario.model ? scenario.model : parsed.model);
  return numbers;
}

// The number of the model of each scenario, or one number without scenarios.
std::vector<std::uint32_t> note_models(const ParsedExperiment& parsed, Models& models,
                                       model::Diagnostics& found) {
  std::vector<std::uint32_t> numbers;
  if (parsed.runner && !parsed.runner->runner.pysd) return note_program(parsed, models, found);
  if (!parsed.model) return numbers;
  if (parsed.initial_from) models.add(*parsed.initial_from);
  for (const auto& scenario : parsed.scenarios)
    if (scenario.initial_from) models.add(*scenario.initial_from);
  if (parsed.scenarios.empty()) return {models.add(*parsed.model, parsed.data, found)};
  for (const auto& scenario : parsed.scenarios)
    numbers.push_back(
        models.add(scenario.model.value_or(*parsed.model), scenario.data.value_or(parsed.data), found));
  return numbers;
}

// False if a model itself does not compile, so that nothing can be said of its names.
bool compile_models(const ParsedExperiment& parsed, const experiment::Outputs& outputs, Models& models,
                    std::stop_token stop, model::Diagnostics& found) {
  compiler::CompileOptions options;
  options.series = outputs.series;
  options.stop = std::move(stop);
  for (std::size_t i = 0; i < outputs.outcomes.size(); ++i) {
    const auto& outcome = outputs.outcomes[i];
    const bool written = parsed.outputs.given;
    if (parsed.runner && !parsed.runner->runner.pysd && is_given_by_program(parsed, outcome.expression))
      continue;
    options.outcomes.push_back(
        {outcome.name, outcome.expression,
         written ? yaml::location_in(parsed.outputs.outcomes[i].expression.node, 0) : FileLocation{}});
  }
  bool good = true;
  for (auto& loaded : models.all()) {
    options.series = loaded.stands_in ? loaded.series : outputs.series;
    auto program = compiler::compile(loaded.model, options);
    if (!program) {
      const Errors errors = program.error();
      found.errors(errors);
      // An error in an outcome need not hide those in the names of parameters.
      const bool ended = std::any_of(errors.begin(), errors.end(), [](const Error& error) {
        return error.code == ErrorCode::Limit || error.code == ErrorCode::Unavailable;
      });
      if (!ended) program = compiler::compile(loaded.model, {.stop = options.stop});
    }
    if (program) {
      loaded.program = std::make_shared<const worker::engine::Program>(std::move(*program));
    } else {
      good = false;
    }
  }
  return good;
}

// The program, with the image that is built for it.
std::optional<experiment::Runner> runner_of(const ParsedExperiment& parsed, const Models& models,
                                            model::Diagnostics& found) {
  if (!parsed.runner) return std::nullopt;
  auto runner = parsed.runner->runner;
  if (!runner.build) return runner;
  const auto& folder = *parsed.runner->built_from;
  auto image = read_build_context(models.file(folder.path), *runner.build);
  if (image) {
    runner.image = std::move(*image);
  } else {
    found.error(folder.location, DiagnosticCode::WrongValue, image.error().message);
  }
  return runner;
}

// The design as a whole: that it can be laid out, and is not too large.
void check_design(const ParsedExperiment& parsed, const experiment::Experiment& experiment,
                  const FileLocation& top, model::Diagnostics& found) {
  const auto space = design::ScenarioSpace::create(experiment);
  if (space) {
    const auto beyond =
        experiment.only ? experiment.only->first_run(space->size()) : experiment::IndexRange{};
    if (beyond.count > 0)
      found.error(
          parsed.overrides.only_location, DiagnosticCode::WrongValue,
          "'only': the scenarios of this experiment are numbered 0 to " + std::to_string(space->size() - 1));
    return;
  }
  Error error = space.error();
  error.location = parsed.design.location.line > 0 ? parsed.design.location : top;
  found.error(std::move(error));
}

std::vector<std::string> warnings_of(const Models& models) {
  std::vector<std::string> warnings;
  const auto add = [&](const model::Model& model, const std::vector<model::Warning>& some) {
    for (const auto& warning : some)
      warnings.push_back(to_string(source_location(model, warning.location)) + ": " + warning.message);
  };
  for (const auto& loaded : models.all()) {
    if (loaded.stands_in) continue;
    add(loaded.model, loaded.model.warnings);
    add(loaded.model, compiler::lint(loaded.model));
  }
  return warnings;
}

// Trees are limited in depth.
void add_references(const model::Expression& e, std::vector<const model::Name*>& names) {
  if (!e.name.empty()) names.push_back(&e.name);
  for (const auto& argument : e.arguments) add_references(argument, names);
}

std::map<std::string, std::vector<std::string>> inputs_of(const model::Model& model) {
  std::map<std::string, std::string> spelled;  // by key
  for (const auto& variable : model.variables) spelled[variable.name.key] = variable.name.display;
  std::map<std::string, std::vector<std::string>> all;
  for (const auto& variable : model.variables) {
    std::vector<const model::Name*> names;
    for (const auto& equation : variable.equations) add_references(equation.expression, names);
    for (const auto* flows : {&variable.inflows, &variable.outflows})
      for (const auto& flow : *flows) names.push_back(&flow);
    auto& inputs = all[variable.name.display];
    for (const auto* name : names) {
      const auto found = spelled.find(name->key);
      const bool is_new = found != spelled.end() && found->first != variable.name.key &&
                          std::find(inputs.begin(), inputs.end(), found->second) == inputs.end();
      if (is_new) inputs.push_back(found->second);
    }
  }
  return all;
}

}  // namespace

Results<WholeModel> read_whole_model(const experiment::Bundle& bundle, std::uint32_t number,
                                     std::stop_token stop) {
  model::Diagnostics found;
  const yaml::Document document = yaml::parse(bundle.file_name, bundle.text);
  const ParsedExperiment parsed = parse_experiment(document.root, found);
  Models models(bundle, parsed.overrides.files, stop);
  note_models(parsed, models, found);
  const bool readable = models.missing().empty() && models.load(bundle.file_name, found);
  if (!readable || !models.take_numbers(found) || number >= models.all().size()) return found.take_errors();
  const auto& model = models.at(number).model;
  auto program = compiler::compile(
      model, {.series = compiler::series_names(model), .outcomes = {}, .stop = std::move(stop)});
  if (!program) return program.error();
  WholeModel whole{.program = std::make_shared<const worker::engine::Program>(std::move(*program)),
                   .inputs = inputs_of(model),
                   .documentation = model.documentation,
                   .time_units = model.time.units,
                   .variables = {}};
  for (const auto& variable : model.variables)
    whole.variables.push_back({.name = variable.name.display,
                               .kind = model::kind_of(variable),
                               .units = variable.units,
                               .documentation = variable.documentation});
  return whole;
}

Results<LoadOutcome> read(const experiment::Bundle& bundle, std::stop_token stop) {
  model::Diagnostics found;
  const yaml::Document document = yaml::parse(bundle.file_name, bundle.text);
  found.errors(document.problems);
  if (!document.readable) return found.take_errors();
  const ParsedExperiment parsed = parse_experiment(document.root, found);
  Models models(bundle, parsed.overrides.files, stop);
  const auto numbers = note_models(parsed, models, found);
  // Asked for before any error is reported, so that the models' errors come with the others.
  if (auto missing = models.missing(); !missing.empty()) return LoadOutcome(std::move(missing));
  if (numbers.empty()) return found.take_errors();
  const bool readable = models.load(bundle.file_name, found);
  if (auto missing = models.missing_of_models(); !missing.empty()) return LoadOutcome(std::move(missing));
  if (!readable || !models.take_numbers(found)) return found.take_errors();
  const auto outputs = resolve_outputs(parsed.outputs, models, !parsed.regions.empty(), found);
  if (!compile_models(parsed, outputs, models, std::move(stop), found)) return found.take_errors();
  LoadedExperiment reading;
  reading.experiment = resolve(parsed, numbers, models, found);
  reading.experiment.outputs = outputs;
  reading.experiment.runner = runner_of(parsed, models, found);
  if (!found.failed()) check_design(parsed, reading.experiment, document.root.location, found);
  if (found.failed()) return found.take_errors();
  if (parsed.runner && parsed.runner->runner.pysd) run_by_pysd(reading, parsed, models, found);
  if (found.failed()) return found.take_errors();
  for (const auto& loaded : models.all()) {
    reading.programs.push_back(loaded.program);
    annotate(reading.annotations, loaded.model);
  }
  annotate(reading.annotations, outputs);
  for (auto& warning : lint(parsed, reading.experiment, models))
    reading.warnings.push_back(std::move(warning));
  for (auto& warning : warnings_of(models)) reading.warnings.push_back(std::move(warning));
  return LoadOutcome(std::move(reading));
}

}  // namespace flowyard::controller::experiment::file
