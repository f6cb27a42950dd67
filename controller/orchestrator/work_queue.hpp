// WorkQueue: which scenarios of one experiment wait, which are out on lease, what a lost lease turns into.
// Pure bookkeeping: the time is passed in, steady, and what must be durable is told to the caller, who stores
// it first and comes back with it. The store is read once, to build the queue; after that the two move
// together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/async/timer.hpp"
#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/index_set.hpp"
#include "controller/experiment/policy.hpp"
#include "controller/orchestrator/pools.hpp"

namespace flowyard::controller::orchestrator {

using async::SteadyPoint;

// A run of scenarios that waits for another try, from `due` on.
struct Waiting {
  experiment::IndexRange range;
  experiment::Tries tries;
  SteadyPoint due{};
  bool timed_out = false;  // the try before took too long: what was never tried goes first
};

// What the store knew when the queue was built.
struct QueueHistory {
  std::vector<experiment::IndexRange> done, failed;
  std::vector<experiment::Lease> open_leases;
  std::vector<Waiting> waiting;
};

struct Batch {
  experiment::IndexRange range;
  experiment::Tries tries;
  // What it was taken from, if it was out before, as it stands in the store: `range` is the front of it.
  std::optional<Waiting> from = {};
};

// A lease that is to end, and why.
struct Loss {
  experiment::LeaseState as = experiment::LeaseState::Expired;
  experiment::DeathCause cause = experiment::DeathCause::EngineLost;
  std::string reason;
  std::string worker;  // the name of its holder
  bool operator==(const Loss&) const = default;
};

// What a lost lease turns into. `again` waits from now on, each for its `pause`.
struct LossPlan {
  struct Again {
    experiment::IndexRange range;
    experiment::Tries tries;
    Milliseconds pause{0};
  };
  experiment::IndexRange rest;  // of the lease: what was not committed
  experiment::DeathCause cause = experiment::DeathCause::None;
  std::vector<Again> again;
  std::vector<experiment::FailedScenario> given_up;
};

// How large batches are: as suits, or single scenarios because whatever is tried dies.
enum class BatchSize { Automatic, Single };

class WorkQueue {
 public:
  WorkQueue(experiment::design::ScenarioSpace space, std::vector<Pool> pools, experiment::Retry retry,
            const QueueHistory& history);

  // Takes the next batch for a worker of `pool` off the queue, or nothing if none is due. `live` is how many
  // workers share the pool now; `seconds_per_scenario` is what one took so far (0: not known). Of a batch
  // that was taken either opened() or put_back() must be said.
  std::optional<Batch> take(int pool, std::uint64_t live, double seconds_per_scenario, SteadyPoint now,
                            BatchSize size = BatchSize::Automatic);
  // Its lease is stored.
  void opened(const Batch& batch);
  // It could not be handed out after all.
  void put_back(const Batch& batch);

  // Some of a leased range were committed, and so many of these as failed.
  void committed(experiment::IndexRange range, std::uint64_t failed = 0);

  // What becomes of `lease` when it is lost. Infrastructure causes send the rest back as it is; a time-out
  // cuts it in many, other causes in two, until the scenario that kills is alone, which is then tried as
  // often as the experiment says.
  LossPlan plan_loss(const experiment::Lease& lease, const Loss& loss) const;
  // What becomes of one scenario of a lease that failed while its holder goes on.
  LossPlan plan_failure(const experiment::Lease& lease, std::uint64_t scenario, const Loss& loss) const;
  // It became that.
  void lost(const LossPlan& plan, SteadyPoint now);

  // Nothing more will be handed out: the experiment was cancelled or paused, or failed.
  void close();
  // It was only paused.
  void open_again() { closed_ = false; }
  bool closed() const { return closed_; }

  // How many more leases a pool would hand out now, at most `up_to`: how many workers could be busy.
  std::uint64_t batches_due(int pool, std::uint64_t up_to, SteadyPoint now) const;
  // What waits for another try, in all pools.
  std::vector<Waiting> tried_before() const;
  // Scenarios waiting, due or not.
  std::uint64_t waiting(int pool) const;
  // When the next waiting retry becomes due, if all that waits does so for a time.
  std::optional<SteadyPoint> next_due(SteadyPoint now) const;

  std::uint64_t total() const { return total_; }
  std::uint64_t done() const { return done_; }
  std::uint64_t failed() const { return failed_; }
  std::uint64_t leased() const;
  std::uint64_t leased(int pool) const { return leased_[static_cast<std::size_t>(pool)]; }
  bool finished() const { return leased() == 0 && (closed_ || done_ + failed_ == total()); }
  int pool_of(std::uint64_t index) const;
  const std::vector<Pool>& pools() const { return pools_; }
  const experiment::design::ScenarioSpace& space() const { return space_; }

 private:
  LossPlan plan_end(experiment::IndexRange rest, const experiment::Lease& lease, const Loss& loss) const;
  std::vector<LossPlan::Again> next_tries(experiment::IndexRange rest, experiment::Tries tries,
                                          experiment::DeathCause cause) const;
  std::uint64_t& leased_with(std::uint64_t index) {
    return leased_[static_cast<std::size_t>(pool_of(index))];
  }
  std::uint64_t batch_size(const Pool& pool, std::uint64_t live, double seconds_per_scenario) const;

  experiment::design::ScenarioSpace space_;
  std::vector<Pool> pools_;
  experiment::Retry retry_;
  std::vector<experiment::IndexSet> fresh_;    // per pool: never tried
  std::vector<std::vector<Waiting>> waiting_;  // per pool: tried before
  std::vector<std::uint64_t> leased_;          // per pool
  std::uint64_t total_ = 0, done_ = 0, failed_ = 0;
  bool closed_ = false;
};

}  // namespace flowyard::controller::orchestrator
