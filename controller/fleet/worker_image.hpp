// The worker image: FROM scratch, one static program, tagged by its content, so that a new program is a new
// image and an unchanged one is built once.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

// Builds the image unless it is there; gives its tag. Throws LaunchFailed (permanent) if the program cannot
// be read, and what the Engine throws.
async::Task<std::string> ensure_worker_image(docker::Engine& engine, std::string worker_program, Log log);

}  // namespace flowyard::controller::fleet
