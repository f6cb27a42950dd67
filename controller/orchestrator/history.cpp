#include "controller/orchestrator/history.hpp"

#include <algorithm>

namespace flowyard::controller::orchestrator {

StoredHistory read_history(store::Store& store, experiment::ExperimentId id) {
  return {.done = store.done_ranges(id),
          .failed = store.failed_ranges(id),
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
