// What this machine has: read once, at start.
#pragma once

#include <string>

#include "controller/orchestrator/pools.hpp"

namespace flowyard::controller::daemon {

// Cores this process may use, memory within the limit it runs under, and how many containers may start at
// once.
orchestrator::Machine this_machine();

// The folder of the running program.
std::string program_folder();

}  // namespace flowyard::controller::daemon
