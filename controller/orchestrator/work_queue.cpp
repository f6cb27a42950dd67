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
      retries_(pools_.size()),
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
  for (const auto& retry_row : history.retries) {
    taken.add(retry_row.range);
    retries_[static_cast<std::size_t>(pool_of(retry_row.range.first))].push_back(retry_row);
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
                                     TimePoint now) {
  if (closed_) return std::nullopt;
  const auto at = static_cast<std::size_t>(pool);
  auto& retries = retries_[at];
  const auto due =
      std::find_if(retries.begin(), retries.end(), [&](const auto& r) { return r.not_before <= now; });
  if (due != retries.end()) {
    const Batch batch{.range = due->range, .tries = due->tries, .retried = true};
    retries.erase(due);
    leased_[at] += batch.range.count;
    return batch;
  }
  const auto run = fresh_[at].first_run();
  if (run.count == 0) return std::nullopt;
  const auto in_group = space_.group_end(run.first) - run.first;
  const auto size = std::min({batch_size(pools_[at], live, seconds_per_scenario), run.count, in_group});
  const Batch batch{.range = {run.first, size}, .tries = {}};
  fresh_[at].remove(batch.range);
  leased_[at] += size;
  return batch;
}

void WorkQueue::put_back(const Batch& batch) {
  const auto at = static_cast<std::size_t>(pool_of(batch.range.first));
  leased_[at] -= batch.range.count;
  // What was retried goes back as it was: its row is still in the store, by its first index.
  if (batch.retried) {
    retries_[at].push_back({.range = batch.range, .tries = batch.tries, .not_before = {}});
  } else {
    fresh_[at].add(batch.range);
  }
}

void WorkQueue::committed(experiment::IndexRange range) {
  leased_with(range.first) -= range.count;
  done_ += range.count;
}

std::vector<store::RetryRow> WorkQueue::retry_rows(experiment::IndexRange rest, experiment::Tries tries,
                                                   experiment::DeathCause cause, TimePoint now) const {
  const async::Backoff backoff{.initial = retry_.backoff.initial, .max = retry_.backoff.max};
  if (experiment::is_infrastructure(cause)) {
    ++tries.infrastructure;
    if (tries.infrastructure >= kInfrastructureTries) return {};
    // Work that was taken back on purpose has nothing to wait for.
    const auto pause = cause == experiment::DeathCause::Stopped ? Milliseconds{0}
                                                                : backoff.pause_before(tries.infrastructure);
    return {{.range = rest, .tries = tries, .not_before = now + pause}};
  }
  if (rest.count > 1) {
    const std::uint64_t half = rest.count / 2;
    return {{.range = {rest.first, half}, .tries = tries, .not_before = now},
            {.range = {rest.first + half, rest.count - half}, .tries = tries, .not_before = now}};
  }
  ++tries.own;
  const bool again = is_retried(retry_, cause) && tries.own < static_cast<int>(retry_.attempts);
  if (!again) return {};
  return {{.range = rest, .tries = tries, .not_before = now + backoff.pause_before(tries.own)}};
}

store::LeaseEnding WorkQueue::lost(const experiment::Lease& lease, experiment::LeaseState ended_as,
                                   experiment::DeathCause cause, const std::string& reason,
                                   const std::string& worker, TimePoint now) {
  store::LeaseEnding ending{.lease = lease.id, .state = ended_as, .again = {}, .given_up = {}};
  const auto rest = lease.remainder();
  if (rest.count == 0) return ending;
  leased_with(rest.first) -= rest.count;
  ending.again = retry_rows(rest, lease.tries, cause, now);
  if (ending.again.empty()) {
    for (auto index = rest.first; index < rest.end(); ++index) {
      ending.given_up.push_back({.index = index,
                                 .cause = cause,
                                 .reason = reason,
                                 .attempts = lease.tries.own + lease.tries.infrastructure + 1,
                                 .worker = worker});
    }
    failed_ += rest.count;
    return ending;
  }
  auto& retries = retries_[static_cast<std::size_t>(pool_of(rest.first))];
  retries.insert(retries.end(), ending.again.begin(), ending.again.end());
  return ending;
}

void WorkQueue::close() {
  closed_ = true;
}

std::uint64_t WorkQueue::leased() const {
  return std::accumulate(leased_.begin(), leased_.end(), std::uint64_t{0});
}

std::uint64_t WorkQueue::batches_due(int pool, std::uint64_t up_to, TimePoint now) const {
  if (closed_) return 0;
  const auto at = static_cast<std::size_t>(pool);
  std::uint64_t count = 0;
  for (const auto& retry : retries_[at]) count += retry.not_before <= now ? 1 : 0;
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
  for (const auto& retry : retries_[at]) count += retry.range.count;
  return count;
}

std::optional<TimePoint> WorkQueue::next_due(TimePoint now) const {
  std::optional<TimePoint> next;
  for (const auto& pool : retries_) {
    for (const auto& retry : pool) {
      if (retry.not_before > now && (!next || retry.not_before < *next)) next = retry.not_before;
    }
  }
  return next;
}

}  // namespace flowyard::controller::orchestrator
