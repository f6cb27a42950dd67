// The controller as a running program: wires its parts together, runs them, and takes them down in order.
#pragma once

#include "controller/cli/environment.hpp"

namespace flowyard::controller::daemon {

// Runs until SIGINT, SIGTERM, a stop over REST, or idling for long enough. Gives the exit code; what prevents
// it from starting is told on standard error.
int run_controller(cli::ControllerOptions options);

}  // namespace flowyard::controller::daemon
