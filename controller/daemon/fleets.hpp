// Which fleets this controller has: Docker where an Engine answers, processes always.
#pragma once

#include <string>

#include "controller/cli/environment.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::daemon {

struct ChosenFleets {
  orchestrator::Orchestrator::Fleets fleets;
  std::string preferred;  // where experiments go that do not say
  std::string detail;     // for `controller status`
};

// Throws docker::EngineUnreachable if containers were asked for and no Engine answers.
async::Task<ChosenFleets> choose_fleets(cli::ControllerOptions options, std::string installation, Log log);

}  // namespace flowyard::controller::daemon
