// Asking for an experiment to go on, as several commands do.
#pragma once

#include "controller/cli/commands/command.hpp"

namespace flowyard::controller::cli {

struct GoOnOptions {
  std::string which = "@latest";
  bool wait = true;
};

// The experiment that goes on, and --no-wait.
void add_going_on(Command& command, GoOnOptions& options);

// POSTs `body` to the experiment's `route` ("/resume"), then watches it to its end where that is wanted.
ExitStatus go_on(GoOnOptions options, std::string route, std::string body, Session& session);

}  // namespace flowyard::controller::cli
