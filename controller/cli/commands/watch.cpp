// watch: follows a running experiment. Ctrl-C stops watching; the experiment goes on.
#include "controller/cli/client/results.hpp"
#include "controller/cli/client/watching.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct WatchOptions {
  std::string which = "@latest";
  Format format = Format::Table;
};

ExitStatus watch(WatchOptions options, Session& session) {
  const auto found = co_await session.connection.get(path_of("experiments", options.which, "/progress"));
  const auto id = value_or_fail(rest::experiment_from_json(found)).id;
  const auto view = co_await watch_to_end(session, id);
  session.terminal.note(progress_line(view));
  ResultOptions all;
  auto body = co_await session.connection.get(path_of("experiments", to_string(id)));
  co_await show_experiment(session, std::move(body), std::move(all), options.format);
  co_return exit_code_of(view.state);
}

}  // namespace

void define_watch(Command& program) {
  auto options = std::make_shared<WatchOptions>();
  auto command = program.add("watch", "follow an experiment to its end");
  add_which(command, options->which, {Completes::Experiments});
  add_format(command, options->format);
  command.footer(
      "Examples:\n"
      "  flowyard watch\n"
      "  flowyard watch logistic-sweep && flowyard checkout logistic-sweep\n\n"
      "Ctrl-C stops watching; the experiment goes on ('flowyard cancel' ends it).");
  command.runs([options](Session& session) { return watch(*options, session); });
}

}  // namespace flowyard::controller::cli
