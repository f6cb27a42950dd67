// help: the same as --help, as a command.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

void define_help(Command& program) {
  auto words = std::make_shared<std::vector<std::string>>();
  auto command = program.add("help", "show the help of a command");
  command.option("command", *words, "the command, as in 'help model run'").type("COMMAND...");
  command.runs_here([program, words](Here& here) {
    here.terminal.out() << program.help_of(*words);
    return static_cast<int>(Ok);
  });
}

}  // namespace flowyard::controller::cli
