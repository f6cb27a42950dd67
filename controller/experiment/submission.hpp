// SubmitOptions, Submitted: the options of a submission, and its result.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/log.hpp"
#include "controller/experiment/budget.hpp"
#include "controller/experiment/ids.hpp"

namespace flowyard::controller::experiment {

enum class WayIn {
  Here,     // the unix socket: who may use it may do what the controller's user may
  Network,  // TCP
};

// Settings that affect results are not here: they are in the experiment's text, overrides in the block
// `overrides:` at its end.
struct SubmitOptions {
  std::string idempotency_key;  // the same key again gives the same experiment; empty: none
  std::string fleet;            // "docker", "process" or empty for the controller's default
  bool force = false;           // also where its results will not fit on the disk
  // For the registry of its image, as the Docker Engine API has it in X-Registry-Auth; empty: none. Kept in
  // memory only.
  Secret registry_auth = {};
  std::vector<Charge> charges = {};  // on whom it goes, each within its budget
  WayIn way_in = WayIn::Here;        // set where it comes in, never by who sends it
};

struct Submitted {
  ExperimentId id;
  std::string name;
  std::uint64_t scenarios = 0;
};

}  // namespace flowyard::controller::experiment
