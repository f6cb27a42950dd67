// The status of a worker shown to people: fewer values than WorkerState.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "controller/experiment/worker.hpp"

namespace flowyard::controller::experiment {

inline constexpr std::array<std::string_view, 8> kWorkerStatuses = {
    "starting", "idle", "running", "stopping", "leaving", "finished", "stopped", "failed"};

// One of them. `busy`: it holds a lease.
std::string status_of(const Worker& worker, bool busy);

}  // namespace flowyard::controller::experiment
