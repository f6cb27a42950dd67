// plan(): what to do next, for all experiments together. Pure: no I/O, no clock, no randomness; the same
// facts give the same plan, and facts that need nothing give an empty one. Every action is safe to repeat.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/experiment/policy.hpp"
#include "controller/experiment/worker.hpp"
#include "controller/orchestrator/pools.hpp"

namespace flowyard::controller::orchestrator {

struct PoolFacts {
  int number = 0;
  std::uint64_t at_once = 1;
  std::uint64_t due = 0;      // leases that could be handed out now
  std::uint64_t waiting = 0;  // scenarios waiting, due or not
  std::uint64_t leased = 0;   // scenarios out on lease in the whole experiment
  bool single_use = false;
  std::uint64_t memory = 0;  // limit of one worker, bytes
};

struct ExperimentFacts {
  experiment::ExperimentId id;
  TimePoint submitted{};
  std::string fleet;
  bool cancel_wanted = false;
  bool finished = false;  // nothing waits and nothing is out
  bool closed = false;    // it was abandoned: nothing more is handed out
  std::uint64_t done = 0, failed = 0, total = 0;
  std::vector<PoolFacts> pools;
  std::optional<std::uint64_t> at_once;  // over all its pools
  experiment::Timeouts timeout;
  experiment::Failures failures;
  std::optional<std::string> broken;  // it can never run; why
  TimePoint no_launch_before{};       // after launches that failed
};

struct WorkerFacts {
  experiment::Worker worker;
  bool action_pending = false;  // an action on it is under way
  std::uint64_t open_leases = 0;
  bool used_up = false;       // single use, and its lease is over
  TimePoint last_progress{};  // of its open lease, or when it was opened
};

struct Facts {
  TimePoint now{};
  std::map<std::string, fleet::Capacity> fleets;  // by name
  std::vector<ExperimentFacts> experiments;       // those that are not final
  std::vector<WorkerFacts> workers;               // those that are not gone
};

struct Launch {
  experiment::ExperimentId experiment;
  int pool = 0;
  bool operator==(const Launch&) const = default;
};
struct Start {  // was created, perhaps by an earlier controller
  experiment::WorkerId worker;
  bool operator==(const Start&) const = default;
};
struct Drain {  // no more leases; it says goodbye by itself
  experiment::WorkerId worker;
  bool operator==(const Drain&) const = default;
};
struct Kill {
  experiment::WorkerId worker;
  experiment::DeathCause cause = experiment::DeathCause::Stopped;
  std::string reason;
  bool operator==(const Kill&) const = default;
};
struct Collect {  // its log, exit code and cause of death
  experiment::WorkerId worker;
  bool operator==(const Collect&) const = default;
};
struct Remove {
  experiment::WorkerId worker;
  bool operator==(const Remove&) const = default;
};
struct Abandon {  // hand out nothing more and stop its workers
  experiment::ExperimentId experiment;
  std::string reason;  // empty: the user cancelled it
  bool operator==(const Abandon&) const = default;
};
struct Finish {  // everything of it is over and cleared away
  experiment::ExperimentId experiment;
  bool operator==(const Finish&) const = default;
};

using Action = std::variant<Launch, Start, Drain, Kill, Collect, Remove, Abandon, Finish>;

// How long a ready worker may say nothing before it is taken for dead; it beats every second.
inline constexpr Milliseconds kSilence{20'000};

std::vector<Action> plan(const Facts& facts);

// When plan() would next say something else by the passing of time alone.
std::optional<TimePoint> next_deadline(const Facts& facts);

}  // namespace flowyard::controller::orchestrator
