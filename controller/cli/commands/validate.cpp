// validate: checks an experiment. In this process: nothing is started, and no controller is contacted.
#include "controller/cli/client/bundle.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::cli {
namespace {

// Each round adds what the last one found missing; with nothing new to add, add_files has reported an error.
experiment::file::LoadedExperiment loaded(const std::string& path) {
  auto experiment = value_or_fail(read_experiment_file(path));
  for (;;) {
    auto outcome = value_or_fail(experiment::file::read(experiment.bundle));
    if (auto* whole = std::get_if<experiment::file::LoadedExperiment>(&outcome)) return std::move(*whole);
    value_or_fail(add_files(experiment, std::get<experiment::file::MissingFiles>(outcome)));
  }
}

int validate(const std::string& path, Terminal& terminal) {
  const auto reading = loaded(path);
  const auto space = value_or_fail(experiment::design::ScenarioSpace::create(reading.experiment));
  for (const auto& warning : reading.warnings) terminal.note("warning: " + printable(warning));
  if (!terminal.quiet()) terminal.out() << path << ": ok, " << plural(space.size(), "scenario") << "\n";
  return Ok;
}

}  // namespace

void define_validate(Command& program) {
  auto file = std::make_shared<std::string>();
  auto command = program.add("validate", "check an experiment and its models; nothing starts");
  add_experiment_file(command, *file);
  command.footer(
      "Examples:\n"
      "  flowyard validate sweep.yaml\n\n"
      "Prints every mistake as file:line:column: message; exit code 2 if there is one.");
  command.runs_here([file](Here& here) { return validate(*file, here.terminal); });
}

}  // namespace flowyard::controller::cli
