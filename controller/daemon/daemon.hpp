// The controller as a running program: connects its parts, runs them, and shuts them down in order.
#pragma once

#include "controller/cli/environment.hpp"

namespace flowyard::controller::daemon {

// Runs until SIGINT, SIGTERM, a stop over REST, or idling for long enough. Gives the exit code; failures to
// start are printed on standard error.
int run_controller(cli::ControllerOptions options);

}  // namespace flowyard::controller::daemon
