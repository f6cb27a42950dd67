// ensure_removed: a container gone for certain, whoever else is removing it.
#pragma once

#include <string>

#include "docker/client/engine.hpp"

namespace flowyard::docker {

// Removes the container with force, together with its anonymous volumes, and returns when the Engine does not
// know it any more; one that is gone already counts. Of concurrent removals one succeeds and the others are
// told "already in progress": these look again until it is gone. A lost reply is followed up in the same way.
// Throws async::TimedOut when it is still there after `limit`. `engine` outlives the call.
async::Task<> ensure_removed(Engine& engine, std::string name, Milliseconds limit = 60s);

}  // namespace flowyard::docker
