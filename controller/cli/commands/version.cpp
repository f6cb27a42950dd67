// version: prints the version.
#include "controller/cli/commands/version.hpp"

#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

const char* const kVersionLine = "flowyard " FLOWYARD_VERSION;

void define_version(Command& program) {
  program.add("version", "print the version").runs_here([](Here& here) {
    here.terminal.out() << kVersionLine << "\n";
    return static_cast<int>(Ok);
  });
}

}  // namespace flowyard::controller::cli
