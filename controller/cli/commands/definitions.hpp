// The definitions of the command lines. Only define_*.cpp and main.cpp include CLI11, which is slow to
// compile.
#pragma once

#include <functional>

#include "controller/cli/commands/commands.hpp"
#include "controller/cli/environment.hpp"

namespace CLI {
class App;
}

namespace flowyard::controller::cli {

struct GlobalOptions;

// What was chosen: a command that talks to a controller, or something done on the spot.
struct Choice {
  std::function<ExitStatus(Session&)> command;
  std::function<int()> here;
};

void define_authoring(CLI::App& app, Choice& choice);  // run submit validate plan
void define_observing(CLI::App& app, Choice& choice);  // list show watch log why checkout
void define_control(CLI::App& app, Choice& choice);    // cancel restart delete prune
// controller; folders and token come from the global options, which are known once all is parsed.
void define_controller(CLI::App& app, Choice& choice, const CliEnvironment& environment,
                       std::function<void(ControllerOptions&)> add_globals);
// model describe run check graph convert; what is global is known once all is parsed.
void define_model(CLI::App& app, Choice& choice, const CliEnvironment& environment,
                  const GlobalOptions& global);

// Adds -o,--output table|json|csv.
void add_format(CLI::App& command, Format& format);

}  // namespace flowyard::controller::cli
