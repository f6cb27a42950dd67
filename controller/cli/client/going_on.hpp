// Asking for an experiment to go on, as several commands do.
#pragma once

#include <functional>
#include <optional>

#include "controller/cli/commands/command.hpp"

namespace flowyard::controller::cli {

struct GoOnOptions {
  std::string which = "@latest";
  bool wait = true;
};

// The experiment that goes on, and --no-wait.
void add_going_on(Command& command, GoOnOptions& options);

// What is POSTed, with credentials for the registry of its image where the user has any.
using GoOnBody = std::function<std::string(std::optional<std::string> registry_auth)>;

// POSTs to the experiment's `route` ("/resume"), then watches it to its end where that is wanted. Without a
// `body` nothing is sent, and no credentials are looked for.
ExitStatus go_on(GoOnOptions options, std::string route, GoOnBody body, Session& session);

}  // namespace flowyard::controller::cli
