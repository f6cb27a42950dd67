// plan(): what to do next, for all experiments together. Pure: no I/O, no clock, no randomness; the same
// facts give the same plan, and facts that need nothing give an empty one. Every action is safe to repeat,
// and one that failed is asked for again by the facts that it left as they were.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/experiment/policy.hpp"
#include "controller/experiment/worker.hpp"
#include "controller/fleet/spare.hpp"
#include "controller/orchestrator/work_queue.hpp"

namespace flowyard::controller::orchestrator {

struct PoolFacts {
  int number = 0;
  std::uint64_t at_once = 1;
  std::uint64_t due = 0;      // leases that could be handed out now
  std::uint64_t waiting = 0;  // scenarios waiting, due or not
  std::uint64_t leased = 0;   // scenarios out on lease in the whole experiment
  bool single_use = false;
  std::uint64_t memory = 0;               // limit of one worker, bytes
  std::optional<std::string> hopeless{};  // why nothing of it will ever be done
};

struct ExperimentFacts {
  experiment::ExperimentId id;
  std::string fleet;
  int priority = 0;      // higher: its claims to workers come first
  SteadyPoint served{};  // when it last had a worker, or came
  bool cancel_wanted = false;
  bool finished = false;  // nothing waits and nothing is out
  bool closed = false;    // it was abandoned: nothing more is handed out
  std::uint64_t done = 0, failed = 0, total = 0;
  std::vector<PoolFacts> pools;
  std::optional<std::uint64_t> at_once;  // over all its pools
  experiment::Timeouts timeout;
  std::optional<SteadyPoint> deadline;  // by timeout.experiment
  experiment::Failures failures;
  std::optional<std::string> broken;  // it can never run; why
  SteadyPoint no_launch_before{};     // after launches that failed

  const PoolFacts* pool(int number) const;  // none: there is no such pool
  // Nothing more of it is started.
  bool is_over() const { return cancel_wanted || broken || finished; }
};

// What its fleet said of a worker when it was last asked, or its end as it was seen.
struct Observation {
  bool there = true;
  std::string handle = {};
  bool created_only = false;  // never started
  std::optional<experiment::Exit> exit = {};
};

struct WorkerFacts {
  experiment::Worker worker;
  bool action_pending = false;  // an action on it is under way
  std::uint64_t open_leases = 0;
  bool used_up = false;  // single use, and its lease is over
  bool served = false;   // it has had a lease
  SteadyPoint since{};   // launched, or adopted
  SteadyPoint last_heard{};
  SteadyPoint last_busy{};      // it asked for work, or had some
  SteadyPoint last_progress{};  // of its open lease, or when it was opened
  std::optional<SteadyPoint> keep_until;
  std::optional<Observation> seen;  // not taken into account yet
};

struct LeaseFacts {
  experiment::ExperimentId experiment;
  experiment::LeaseId lease;
  bool action_pending = false;
  std::optional<Loss> loss;                       // it is to end; its holder lives
  std::optional<experiment::Worker> dead_holder;  // as far as it is known
};

// Of a container that nobody owns.
struct OrphanFacts {
  std::string handle;
  SteadyPoint first_seen{};
  bool action_pending = false;
};

struct FleetFacts {
  fleet::Capacity capacity;
  std::optional<SteadyPoint> next_look;  // none: it is being looked at
  std::vector<OrphanFacts> orphans;
  fleet::Spare spare = fleet::Spare::NotKept;  // of what an experiment's first worker waits for
  bool spare_pending = false;                  // it is being made or given back
  SteadyPoint no_spare_before{};               // after one that could not be made
};

struct Facts {
  SteadyPoint now{};
  std::map<std::string, FleetFacts> fleets;  // by name
  std::vector<ExperimentFacts> experiments;  // those that are not final
  std::vector<WorkerFacts> workers;          // those that are not gone
  std::vector<LeaseFacts> leases;            // those that are open and must end
  // That live at once, over all experiments.
  std::uint64_t max_workers = std::numeric_limits<std::uint64_t>::max();
  SteadyPoint last_active{};       // when there last was an experiment or a worker, or the controller came
  SteadyPoint last_out_of_turn{};  // when an experiment last came before those of a higher priority

  const ExperimentFacts* experiment(experiment::ExperimentId id) const;  // none: it is final, or not known
};

struct Launch {
  experiment::ExperimentId experiment;
  int pool = 0;
  bool out_of_turn = false;  // before experiments of a higher priority, having waited long
  bool operator==(const Launch&) const = default;
};
struct Start {  // was created, perhaps by an earlier controller
  experiment::WorkerId worker;
  bool operator==(const Start&) const = default;
};
struct Settle {  // exists, and a controller before did not come to write it down
  experiment::WorkerId worker;
  experiment::WorkerState state = experiment::WorkerState::Created;
  std::string handle;
  bool operator==(const Settle&) const = default;
};
struct RecordEnd {  // it ended, or is not there any more
  experiment::WorkerId worker;
  experiment::Exit exit;
  bool operator==(const RecordEnd&) const = default;
};
struct EndLease {
  experiment::ExperimentId experiment;
  experiment::LeaseId lease;
  Loss loss;
  bool operator==(const EndLease&) const = default;
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
struct Look {  // what is there?
  std::string fleet;
  bool operator==(const Look&) const = default;
};
struct RemoveOrphan {
  std::string fleet;
  std::string handle;
  bool operator==(const RemoveOrphan&) const = default;
};
struct MakeSpare {
  std::string fleet;
  bool operator==(const MakeSpare&) const = default;
};
struct ReleaseSpare {
  std::string fleet;
  bool operator==(const ReleaseSpare&) const = default;
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

using Action = std::variant<Launch, Start, Settle, RecordEnd, EndLease, Drain, Kill, Collect, Remove, Look,
                            RemoveOrphan, MakeSpare, ReleaseSpare, Abandon, Finish>;

// How long a ready worker may say nothing before it is taken for dead; it beats every second.
inline constexpr Milliseconds kSilence{20'000};

// A container that nobody owns may be one whose creation is just being recorded.
inline constexpr Milliseconds kOrphanGrace{5'000};

// A controller without experiments keeps its spare that long: the next one often comes soon.
inline constexpr Milliseconds kSpareKept{60'000};

// How long a worker that lives may neither have work nor ask for any; it asks at least every 20 s.
inline constexpr Milliseconds kIdleness{60'000};

std::vector<Action> plan(const Facts& facts);

// When plan() would next say something else by the passing of time alone.
std::optional<SteadyPoint> next_deadline(const Facts& facts);

}  // namespace flowyard::controller::orchestrator
