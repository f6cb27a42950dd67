// build_image: an image from files in memory, without any file on disk. The docker fleet builds its worker
// image with it.
#pragma once

#include <string>
#include <vector>

#include "common/base/tar.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::docker {

// Builds an image of `entries` as `dockerfile` says and tags it; gives its id. `engine` outlives the call.
// Throws EngineError with the last lines of the build's output when the build fails.
async::Task<std::string> build_image(Engine& engine, std::string tag, std::vector<TarEntry> entries,
                                     std::string dockerfile, Labels labels = {}, Milliseconds limit = 10min);

}  // namespace flowyard::docker
