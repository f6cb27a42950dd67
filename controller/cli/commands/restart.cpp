// restart: replaces workers by new ones; what they had not handed in is run again.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {
namespace {

struct RestartOptions {
  std::vector<std::string> names;
};

ExitStatus restart(RestartOptions options, Session& session) {
  for (const auto& name : options.names) {
    co_await session.connection.post(path_of("workers", name, "/restart"));
    session.terminal.note(name + " is replaced by a new worker");
  }
  co_return Ok;
}

}  // namespace

void define_restart(Command& program) {
  auto options = std::make_shared<RestartOptions>();
  auto command = program.add("restart", "replace workers by new ones; unfinished work is run again");
  command.option("names", options->names, "workers").required().type("NAME").completes({Completes::Workers});
  command.footer("Examples:\n  flowyard restart novel-poodle");
  command.runs([options](Session& session) { return restart(*options, session); });
}

}  // namespace flowyard::controller::cli
