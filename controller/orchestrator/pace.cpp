#include "controller/orchestrator/pace.hpp"

#include <algorithm>

namespace flowyard::controller::orchestrator {
namespace {

// Of less nothing is told: the first scenarios pay for caches and compiling.
constexpr double kLeastWorkerSeconds = 2;

}  // namespace

std::optional<double> seconds_left(const Pace& pace) {
  if (pace.left == 0) return 0.0;
  if (pace.done == 0 || pace.workers == 0 || pace.worker_seconds < kLeastWorkerSeconds) return std::nullopt;
  const double per_scenario = pace.worker_seconds / static_cast<double>(pace.done);
  const auto at_work = std::min(pace.workers, pace.left);
  return per_scenario * static_cast<double>(pace.left) / static_cast<double>(at_work);
}

}  // namespace flowyard::controller::orchestrator
