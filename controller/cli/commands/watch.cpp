// watch: follows an experiment that runs. Ctrl-C stops watching; the experiment, which is not ours, goes on.
#include "controller/cli/client/watching.hpp"
#include "controller/cli/commands/commands.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {

ExitStatus watch(ShowOptions options, Session& session) {
  const auto found = co_await session.connection.get(path_of("experiments", options.which, "/progress"));
  const auto id = value_or_fail(rest::experiment_from_json(found)).id;
  const auto view = co_await watch_to_end(session, id);
  session.terminal.note(progress_line(view));
  const auto body = co_await session.connection.get(path_of("experiments", to_string(id)));
  const auto detail = value_or_fail(rest::experiment_detail_from_json(body));
  print_experiment(session.terminal, detail, options.format);
  co_return exit_code_of(view.state);
}

}  // namespace flowyard::controller::cli
