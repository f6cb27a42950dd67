#include "controller/cli/client/going_on.hpp"

#include "controller/cli/client/sending.hpp"
#include "controller/cli/client/watching.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {

void add_going_on(Command& command, GoOnOptions& options) {
  command.option("which", options.which, "an experiment: id, name or @latest (default)")
      .type("NAME")
      .completes({Completes::Experiments});
  command.flag("!--no-wait", options.wait, "do not wait for its end");
}

namespace {

async::Task<std::string> body_of(const GoOnBody& body, const std::string& which, Session& session) {
  const auto answer = co_await session.connection.get(path_of("experiments", which, "/progress"));
  const auto view = value_or_fail(rest::experiment_from_json(answer));
  Secret auth;
  if (view.fleet == "docker") auth = noted_credentials(session, view.image);
  co_return body(auth.empty() ? std::nullopt : std::optional(auth.reveal()));
}

}  // namespace

ExitStatus go_on(GoOnOptions options, std::string route, GoOnBody body, Session& session) {
  const auto path = path_of("experiments", options.which, route);
  std::string text;
  if (body) text = co_await body_of(body, options.which, session);
  const auto answer = co_await session.connection.post(path, std::move(text));
  auto view = value_or_fail(rest::experiment_from_json(answer));
  if (options.wait) view = co_await watch_to_end(session, view.id);
  session.terminal.note(printable(view.name) + " (id " + to_string(view.id) +
                        "): " + std::string(to_string(view.state)) + ", " + format_count(view.done) + " of " +
                        plural(view.scenarios, "scenario") + " done");
  co_return options.wait ? exit_code_of(view.state) : Ok;
}

}  // namespace flowyard::controller::cli
