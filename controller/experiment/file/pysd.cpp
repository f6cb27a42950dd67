#include "controller/experiment/file/pysd.hpp"

#include <filesystem>

#include "common/base/text.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/experiment/file/stand_in.hpp"
#include "controller/model/xmile/write.hpp"

namespace flowyard::controller::experiment::file {
namespace {

bool is_read_by_pysd(const std::string& path) {
  const std::string ending = lower(std::filesystem::path(path).extension().string());
  return ending == ".mdl" || ending == ".xmile" || ending == ".stmx" || ending == ".xml";
}

// PySD has Euler's method and no other (its manual, "Advanced usage").
void check_methods(const Experiment& experiment, const ParsedExperiment& parsed, model::Diagnostics& found) {
  for (std::size_t i = 0; i < experiment.scenarios.size(); ++i) {
    const auto& method = experiment.scenarios[i].time.method;
    if (!method || *method == IntegrationMethod::Euler) continue;
    const bool is_own = !parsed.scenarios.empty() && parsed.scenarios[i].time.settings.method;
    found.error(is_own ? parsed.scenarios[i].time.location : parsed.time.location, DiagnosticCode::WrongValue,
                std::string("PySD integrates by Euler's method only, not by ") + to_string(*method));
    return;
  }
}

// Where the model of that number lies for PySD; empty after reporting why it cannot be sent.
std::string send_model(const LoadedModel& loaded, std::size_t number, LoadedExperiment& experiment,
                       model::Diagnostics& found) {
  if (is_read_by_pysd(loaded.source.path)) return loaded.source.path;
  const auto text = model::xmile::write(loaded.model);
  if (!text) {
    found.errors(text.error());
    return "";
  }
  const std::string path = "flowyard_model_" + std::to_string(number) + ".xmile";
  experiment.added.push_back({.path = path, .content = *text});
  return path;
}

// A model's own method is not the file's mistake, but its results come out different.
void warn_of_methods(const Experiment& experiment, const Models& models, std::vector<std::string>& warnings) {
  for (const auto& scenario : experiment.scenarios) {
    const auto& model = models.at(scenario.program);
    if (scenario.time.method || model.program->time.method == worker::engine::Method::Euler) continue;
    warnings.push_back(
        "the model is made for another method than Euler's, which is all that PySD has: results "
        "differ from the engine's; time: {method: euler} makes both the same");
    return;
  }
}

// What it takes at least: 95 MB to import and some 170 MB for a run, measured.
constexpr std::uint64_t kLeastForPysd = std::uint64_t{192} << 20;

void warn_of_memory(LoadedExperiment& loaded) {
  for (const auto& scenario : loaded.experiment.scenarios) {
    if (scenario.resources.memory >= kLeastForPysd) continue;
    loaded.warnings.push_back(
        "workers.memory: " + std::to_string(scenario.resources.memory >> 20) +
        " MiB is less than PySD needs, some 192 MiB and more; where it is not said, it is 512 MiB");
    return;
  }
}

}  // namespace

void run_by_pysd(LoadedExperiment& loaded, const ParsedExperiment& parsed, Models& models,
                 model::Diagnostics& found) {
  check_methods(loaded.experiment, parsed, found);
  warn_of_memory(loaded);
  warn_of_methods(loaded.experiment, models, loaded.warnings);
  loaded.added.push_back({.path = kPysdDriver, .content = std::string(pysd_driver)});
  std::vector<std::string> places;
  for (std::size_t number = 0; number < models.all().size(); ++number) {
    auto& one = models.all()[number];
    places.push_back(send_model(one, number, loaded, found));
    const StandIn made = stand_in(one.model, *one.program, loaded.experiment.outputs);
    compiler::CompileOptions options;
    options.series = made.series;
    for (const auto& outcome : loaded.experiment.outputs.outcomes)
      options.outcomes.push_back({outcome.name, outcome.expression, {}});
    auto program = compiler::compile(made.model, options);
    if (program) {
      one.program = std::make_shared<const worker::engine::Program>(std::move(*program));
    } else {
      found.errors(program.error());
    }
  }
  for (auto& scenario : loaded.experiment.scenarios) {
    if (places[scenario.program] != scenario.model.path) scenario.model.sent_as = places[scenario.program];
  }
}

}  // namespace flowyard::controller::experiment::file
