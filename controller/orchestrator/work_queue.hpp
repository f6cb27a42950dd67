// WorkQueue: which scenarios of one experiment wait, which are out on lease, what a lost lease turns into.
// Pure bookkeeping: the clock is passed in, and what must be durable is told to the caller. The store is read
// once, to build it; after that the two move together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/index_set.hpp"
#include "controller/experiment/policy.hpp"
#include "controller/orchestrator/pools.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::orchestrator {

// What the store knew when the queue was built.
struct QueueHistory {
  std::vector<experiment::IndexRange> done, failed;
  std::vector<experiment::Lease> open_leases;
  std::vector<store::RetryRow> retries;
};

struct Batch {
  experiment::IndexRange range;
  experiment::Tries tries;
  bool retried = false;  // was out before; half of a lost batch is, though it has no tries of its own yet
};

class WorkQueue {
 public:
  WorkQueue(experiment::design::ScenarioSpace space, std::vector<Pool> pools, experiment::Retry retry,
            const QueueHistory& history);

  // Takes the next batch for a worker of `pool` off the queue, or nothing if none is due. `live` is how many
  // workers share the pool now; `seconds_per_scenario` is what one took so far (0: not known).
  std::optional<Batch> take(int pool, std::uint64_t live, double seconds_per_scenario, TimePoint now);

  // Puts a batch back that could not be handed out after all.
  void put_back(const Batch& batch);

  // Some of a leased range were committed.
  void committed(experiment::IndexRange range);

  // The holder of `lease` is gone, or failed it. Infrastructure causes send the rest back as it is; others
  // halve it until the one that kills is alone, which is then tried as often as the experiment says.
  store::LeaseEnding lost(const experiment::Lease& lease, experiment::LeaseState ended_as,
                          experiment::DeathCause cause, const std::string& reason, const std::string& worker,
                          TimePoint now);

  // Nothing more will be handed out: the experiment was cancelled or failed.
  void close();
  bool closed() const { return closed_; }

  // How many more leases a pool would hand out now, at most `up_to`: how many workers could be busy.
  std::uint64_t batches_due(int pool, std::uint64_t up_to, TimePoint now) const;
  // Scenarios waiting, due or not.
  std::uint64_t waiting(int pool) const;
  // When the next waiting retry becomes due, if all that waits does so for a time.
  std::optional<TimePoint> next_due(TimePoint now) const;

  std::uint64_t total() const { return total_; }
  std::uint64_t done() const { return done_; }
  std::uint64_t failed() const { return failed_; }
  std::uint64_t leased() const;
  std::uint64_t leased(int pool) const { return leased_[static_cast<std::size_t>(pool)]; }
  bool finished() const { return leased() == 0 && (closed_ || done_ + failed_ == total()); }
  const std::vector<Pool>& pools() const { return pools_; }
  const experiment::design::ScenarioSpace& space() const { return space_; }

 private:
  int pool_of(std::uint64_t index) const;
  std::uint64_t& leased_with(std::uint64_t index) {
    return leased_[static_cast<std::size_t>(pool_of(index))];
  }
  std::uint64_t batch_size(const Pool& pool, std::uint64_t live, double seconds_per_scenario) const;
  std::vector<store::RetryRow> retry_rows(experiment::IndexRange rest, experiment::Tries tries,
                                          experiment::DeathCause cause, TimePoint now) const;

  experiment::design::ScenarioSpace space_;
  std::vector<Pool> pools_;
  experiment::Retry retry_;
  std::vector<experiment::IndexSet> fresh_;            // per pool: never tried
  std::vector<std::vector<store::RetryRow>> retries_;  // per pool
  std::vector<std::uint64_t> leased_;                  // per pool
  std::uint64_t total_ = 0, done_ = 0, failed_ = 0;
  bool closed_ = false;
};

}  // namespace flowyard::controller::orchestrator
