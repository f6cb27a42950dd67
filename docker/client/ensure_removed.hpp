// ensure_removed: removes a container reliably, also when others remove it at the same time.
#pragma once

#include <string>

#include "docker/client/engine.hpp"

namespace flowyard::docker {

// Removes the container with force, together with its anonymous volumes, and returns when it does not exist
// any more, or did not before. Of concurrent removals one succeeds and the others get "already in progress":
// these poll until it is gone. A lost reply is handled in the same way. Throws async::TimedOut when it is
// still there after `limit`. `engine` outlives the call.
async::Task<> ensure_removed(Engine& engine, std::string name, Milliseconds limit = 60s);

}  // namespace flowyard::docker
