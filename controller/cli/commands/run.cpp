// run: plan, submit, watch, and the table at the end. Ctrl-C cancels what it submitted.
#include "controller/cli/client/results.hpp"
#include "controller/cli/client/sending.hpp"
#include "controller/cli/client/watching.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

std::string intention(const service::PlanView& view) {
  std::string text = printable(view.name) + ": " + plural(view.scenarios, "scenario");
  if (view.named.size() > 1) text += " of " + plural(view.named.size(), "named scenario");
  text += " on " + plural(view.workers_at_once, "worker") + " at once (" + view.fleet + ")";
  // Of what is over in a moment nothing need be said.
  if (view.seconds && *view.seconds >= 1)
    text +=
        ", about " + format_roughly(*view.seconds) + ", " + format_bytes(view.output_bytes) + " of results";
  return text;
}

async::Task<> send_cancel(Session& session, experiment::ExperimentId id) {
  const std::string path = path_of("experiments", to_string(id), "/cancel");
  std::string trouble;
  try {
    co_await session.connection.post(path);
  } catch (const CommandFailed& failed) {
    // A conflict means that it had just ended by itself.
    if (failed.errors().front().code != ErrorCode::Conflict) trouble = failed.what();
  }
  if (!trouble.empty()) session.terminal.note("could not cancel it: " + trouble);
}

void cancel_on_interrupt(Session& session, experiment::ExperimentId id) {
  session.terminal.note("\nCancelling experiment " + to_string(id) +
                        " and waiting until its containers are gone (Ctrl-C again leaves at once).");
  session.tasks.spawn("cancel", send_cancel(session, id));
}

ExitStatus run(SubmitOptions options, Session& session) {
  std::string folder;
  auto submission = read_submission(options, folder);
  const auto planned = co_await send_plan(session, submission, std::move(folder));
  for (const auto& warning : planned.warnings) session.terminal.note("warning: " + printable(warning));
  session.terminal.note(intention(planned));

  // Between asking and being answered the experiment may exist already: an interrupt waits for its id.
  session.interrupts.on_first([] {});
  const auto submitted = co_await send_submission(session, std::move(submission));
  session.interrupts.on_first([&session, id = submitted.id] { cancel_on_interrupt(session, id); });
  if (session.interrupts.count() > 0) cancel_on_interrupt(session, submitted.id);

  const auto view = co_await watch_to_end(session, submitted.id);
  const bool interrupted = session.interrupts.count() > 0;
  session.interrupts.on_first({});
  session.terminal.note(progress_line(view));
  if (interrupted && view.state == experiment::ExperimentState::Cancelled) {
    session.terminal.note("Cancelled; its containers are gone. What was finished is kept: flowyard show " +
                          to_string(view.id));
    co_return Interrupted;
  }
  ResultOptions all;
  auto body = co_await session.connection.get(path_of("experiments", to_string(submitted.id)));
  const auto detail = co_await show_experiment(session, std::move(body), std::move(all), options.format);
  if (options.format == Format::Table && !session.terminal.quiet()) print_where(session.terminal, detail);
  co_return interrupted ? Interrupted : exit_code_of(view.state);
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
