#include "controller/service/active_view.hpp"

#include <algorithm>

namespace flowyard::controller::service {
namespace {

void add_tried(ExperimentView& view, experiment::IndexRange range, experiment::Tries tries) {
  view.tried_again += range.count;
  view.most_tries = std::max(view.most_tries, static_cast<std::uint64_t>(tries.own));
  view.smallest_batch = view.smallest_batch == 0 ? range.count : std::min(view.smallest_batch, range.count);
}

}  // namespace

void add_active(ExperimentView& view, const orchestrator::ActiveExperiment& active,
                const std::map<experiment::ExperimentId, orchestrator::Queued>& queued) {
  const auto waits = queued.find(active.id);
  if (!active.trouble.empty()) {
    view.reason = active.trouble;
  } else if (waits != queued.end()) {
    view.reason = orchestrator::describe(waits->second);
  }
  view.fetching = active.fetching;
  view.priority = active.spec.priority;
  view.attempts = active.spec.retry.attempts;
  view.failures_max = active.spec.failures.most(active.queue.total());
  for (const auto& waiting : active.queue.tried_before()) add_tried(view, waiting.range, waiting.tries);
  for (const auto& [id, held] : active.leases) {
    if (held.again) add_tried(view, held.lease.remainder(), held.lease.tries);
  }
  view.eta_seconds = active.seconds_left();
}

}  // namespace flowyard::controller::service
