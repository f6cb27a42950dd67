#include "controller/experiment/worker_status.hpp"

namespace flowyard::controller::experiment {

std::string status_of(const Worker& w, bool busy) {
  switch (w.state) {
    case WorkerState::Planned:
    case WorkerState::Creating:
    case WorkerState::Created:
    case WorkerState::Starting:
      return "starting";
    case WorkerState::Ready:
      return w.stop_wanted ? "stopping" : busy ? "running" : "idle";
    case WorkerState::Draining:
      return "leaving";
    default:
      break;
  }
  if (w.cause == DeathCause::None) return "finished";
  return w.cause == DeathCause::Stopped ? "stopped" : "failed";
}

}  // namespace flowyard::controller::experiment
