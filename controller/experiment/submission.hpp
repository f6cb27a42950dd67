// SubmitOptions, Submitted: what a client says beside an experiment when it submits it, and what it gets
// back.
#pragma once

#include <cstdint>
#include <string>

#include "controller/experiment/ids.hpp"

namespace flowyard::controller::experiment {

// What decides results stands in the experiment itself: what a client says otherwise than its file, in the
// block `overrides:` behind it.
struct SubmitOptions {
  std::string idempotency_key;  // the same key again gives the same experiment; empty: none
  std::string fleet;            // "docker", "process" or empty for the controller's default
  bool force = false;           // also where its results will not fit on the disk
};

struct Submitted {
  ExperimentId id;
  std::string name;
  std::uint64_t scenarios = 0;
};

}  // namespace flowyard::controller::experiment
