// run: plan, submit, watch, and the table at the end. Ctrl-C cancels what it submitted.
#include "controller/cli/client/results.hpp"
#include "controller/cli/client/running.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

ExitStatus run(SubmitOptions options, Session& session) {
  const auto format = options.format;
  const auto ran = co_await run_to_end(std::move(options), session);
  const auto& view = ran.view;
  if (ran.interrupted && view.state == experiment::ExperimentState::Cancelled) {
    session.terminal.note("Cancelled; its containers are gone. What was finished is kept: flowyard show " +
                          to_string(view.id));
    co_return Interrupted;
  }
  ResultOptions all;
  auto body = co_await session.connection.get(path_of("experiments", to_string(view.id)));
  const auto detail = co_await show_experiment(session, std::move(body), std::move(all), format);
  if (format == Format::Table && !session.terminal.quiet()) print_where(session.terminal, detail);
  co_return ran.interrupted ? Interrupted : exit_code_of(view.state);
}

}  // namespace

void define_run(Command& program) {
  auto options = std::make_shared<SubmitOptions>();
  auto command = program.add("run", "run an experiment to its end and show its results");
  add_experiment_file(command, options->file);
  add_overrides(command, *options);
  add_force(command, *options);
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard run experiments/three-scenarios.yaml\n"
      "  flowyard run sweep.yaml --workers 8 --seed 7\n"
      "  flowyard run sweep.yaml --workers 1        one container after another\n"
      "  flowyard run sweep.yaml --only 17          one scenario, with the draws it has in the whole\n"
      "  flowyard run sweep.yaml -p growth_rate=0.03 --set workers.memory=128MiB\n"
      "  flowyard run sweep.yaml -o csv > table.csv\n\n"
      "What lies over the file is kept with it: 'flowyard show' tells it, and a checkout has it in "
      "experiment.yaml.\n"
      "Ctrl-C cancels the experiment and waits until its containers are gone; a second one leaves at once.");
  command.runs([options](Session& session) { return run(*options, session); });
}

}  // namespace flowyard::controller::cli
