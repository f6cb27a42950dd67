// Worker: one container (or process) with one life. This file holds the table of its states and the causes of
// its death; docs/worker-lifecycle.md shows the same table. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "controller/experiment/ids.hpp"

namespace flowyard::controller::experiment {

// In the order of a life. A worker only ever moves forward.
enum class WorkerState {
  Planned,    // decided and named; nothing exists yet
  Creating,   // the fleet was asked to create it; the answer is not known yet
  Created,    // exists, not started
  Starting,   // start was asked for; it has not said hello
  Ready,      // said hello; takes leases
  Draining,   // gets no more leases; will exit
  Exited,     // seen to have ended, or to have vanished
  Accounted,  // its log, exit code and cause of death are kept
  Removing,   // removal was asked for
  Gone,       // nothing is left of it but its record
};

std::string_view to_string(WorkerState state);  // "planned", "creating", ...
std::optional<WorkerState> worker_state_from(std::string_view word);

// Whether the life of a worker may go from one state to another in one step.
bool may_follow(WorkerState from, WorkerState to);

// There is, or may be, something outside that must be looked after or removed.
inline bool is_alive(WorkerState state) {
  return state >= WorkerState::Creating && state <= WorkerState::Draining;
}

enum class DeathCause {
  None,             // alive, or ended as it should
  LaunchPermanent,  // it can never start: bad image, bad request
  LaunchTransient,  // it could not start this time
  AppExit,          // it exited by itself with an error
  Oom,              // the kernel killed it for its memory limit
  Timeout,          // we killed it: no progress in time
  HeartbeatLost,    // it went silent
  EngineLost,       // killed from outside, or vanished
  NotFinite,        // of a scenario: its results hold NaN or infinity
  Stopped,          // we stopped it: its experiment was cancelled or it was deleted or restarted
};

std::string_view to_string(DeathCause cause);  // "launch_permanent", ...
std::optional<DeathCause> death_cause_from(std::string_view word);

// A failure of the infrastructure, not of the scenario: charged to a budget of its own.
bool is_infrastructure(DeathCause cause);

// The fleet's report of a container's end.
struct Exit {
  int code = 0;
  bool oom_killed = false;
  bool vanished = false;  // there is nothing to ask any more
  bool operator==(const Exit&) const = default;
};

// The cause of an unexpected death: OOM first (it can come with exit code 0), then lost or killed from
// outside (137 unexplained), then its own exit code.
DeathCause cause_of(const Exit& exit);

// "exit code 3", "killed from outside (exit code 137)", "out of memory (limit 64 MiB)".
std::string describe(DeathCause cause, const std::optional<Exit>& exit);

struct Worker {
  WorkerId id;
  std::string name;  // two words, unique in the installation
  ExperimentId experiment;
  int pool = 0;          // index into the experiment's pools
  std::string scenario;  // the named scenario it serves, or empty where it serves several
  int attempt = 1;       // 1 for the first worker in this place, counting up with each replacement
  WorkerState state = WorkerState::Planned;
  bool stop_wanted = false;  // desired: a user or the controller wants it gone
  std::string fleet;         // "docker" or "process"
  std::string handle;        // container id or process id, once known
  DeathCause cause = DeathCause::None;
  std::string reason;  // for people: why it ended or what it waits for
  std::optional<Exit> exit;
  std::optional<TimePoint> created, started, ready, exited;
  std::optional<TimePoint> keep_until;  // its container is kept for inspection until then
  std::uint64_t runs = 0;               // scenarios committed
  double cpu_seconds = 0;               // as it reported, or as the fleet measured
  double compute_seconds = 0;           // wall time spent in the engine
  std::uint64_t memory_bytes = 0;       // the most that was seen
  TimePoint last_heard{};
};

}  // namespace flowyard::controller::experiment
