// model: the commands that work on a model file in this process; no controller is asked. They are in model/.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

void define_model(Command& program) {
  auto command = program.add("model", "look at, check, run and convert a model, here and at once");
  command.footer(
      "Examples:\n"
      "  flowyard model describe teacup.mdl\n"
      "  flowyard model run teacup.mdl -p 'Room Temperature=20' -o results.csv\n"
      "  flowyard model check teacup.mdl\n"
      "  flowyard model graph teacup.mdl -o teacup.svg\n"
      "  flowyard model convert teacup.mdl -o teacup.xmile");
  command.runs_here([command](Here& here) {
    here.terminal.out() << command.help();
    return static_cast<int>(Ok);
  });
}

}  // namespace flowyard::controller::cli
