// The worker image: FROM scratch, one static program, tagged by its content, so that a new program is a new
// image and an unchanged one is built once.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "controller/fleet/filled_volumes.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

// The tag that the image of that program has, there or not. Throws LaunchFailed (permanent) if it cannot be
// read.
std::string worker_image_tag(const std::string& worker_program);
async::Task<bool> has_image(docker::Engine& engine, std::string tag);

// Builds the image unless it is there; gives its tag. Throws LaunchFailed (permanent) if the program cannot
// be read, and what the Engine throws.
async::Task<std::string> ensure_worker_image(docker::Engine& engine, std::string worker_program, Log log);

// The volume that brings that program into images of others.
VolumeContent worker_volume_content(const std::string& worker_program, const std::string& image,
                                    const std::string& installation);

}  // namespace flowyard::controller::fleet
