#include "controller/orchestrator/history.hpp"

#include <algorithm>

#include "controller/experiment/index_set.hpp"

namespace flowyard::controller::orchestrator {

StoredHistory read_history(store::Store& store, experiment::ExperimentId id) {
  // What failed for its results has them all the same.
  auto failed = store.failed_ranges(id);
  experiment::IndexSet done;
  for (const auto& range : store.done_ranges(id)) done.add(range);
  for (const auto& range : failed) done.remove(range);
  return {.done = done.runs(),
          .failed = std::move(failed),
          .open_leases = store.open_leases(id),
          .retries = store.retries(id)};
}

QueueHistory history_from(const StoredHistory& stored, const experiment::Retry& retry, TimePoint now,
                          SteadyPoint steady_now) {
  QueueHistory history{
      .done = stored.done, .failed = stored.failed, .open_leases = stored.open_leases, .waiting = {}};
  for (const auto& row : stored.retries) {
    const auto left = std::clamp<Milliseconds>(row.not_before - now, Milliseconds{0}, retry.backoff.max);
    history.waiting.push_back({.range = row.range, .tries = row.tries, .due = steady_now + left});
  }
  return history;
}

}  // namespace flowyard::controller::orchestrator
