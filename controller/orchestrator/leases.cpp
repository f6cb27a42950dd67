// The part of Orchestrator that answers workers: hello, leases, commits, failures, heartbeats.
#include "common/crypto/sha256.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

constexpr std::size_t kLeaseTokenBytes = 16;

// How long a worker is kept waiting for work that cannot be given out; while the disk is full, say.
constexpr Milliseconds kGrantPause{1'000};

std::string trouble_of(const std::string& what, const store::StoreFailure& failure) {
  return what + ": " + failure.what() +
         (failure.disk_full() ? "; make room where the data folder is, and it goes on by itself" : "");
}

}  // namespace

Task<bool> Orchestrator::hello(WorkerId worker) {
  auto* live = find(worker);
  if (!live || live->worker.state >= WorkerState::Exited) co_return false;
  live->worker.last_heard = clock_.now();
  if (!live->worker.ready) live->worker.ready = clock_.now();
  if (auto* e = find(live->worker.experiment)) e->launch_failures = 0;
  if (live->worker.state < WorkerState::Ready) live->worker.reason.clear();
  co_await move(*live, WorkerState::Ready);
  changed_.notify();
  co_return true;
}

bool Orchestrator::should_leave(WorkerId worker) const {
  const auto* live = this->worker(worker);
  if (!live || live->worker.state >= WorkerState::Draining || live->worker.stop_wanted || live->used_up)
    return true;
  const auto* e = experiment(live->worker.experiment);
  return !e || e->cancel_wanted || e->broken;
}

bool Orchestrator::holds(WorkerId worker, experiment::LeaseId lease) const {
  const auto* live = this->worker(worker);
  const auto* e = live ? experiment(live->worker.experiment) : nullptr;
  if (!e) return false;
  const auto found = e->leases.find(lease);
  return found != e->leases.end() && found->second.lease.worker == worker && !found->second.ending;
}

Task<LeaseAnswer> Orchestrator::lease(WorkerId worker, Milliseconds wait) {
  // A worker holds one lease at a time: what it still holds it was never told of, or has given up. In a task
  // of its own, since this one is cancelled when the worker's endpoint closes, and half a loss is none.
  if (holds_any(worker)) {
    tasks_.spawn("lose leases",
                 lose_leases(worker, experiment::DeathCause::Stopped, "its holder asked for another lease"));
    for (auto seen = changed_.version(); holds_any(worker); seen = changed_.version())
      co_await changed_.wait_past(seen);
  }
  const TimePoint until = clock_.now() + wait;
  for (;;) {
    const auto seen = changed_.version();
    auto* live = find(worker);
    if (!live || should_leave(worker)) co_return Leave{};
    live->worker.last_heard = clock_.now();
    auto* e = find(live->worker.experiment);
    const int pool = live->worker.pool;
    const auto batch =
        e->queue.take(pool, live_in_pool(e->id, pool), e->seconds_per_scenario(), clock_.now());
    if (batch) co_return co_await grant(e->id, worker, *batch);
    TimePoint next = until;
    if (const auto due = e->queue.next_due(clock_.now())) next = std::min(next, *due);
    if (clock_.now() >= until) co_return NothingYet{};
    co_await changed_.wait_past(seen, std::max(Milliseconds{1}, next - clock_.now()));
  }
}

bool Orchestrator::holds_any(WorkerId worker) const {
  const auto* live = this->worker(worker);
  return live && facts_of(*live).open_leases > 0;
}

Task<LeaseAnswer> Orchestrator::grant(experiment::ExperimentId id, WorkerId worker, Batch batch) {
  experiment::Lease lease;
  lease.experiment = id;
  lease.worker = worker;
  lease.token = crypto::random_hex(kLeaseTokenBytes);
  lease.range = batch.range;
  lease.tries = batch.tries;
  lease.opened = lease.last_progress = clock_.now();
  std::string trouble;
  auto open = [lease](store::Store& store) { return store.open_lease(lease); };
  try {
    lease.id = co_await store_.run(std::move(open));
  } catch (const store::StoreFailure& failure) {
    trouble = trouble_of("work cannot be given out", failure);
  }
  auto* e = find(id);
  if (!e) co_return Leave{};
  if (!trouble.empty()) {
    if (e->trouble.empty()) log_.error("a lease could not be stored", {{"error", trouble}});
    e->trouble = std::move(trouble);
    e->queue.put_back(batch);
    co_await async::sleep_for(kGrantPause);
    co_return NothingYet{};
  }
  e->trouble.clear();
  e->leases[lease.id] = LeaseInHand{.lease = lease};
  auto* live = find(worker);
  if (!live || live->worker.state != WorkerState::Ready) {
    tasks_.spawn("lose lease", lose_lease(id, lease.id, experiment::LeaseState::Revoked,
                                          experiment::DeathCause::Stopped, "its holder left", ""));
    co_return Leave{};
  }
  live->used_up = e->queue.pools()[static_cast<std::size_t>(live->worker.pool)].single_use;
  changed_.notify();
  co_return lease;
}

Task<store::CommitResult> Orchestrator::commit(store::ChunkRow chunk, std::string token) {
  const auto* live = worker(chunk.worker);
  auto* e = live ? find(live->worker.experiment) : nullptr;
  const auto lease_id = chunk.lease;
  store::CommitResult refused;
  if (!e) co_return refused;
  const auto experiment_id = e->id;
  auto held = e->leases.find(lease_id);
  // Past this point the store would still take it, while its scenarios are being given to others.
  if (held != e->leases.end() && held->second.ending) co_return refused;
  const bool open = held != e->leases.end();
  if (open) ++held->second.commits_under_way;
  const auto range = chunk.range;
  const auto seconds = chunk.compute_seconds;
  const auto worker_id = chunk.worker;
  const TimePoint now = clock_.now();
  std::exception_ptr failure;
  std::string trouble;
  store::CommitResult result;
  try {
    auto commit_it = [chunk = std::move(chunk), token = std::move(token), now](store::Store& store) {
      return store.commit(chunk, token, now);
    };
    result = co_await store_.run(std::move(commit_it));
  } catch (const store::StoreFailure& failed) {
    failure = std::current_exception();
    trouble = trouble_of("results cannot be stored", failed);
  } catch (...) {
    failure = std::current_exception();
  }
  e = find(experiment_id);
  held = e ? e->leases.find(lease_id) : held;
  if (e && open && held != e->leases.end()) {
    --held->second.commits_under_way;
    if (!failure && result.outcome == store::Commit::Stored)
      took(*e, held->second, worker_id, range, seconds, result.lease);
  }
  if (e) e->trouble = std::move(trouble);
  changed_.notify();
  if (failure) std::rethrow_exception(failure);
  co_return result;
}

void Orchestrator::took(ActiveExperiment& e, LeaseInHand& held, WorkerId worker, experiment::IndexRange range,
                        double seconds, const experiment::Lease& after) {
  const auto token = held.lease.token;
  held.lease = after;
  held.lease.token = token;
  e.queue.committed(range);
  e.compute_seconds += seconds;
  if (auto* live = find(worker)) {
    live->worker.runs += range.count;
    live->worker.compute_seconds += seconds;
    live->worker.last_heard = clock_.now();
  }
  if (after.state == experiment::LeaseState::Done) e.leases.erase(after.id);
  tell_progress(e, e.queue.finished());
}

Task<bool> Orchestrator::fail_lease(WorkerId worker, experiment::LeaseId lease, std::string token,
                                    std::string message) {
  const auto* live = this->worker(worker);
  auto* e = live ? find(live->worker.experiment) : nullptr;
  if (!e || !holds(worker, lease) || e->leases.at(lease).lease.token != token) co_return false;
  tasks_.spawn("lose lease",
               lose_lease(e->id, lease, experiment::LeaseState::Revoked, experiment::DeathCause::AppExit,
                          std::move(message), live->worker.name));
  co_return true;
}

void Orchestrator::heartbeat(WorkerId worker, const Usage& usage, bool progress) {
  auto* live = find(worker);
  if (!live) return;
  auto& w = live->worker;
  const TimePoint now = clock_.now();
  w.last_heard = now;
  const auto span = std::chrono::duration<double>(now - live->usage_at).count();
  if (live->usage_at != TimePoint{} && span > 0) {
    live->cpu_percent = 100 * (usage.cpu_seconds - w.cpu_seconds) / span;
  }
  live->usage_at = now;
  w.cpu_seconds = usage.cpu_seconds;
  w.memory_bytes = std::max(w.memory_bytes, usage.memory_bytes);
  auto* e = progress ? find(w.experiment) : nullptr;
  if (!e) return;
  for (auto& [id, held] : e->leases) {
    if (held.lease.worker == worker) held.lease.last_progress = now;
  }
}

}  // namespace flowyard::controller::orchestrator
