// SubmitOptions, Submitted: what a client may override when it submits an experiment, and what it gets back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/experiment/ids.hpp"
#include "controller/experiment/lease.hpp"

namespace flowyard::controller::experiment {

struct SubmitOptions {
  std::string idempotency_key;  // the same key again gives the same experiment; empty: none
  std::string name;             // replaces the file's name; empty: keep
  // What a client may override without editing the file:
  std::optional<std::uint64_t> seed;
  std::string isolation;           // replaces workers.isolation; empty: keep
  std::optional<int> workers;      // replaces workers.count; 1 runs one container after another
  std::optional<IndexRange> only;  // these scenarios alone, with the draws they have in the whole experiment
  std::string fleet;               // "docker", "process" or empty for the controller's default
};

struct Submitted {
  ExperimentId id;
  std::string name;
  std::uint64_t scenarios = 0;
};

}  // namespace flowyard::controller::experiment
