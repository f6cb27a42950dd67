// prune: forgets what finished long ago.
#include "controller/cli/commands/commands.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {

ExitStatus prune(PruneOptions options, Session& session) {
  const auto span = value_or_fail(parse_duration(options.older_than));
  const rest::PruneRequest request{.older_than_seconds = static_cast<double>(span.count()) / 1000,
                                   .dry_run = options.dry_run};
  const auto body = co_await session.connection.post("/api/v1/prune", rest::to_json(request));
  const auto names = value_or_fail(rest::names_from_json(body));
  for (const auto& name : names) session.terminal.out() << printable(name) << "\n";
  session.terminal.note(plural(names.size(), "name") +
                        (options.dry_run ? " would be forgotten" : " forgotten"));
  co_return Ok;
}

}  // namespace flowyard::controller::cli
