// ProcessFleet: each worker a child process, for machines without a Docker Engine. A folder per worker holds
// its log, its process id and, written by a small shell around it, its exit code; so a worker outlives the
// controller and the next controller finds it. Limits are coarse: memory as address space, no CPU or pids
// limit, no isolation of network or files.
#pragma once

#include <memory>

#include "controller/fleet/fleet.hpp"

namespace flowyard::controller::fleet {

struct ProcessFleetOptions {
  std::string state_folder;    // on disk: one folder per worker below it
  std::string worker_program;  // path of the worker binary
  std::string reason;          // why there are no containers, for descriptions
};

std::unique_ptr<Fleet> make_process_fleet(ProcessFleetOptions options);

}  // namespace flowyard::controller::fleet
