// controller stop: asks for an orderly shutdown and waits for it.
#include "common/async/backoff.hpp"
#include "common/base/folder_lock.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

// Gone means that nobody answers any more and, on this machine, that the folders are free.
async::Task<bool> is_gone(Session& session, std::string local_data_folder) {
  try {
    co_await session.connection.get("/healthz");
  } catch (const CommandFailed&) {
    co_return local_data_folder.empty() || !FolderLock::is_held(local_data_folder);
  }
  co_return false;
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

}  // namespace

void define_controller_stop(Command& program) {
  program.add("controller stop", "stop it; running experiments go on when one starts again")
      .runs([](Session& session) { return controller_stop(session); });
}

}  // namespace flowyard::controller::cli
