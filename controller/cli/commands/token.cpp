// token: the commands for access tokens.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

void define_token(Command& program) {
  auto command = program.add("token", "say who may reach the controller over the network");
  command.footer(
      "Examples:\n"
      "  flowyard token create laptop\n"
      "  flowyard token create dashboard --read-only\n"
      "  flowyard token list\n"
      "  flowyard token revoke laptop\n\n"
      "The token in the file 'token' of the controller's data folder allows everything and is none of "
      "these.");
  command.runs_here([command](Here& here) {
    here.terminal.out() << command.help();
    return static_cast<int>(Ok);
  });
}

}  // namespace flowyard::controller::cli
