// DockerFleet: each worker a container of the Docker Engine, from an image that holds nothing but the static
// worker program and is built here, from the program that stands beside ours.
#pragma once

#include <memory>

#include "common/base/log.hpp"
#include "controller/fleet/fleet.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

struct DockerFleetOptions {
  std::string installation;    // marks our containers
  std::string worker_program;  // path of the static worker binary
};

// Throws docker::EngineUnreachable if no Engine answers.
async::Task<std::unique_ptr<Fleet>> make_docker_fleet(std::unique_ptr<docker::Engine> engine,
                                                      DockerFleetOptions options, Log log);

}  // namespace flowyard::controller::fleet
