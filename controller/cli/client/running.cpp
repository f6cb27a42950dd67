#include "controller/cli/client/running.hpp"

#include "controller/cli/client/sending.hpp"
#include "controller/cli/client/watching.hpp"
#include "controller/cli/ui/text.hpp"

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

}  // namespace

async::Task<Ran> run_to_end(SubmitOptions options, Session& session) {
  Origin origin;
  auto submission = read_submission(options, origin);
  const auto planned = co_await send_plan(session, submission, std::move(origin));
  for (const auto& warning : planned.warnings) session.terminal.note("warning: " + printable(warning));
  session.terminal.note(intention(planned));

  // Between asking and being answered the experiment may exist already: an interrupt waits for its id.
  session.interrupts.on_first([] {});
  const auto submitted = co_await send_submission(session, std::move(submission), planned);
  session.interrupts.on_first([&session, id = submitted.id] { cancel_on_interrupt(session, id); });
  if (session.interrupts.count() > 0) cancel_on_interrupt(session, submitted.id);

  const auto view = co_await watch_to_end(session, submitted.id);
  const bool interrupted = session.interrupts.count() > 0;
  session.interrupts.on_first({});
  session.terminal.note(progress_line(view));
  co_return Ran{.view = view, .interrupted = interrupted};
}

}  // namespace flowyard::controller::cli
