// Why a pull failed. The Engine tells it in words only, its own or the registry's: they are looked for here
// and nowhere else. Pure.
#pragma once

#include "docker/client/errors.hpp"

namespace flowyard::docker {

enum class PullFailure {
  Missing,       // no such repository or tag, or no such reference at all
  NoPermission,  // the registry wants other credentials; some say so of repositories that do not exist
  OutOfReach,    // the registry, or the way to it, does not work now: it may later
  Damaged,       // what came is not what its digest says
  Other,
};

PullFailure pull_failure_of(const EngineError& error);

}  // namespace flowyard::docker
