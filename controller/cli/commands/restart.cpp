// restart: replaces workers by new ones; what they had not handed in is run again.
#include "controller/cli/commands/commands.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

ExitStatus restart(RestartOptions options, Session& session) {
  for (const auto& name : options.names) {
    co_await session.connection.post(path_of("workers", name, "/restart"));
    session.terminal.note(name + " is replaced by a new worker");
  }
  co_return Ok;
}

}  // namespace flowyard::controller::cli
