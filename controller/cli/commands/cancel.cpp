// cancel: ends experiments; what they have finished is kept.
#include "controller/cli/client/watching.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct CancelOptions {
  std::vector<std::string> which;
  bool wait = true;
};

ExitStatus cancel(CancelOptions options, Session& session) {
  std::vector<experiment::ExperimentId> ids;
  for (const auto& which : options.which) {
    const auto body = co_await session.connection.post(path_of("experiments", which, "/cancel"));
    ids.push_back(value_or_fail(rest::experiment_from_json(body)).id);
  }
  for (const auto& id : ids) {
    if (!options.wait) continue;
    const auto view = co_await watch_to_end(session, id);
    session.terminal.note(printable(view.name) + " (id " + to_string(id) +
                          "): " + std::string(to_string(view.state)) + ", " + format_count(view.done) +
                          " of " + plural(view.scenarios, "scenario") + " done");
  }
  co_return Ok;
}

}  // namespace

void define_cancel(Command& program) {
  auto options = std::make_shared<CancelOptions>();
  auto command = program.add("cancel", "end experiments; what they have finished is kept");
  command.option("which", options->which, "experiments: ids, names or @latest")
      .required()
      .type("NAME")
      .completes({Completes::Experiments});
  command.flag("!--no-wait", options->wait, "do not wait until their containers are gone");
  command.footer(
      "Examples:\n"
      "  flowyard cancel @latest\n"
      "  flowyard cancel logistic-sweep --no-wait");
  command.runs([options](Session& session) { return cancel(*options, session); });
}

}  // namespace flowyard::controller::cli
