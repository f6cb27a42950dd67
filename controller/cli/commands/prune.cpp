// prune: deletes what finished long ago.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct PruneOptions {
  std::string older_than = "7d";
  bool dry_run = false;
};

ExitStatus prune(PruneOptions options, Session& session) {
  const auto span = value_or_fail(parse_duration(options.older_than));
  const rest::PruneRequest request{.older_than_seconds = static_cast<double>(span.count()) / 1000,
                                   .dry_run = options.dry_run};
  const auto body = co_await session.connection.post("/api/v1/prune", rest::to_json(request));
  const auto forgotten = value_or_fail(rest::forgotten_from_json(body));
  for (const auto& name : forgotten.names) session.terminal.out() << printable(name) << "\n";
  const std::string count = plural(forgotten.names.size(), "experiment");
  session.terminal.note(options.dry_run
                            ? count + " would be forgotten"
                            : count + " forgotten, " + format_bytes(forgotten.freed_bytes) + " given back");
  co_return Ok;
}

}  // namespace

void define_prune(Command& program) {
  auto options = std::make_shared<PruneOptions>();
  auto command = program.add("prune", "forget what finished long ago, with its results and logs");
  command.option("--older-than", options->older_than, "how long ago (default: 7d)").type("DURATION");
  command.flag("-n,--dry-run", options->dry_run, "only tell what would be forgotten");
  command.footer("Examples:\n  flowyard prune --dry-run\n  flowyard prune --older-than 12h");
  command.runs([options](Session& session) { return prune(*options, session); });
}

}  // namespace flowyard::controller::cli
