#include "controller/orchestrator/work_queue.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "common/async/backoff.hpp"

namespace flowyard::controller::orchestrator {
namespace {

// The machine's own failures are tried again this often before a scenario is given up for them.
constexpr int kInfrastructureTries = 10;
// No lease is longer: results come back and work is shared out at least this often.
constexpr std::uint64_t kLongestBatch = 1'000;
// A lease is worth between these many seconds of computing: less, and handing it out costs more than it
// takes; more, and a worker that dies takes much with it.
constexpr double kLeastBatchSeconds = 0.02;
constexpr double kMostBatchSeconds = 2.0;
// A batch that timed out is cut in so many: each try costs the whole of timeout.scenario, and 1,000 scenarios
// are single ones after three of them.
constexpr std::uint64_t kPiecesAfterTimeout = 16;

bool is_retried(const experiment::Retry& retry, experiment::DeathCause cause) {
  using experiment::DeathCause;
  using experiment::RetryCause;
  const auto wants = [&](RetryCause c) {
    return std::find(retry.when.begin(), retry.when.end(), c) != retry.when.end();
  };
  switch (cause) {
    case DeathCause::AppExit:
      return wants(RetryCause::AppExit);
    case DeathCause::Oom:
      return wants(RetryCause::Oom);
    case DeathCause::Timeout:
      return wants(RetryCause::Timeout);
    default:
      return false;
  }
}

}  // namespace

WorkQueue::WorkQueue(experiment::design::ScenarioSpace space, std::vector<Pool> pools,
                     experiment::Retry retry, const QueueHistory& history)
    : space_(std::move(space)),
      pools_(std::move(pools)),
      retry_(std::move(retry)),
      fresh_(pools_.size()),
      waiting_(pools_.size()),
      leased_(pools_.size()) {
  experiment::IndexSet taken;
  for (const auto& range : history.done) {
    taken.add(range);
    done_ += range.count;
  }
  for (const auto& range : history.failed) {
    taken.add(range);
    failed_ += range.count;
  }
  for (const auto& lease : history.open_leases) {
    taken.add(lease.remainder());
    leased_with(lease.range.first) += lease.remainder().count;
  }
  for (const auto& waiting : history.waiting) {
    taken.add(waiting.range);
    waiting_[static_cast<std::size_t>(pool_of(waiting.range.first))].push_back(waiting);
  }
  for (std::size_t pool = 0; pool < pools_.size(); ++pool) {
    total_ += pools_[pool].scenarios();
    for (const auto& range : pools_[pool].ranges) fresh_[pool].add(range);
    for (const auto& range : taken.runs()) fresh_[pool].remove(range);
  }
}

int WorkQueue::pool_of(std::uint64_t index) const {
  for (const auto& pool : pools_) {
    for (const auto& range : pool.ranges) {
      if (index >= range.first && index < range.end()) return pool.number;
    }
  }
  assert(false && "every scenario belongs to a pool");
  return 0;
}

std::uint64_t WorkQueue::batch_size(const Pool& pool, std::uint64_t live, double seconds_per_scenario) const {
  if (pool.batch) return *pool.batch;
  const auto waiting = fresh_[static_cast<std::size_t>(pool.number)].size();
  // Guided self-scheduling: a share of what is left, so that all workers end at about the same time.
  const std::uint64_t sharers = std::max<std::uint64_t>(live, pool.workers_at_once);
  std::uint64_t size = sharers <= 1 ? waiting : (waiting + 4 * sharers - 1) / (4 * sharers);
  if (seconds_per_scenario > 0) {
    const double least = std::max(1.0, kLeastBatchSeconds / seconds_per_scenario);
    const double most = std::max(1.0, kMostBatchSeconds / seconds_per_scenario);
    size = static_cast<std::uint64_t>(std::clamp(static_cast<double>(size), least, most));
  }
  return std::clamp<std::uint64_t>(size, 1, kLongestBatch);
}

std::optional<Batch> WorkQueue::take(int pool, std::uint64_t live, double seconds_per_scenario,
                                     SteadyPoint now, BatchSize wanted) {
  if (closed_) return std::nullopt;
  const auto at = static_cast<std::size_t>(pool);
  auto& waiting = waiting_[at];
  const auto run = fresh_[at].first_run();
  const auto due = std::find_if(waiting.begin(), waiting.end(), [&](const Waiting& w) {
    return w.due <= now && (run.count == 0 || !w.timed_out);
  });
  if (due != waiting.end()) {
    Batch batch{.range = due->range, .tries = due->tries, .from = *due};
    if (wanted == BatchSize::Single) batch.range.count = 1;
    waiting.erase(due);
    leased_[at] += batch.range.count;
    return batch;
  }
  if (run.count == 0) return std::nullopt;
  const auto in_group = space_.group_end(run.first) - run.first;
  const auto size = wanted == BatchSize::Single ? 1 : batch_size(pools_[at], live, seconds_per_scenario);
  const Batch batch{.range = {run.first, std::min({size, run.count, in_group})}, .tries = {}};
  fresh_[at].remove(batch.range);
  leased_[at] += batch.range.count;
  return batch;
}

void WorkQueue::opened(const Batch& batch) {
  if (!batch.from || batch.from->range == batch.range) return;
  Waiting rest = *batch.from;
  rest.range = {batch.range.end(), batch.from->range.end() - batch.range.end()};
  auto& waiting = waiting_[static_cast<std::size_t>(pool_of(rest.range.first))];
  waiting.insert(waiting.begin(), rest);
}

void WorkQueue::put_back(const Batch& batch) {
  const auto at = static_cast<std::size_t>(pool_of(batch.range.first));
  leased_[at] -= batch.range.count;
  // What was out before goes back as it was: that is how it still stands in the store.
  if (batch.from) {
    waiting_[at].push_back(*batch.from);
  } else {
    fresh_[at].add(batch.range);
  }
}

void WorkQueue::committed(experiment::IndexRange range, std::uint64_t failed) {
  leased_with(range.first) -= range.count;
  done_ += range.count - failed;
  failed_ += failed;
}

std::vector<LossPlan::Again> WorkQueue::next_tries(experiment::IndexRange rest, experiment::Tries tries,
                                                   experiment::DeathCause cause) const {
  const async::Backoff backoff{.initial = retry_.backoff.initial, .max = retry_.backoff.max};
  if (experiment::is_infrastructure(cause)) {
    ++tries.infrastructure;
    if (tries.infrastructure >= kInfrastructureTries) return {};
    // Work that was taken back on purpose has nothing to wait for.
    const auto pause = cause == experiment::DeathCause::Stopped ? Milliseconds{0}
                                                                : backoff.pause_before(tries.infrastructure);
    return {{.range = rest, .tries = tries, .pause = pause}};
  }
  if (rest.count > 1) {
    const std::uint64_t wanted = cause == experiment::DeathCause::Timeout ? kPiecesAfterTimeout : 2;
    const std::uint64_t pieces = std::min(rest.count, wanted);
    std::vector<LossPlan::Again> again;
    for (std::uint64_t piece = 0; piece < pieces; ++piece) {
      const auto from = rest.count * piece / pieces, to = rest.count * (piece + 1) / pieces;
      again.push_back({.range = {rest.first + from, to - from}, .tries = tries});
    }
    return again;
  }
  ++tries.own;
  const bool again = is_retried(retry_, cause) && tries.own < static_cast<int>(retry_.attempts);
  if (!again) return {};
  return {{.range = rest, .tries = tries, .pause = backoff.pause_before(tries.own)}};
}

LossPlan WorkQueue::plan_loss(const experiment::Lease& lease, const Loss& loss) const {
  return plan_end(lease.remainder(), lease, loss);
}

LossPlan WorkQueue::plan_failure(const experiment::Lease& lease, std::uint64_t scenario,
                                 const Loss& loss) const {
  return plan_end({scenario, 1}, lease, loss);
}

LossPlan WorkQueue::plan_end(experiment::IndexRange rest, const experiment::Lease& lease,
                             const Loss& loss) const {
  LossPlan plan{.rest = rest, .cause = loss.cause, .again = {}, .given_up = {}};
  if (plan.rest.count == 0) return plan;
  plan.again = next_tries(plan.rest, lease.tries, loss.cause);
  if (!plan.again.empty()) return plan;
  for (auto index = plan.rest.first; index < plan.rest.end(); ++index) {
    plan.given_up.push_back({.index = index,
                             .cause = loss.cause,
                             .reason = loss.reason,
                             .attempts = lease.tries.own + lease.tries.infrastructure + 1,
                             .worker = loss.worker});
  }
  return plan;
}

void WorkQueue::lost(const LossPlan& plan, SteadyPoint now) {
  if (plan.rest.count == 0) return;
  leased_with(plan.rest.first) -= plan.rest.count;
  failed_ += plan.given_up.size();
  auto& waiting = waiting_[static_cast<std::size_t>(pool_of(plan.rest.first))];
  for (const auto& again : plan.again) {
    waiting.push_back({.range = again.range,
                       .tries = again.tries,
                       .due = now + again.pause,
                       .timed_out = plan.cause == experiment::DeathCause::Timeout});
  }
}

void WorkQueue::close() {
  closed_ = true;
}

std::uint64_t WorkQueue::leased() const {
  return std::accumulate(leased_.begin(), leased_.end(), std::uint64_t{0});
}

std::vector<Waiting> WorkQueue::tried_before() const {
  std::vector<Waiting> all;
  for (const auto& pool : waiting_) all.insert(all.end(), pool.begin(), pool.end());
  return all;
}

std::uint64_t WorkQueue::batches_due(int pool, std::uint64_t up_to, SteadyPoint now) const {
  if (closed_) return 0;
  const auto at = static_cast<std::size_t>(pool);
  std::uint64_t count = 0;
  for (const auto& waiting : waiting_[at]) count += waiting.due <= now ? 1 : 0;
  const std::uint64_t size = batch_size(pools_[at], up_to, 0);
  // Group by group, since no batch crosses the end of one.
  for (std::uint64_t from = 0; count < up_to;) {
    const auto run = fresh_[at].first_run(from);
    if (run.count == 0) break;
    const auto end = std::min(run.end(), space_.group_end(run.first));
    count += (end - run.first + size - 1) / size;
    from = end;
  }
  return std::min(up_to, count);
}

std::uint64_t WorkQueue::waiting(int pool) const {
  if (closed_) return 0;
  const auto at = static_cast<std::size_t>(pool);
  std::uint64_t count = fresh_[at].size();
  for (const auto& waiting : waiting_[at]) count += waiting.range.count;
  return count;
}

std::optional<SteadyPoint> WorkQueue::next_due(SteadyPoint now) const {
  std::optional<SteadyPoint> next;
  for (const auto& pool : waiting_) {
    for (const auto& waiting : pool) {
      if (waiting.due > now && (!next || waiting.due < *next)) next = waiting.due;
    }
  }
  return next;
}

}  // namespace flowyard::controller::orchestrator
