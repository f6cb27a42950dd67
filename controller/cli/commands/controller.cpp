// controller status, controller stop.
#include "common/async/backoff.hpp"
#include "common/base/folder_lock.hpp"
#include "controller/cli/commands/commands.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

void print_status(Terminal& terminal, const service::ControllerView& view) {
  print_field(terminal, "Controller", "version " + view.version + ", process " + std::to_string(view.pid));
  print_field(terminal, "Started", to_rfc3339(view.started));
  print_field(terminal, "Fleet",
              view.fleet + (view.fleet_detail.empty() ? "" : " (" + view.fleet_detail + ")"));
  print_field(terminal, "Running",
              plural(view.experiments_running, "experiment") + ", " + plural(view.workers_live, "worker"));
  print_field(terminal, "Memory", format_bytes(view.memory_bytes));
  print_field(terminal, "Data folder", view.data_folder);
  print_field(terminal, "Run folder", view.run_folder);
  for (const auto& endpoint : view.endpoints) print_field(terminal, "Answers at", endpoint);
}

// Gone means that nobody answers any more and, on this machine, that the folders are free.
async::Task<bool> is_gone(Session& session, std::string local_data_folder) {
  try {
    co_await session.connection.get("/healthz");
  } catch (const CommandFailed&) {
    co_return local_data_folder.empty() || !FolderLock::is_held(local_data_folder);
  }
  co_return false;
}

}  // namespace

ExitStatus controller_status(ControllerStatusOptions options, Session& session) {
  session.connection.never_start();
  const auto body = co_await session.connection.get("/api/v1/controller");
  if (options.format == Format::Table) {
    print_status(session.terminal, value_or_fail(rest::controller_from_json(body)));
  } else {
    session.terminal.out() << rest::indented(body) << "\n";
  }
  co_return Ok;
}

ExitStatus controller_stop(Session& session) {
  session.connection.never_start();
  const auto body = co_await session.connection.get("/api/v1/controller");
  const auto view = value_or_fail(rest::controller_from_json(body));
  const bool is_local = session.connection.target().endpoint.kind == http::Endpoint::Kind::Unix;
  const std::string folder = is_local ? view.data_folder : "";
  co_await session.connection.post("/api/v1/controller/stop");
  const async::Backoff pauses{.initial = Milliseconds(10), .max = Milliseconds(500)};
  // An orderly shutdown may wait for containers; a minute is more than it ever takes.
  for (int n = 1; n < 130; ++n) {
    if (co_await is_gone(session, folder)) {
      session.terminal.note("The controller has stopped.");
      co_return Ok;
    }
    co_await async::sleep_for(pauses.pause_before(n));
  }
  throw CommandFailed(failure(ErrorCode::Unavailable, "the controller was asked to stop but still answers"));
}

}  // namespace flowyard::controller::cli
