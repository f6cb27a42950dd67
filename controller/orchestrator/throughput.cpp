#include "controller/orchestrator/throughput.hpp"

#include <algorithm>

namespace flowyard::controller::orchestrator {
namespace {

// Of less nothing is told: the first scenarios pay for caches and compiling.
constexpr double kLeastWorkerSeconds = 2;

}  // namespace

std::optional<double> seconds_left(const Throughput& throughput) {
  if (throughput.left == 0) return 0.0;
  if (throughput.done == 0 || throughput.workers == 0 || throughput.worker_seconds < kLeastWorkerSeconds)
    return std::nullopt;
  const double per_scenario = throughput.worker_seconds / static_cast<double>(throughput.done);
  const auto at_work = std::min(throughput.workers, throughput.left);
  return per_scenario * static_cast<double>(throughput.left) / static_cast<double>(at_work);
}

}  // namespace flowyard::controller::orchestrator
