// Which fleets this controller has: processes always, and Docker unless processes were asked for, as soon as
// an Engine answers.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "controller/cli/environment.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::daemon {

struct ChosenFleets {
  orchestrator::Orchestrator::Fleets fleets;
  std::string preferred;  // where experiments go that do not say
  std::string detail;     // for `controller status`; where it is not there yet, why
  bool docker_to_come = false;
};

async::Task<ChosenFleets> choose_fleets(cli::ControllerOptions options, std::string installation, Log log);

// Retries until an Engine can be used. `why_not` receives the reason of each failure, also when it is the
// same.
async::Task<std::unique_ptr<fleet::Fleet>> wait_for_docker(cli::ControllerOptions options,
                                                           std::string installation,
                                                           std::function<void(std::string)> why_not, Log log);

// See cli::LookAtEngine.
async::Task<Result<cli::EngineReport>> look_at_engine(std::string docker_host, std::string worker_program);

}  // namespace flowyard::controller::daemon
