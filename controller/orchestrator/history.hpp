// What the store knows of an experiment's scenarios, and the queue's history that is made of it when a
// controller starts.
#pragma once

#include "controller/orchestrator/work_queue.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::orchestrator {

struct StoredHistory {
  std::vector<experiment::IndexRange> done, failed;
  std::vector<experiment::Lease> open_leases;
  std::vector<store::RetryRow> retries;
};

StoredHistory read_history(store::Store& store, experiment::ExperimentId id);

// The store keeps times of day, the queue waits in steady time: `now` is both. No retry waits longer than its
// pause can have been, since the time of day may have been set back meanwhile.
QueueHistory history_from(const StoredHistory& stored, const experiment::Retry& retry, TimePoint now,
                          SteadyPoint steady_now);

}  // namespace flowyard::controller::orchestrator
