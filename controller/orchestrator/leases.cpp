// The part of Orchestrator that answers workers: hello, leases, heartbeats. A request may be cancelled at any
// await, since its worker may hang up: what it has taken is held by something that gives it back.
#include "common/crypto/sha256.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::DeathCause;
using experiment::LeaseState;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

constexpr std::size_t kLeaseTokenBytes = 16;

// How long a worker is kept waiting for work that cannot be given out; while the disk is full, say.
constexpr Milliseconds kGrantPause{1'000};
// A worker that failed its lease hears so late at most that this is known.
constexpr Milliseconds kLongestFailing{5'000};

}  // namespace

// A batch on its way to a worker: back on the queue unless its lease is stored.
class Orchestrator::TakenBatch {
 public:
  TakenBatch(Pinned<ActiveExperiment> experiment, Batch batch, async::Event& changed)
      : experiment_(std::move(experiment)), batch_(std::move(batch)), changed_(&changed) {}
  TakenBatch(TakenBatch&& other) noexcept
      : experiment_(std::move(other.experiment_)), batch_(other.batch_), changed_(other.changed_) {}
  TakenBatch& operator=(TakenBatch&&) = delete;
  ~TakenBatch() { give_back(); }

  const Batch& operator*() const { return batch_; }
  void opened() {
    experiment_->queue.opened(batch_);
    experiment_.reset();
  }
  void give_back() {
    if (!experiment_) return;
    experiment_->queue.put_back(batch_);
    experiment_.reset();
    changed_->notify();
  }

 private:
  Pinned<ActiveExperiment> experiment_;  // none: nothing to give back
  Batch batch_;
  async::Event* changed_;
};

Task<bool> Orchestrator::hello(WorkerId worker) {
  auto live = pin(worker);
  if (!live || !live->is_expected()) co_return false;
  live->last_heard = live->last_busy = timer_.now();
  if (live->worker.state < WorkerState::Ready) {
    Change greet = [now = clock_.now()](experiment::Worker& w) {
      w.last_heard = now;
      if (!w.ready) w.ready = now;
      w.reason.clear();
    };
    co_await change(live, WorkerState::Ready, std::move(greet));
  }
  if (auto e = pin(live->worker.experiment)) {
    e->launch_failures = e->launch_refusals = 0;
    e->trouble.clear();
  }
  co_return live->is_expected();
}

bool Orchestrator::should_leave(WorkerId worker) const {
  const auto live = pin(worker);
  return !live || should_leave(*live);
}

bool Orchestrator::should_leave(const LiveWorker& live) const {
  if (live.worker.state >= WorkerState::Draining || live.worker.stop_wanted || live.used_up) return true;
  const auto* e = experiment(live.worker.experiment);
  return !e || e->cancel_wanted || e->broken;
}

std::optional<experiment::Lease> Orchestrator::held_lease(WorkerId worker, experiment::LeaseId lease) const {
  const auto live = pin(worker);
  const auto* e = live ? experiment(live->worker.experiment) : nullptr;
  if (!e) return std::nullopt;
  const auto found = e->leases.find(lease);
  if (found == e->leases.end() || found->second.lease.worker != worker || found->second.loss)
    return std::nullopt;
  return found->second.lease;
}

bool Orchestrator::holds(WorkerId worker, experiment::LeaseId lease) const {
  return held_lease(worker, lease).has_value();
}

bool Orchestrator::holds_any(const LiveWorker& live) const {
  return facts_of(live).open_leases > 0;
}

Task<LeaseAnswer> Orchestrator::lease(WorkerId worker, Milliseconds wait) {
  auto live = pin(worker);
  if (!live) co_return Leave{};
  // A worker holds one lease at a time: what it still holds it was never told of, or has given up.
  if (auto e = pin(live->worker.experiment)) {
    for (auto& [id, held] : e->leases) {
      if (held.lease.worker != worker || held.loss) continue;
      held.loss = Loss{.as = LeaseState::Expired,
                       .cause = DeathCause::Stopped,
                       .reason = "its holder asked for another lease",
                       .worker = live->worker.name};
      changed_.notify();
    }
  }
  const SteadyPoint until = timer_.now() + wait;
  for (;;) {
    const auto seen = changed_.version();
    live->last_heard = live->last_busy = timer_.now();
    if (should_leave(*live)) co_return Leave{};
    auto e = pin(live->worker.experiment);
    if (!holds_any(*live)) {
      const int pool = live->worker.pool;
      const auto size = e->storm(pool).rages() ? BatchSize::Single : BatchSize::Automatic;
      auto batch =
          e->queue.take(pool, live_in_pool(e->id, pool), e->seconds_per_scenario(), timer_.now(), size);
      if (batch) {
        TakenBatch taken(e, std::move(*batch), changed_);
        co_return co_await grant(std::move(e), std::move(live), std::move(taken));
      }
    }
    if (timer_.now() >= until) co_return NothingYet{};
    SteadyPoint next = until;
    if (const auto due = e->queue.next_due(timer_.now())) next = std::min(next, *due);
    e.reset();
    co_await changed_.wait_past(seen, timer_, next);
  }
}

Task<LeaseAnswer> Orchestrator::grant(Pinned<ActiveExperiment> e, Pinned<LiveWorker> live, TakenBatch taken) {
  experiment::Lease lease;
  lease.experiment = e->id;
  lease.worker = live->worker.id;
  lease.token = crypto::random_hex(kLeaseTokenBytes);
  lease.range = (*taken).range;
  lease.tries = (*taken).tries;
  lease.opened = lease.last_progress = clock_.now();
  std::string trouble;
  auto open = [lease](store::Store& store) { return store.open_lease(lease); };
  try {
    lease.id = co_await store_.run(std::move(open));
  } catch (const store::StoreFailure& failure) {
    trouble = trouble_of("work cannot be given out", failure);
  }
  if (!trouble.empty()) {
    if (e->trouble.empty()) log_.error("a lease could not be stored", {{"error", trouble}});
    e->trouble = std::move(trouble);
    taken.give_back();
    co_await async::sleep_for(timer_, kGrantPause);
    co_return NothingYet{};
  }
  const bool again = (*taken).from.has_value();
  taken.opened();
  e->trouble.clear();
  auto& held = e->leases[lease.id];
  held = HeldLease{.lease = lease, .last_progress = timer_.now(), .again = again};
  changed_.notify();
  if (live->worker.state != WorkerState::Ready || !live->is_expected()) {
    held.loss = Loss{.as = LeaseState::Revoked,
                     .cause = DeathCause::Stopped,
                     .reason = "its holder left",
                     .worker = live->worker.name};
    co_return Leave{};
  }
  live->served = true;
  live->used_up = e->queue.pools()[static_cast<std::size_t>(live->worker.pool)].single_use;
  co_return lease;
}

Task<bool> Orchestrator::fail_lease(WorkerId worker, experiment::LeaseId lease, std::string token,
                                    std::string message) {
  auto live = pin(worker);
  auto e = live ? pin(live->worker.experiment) : nullptr;
  if (!e || !holds(worker, lease) || e->leases.at(lease).lease.token != token) co_return false;
  e->leases.at(lease).loss = Loss{.as = LeaseState::Revoked,
                                  .cause = DeathCause::AppExit,
                                  .reason = std::move(message),
                                  .worker = live->worker.name};
  changed_.notify();
  // The answer says that it is stored, where it can be.
  const SteadyPoint until = timer_.now() + kLongestFailing;
  for (auto seen = changed_.version(); e->leases.contains(lease) && timer_.now() < until;
       seen = changed_.version()) {
    co_await changed_.wait_past(seen, timer_, until);
  }
  co_return true;
}

Task<> Orchestrator::end_lease(EndLease action) {
  auto e = pin(action.experiment);
  if (!e) co_return;
  // A commit that is on its way to the disk decides what is left to do again.
  auto found = e->leases.find(action.lease);
  while (found != e->leases.end() && found->second.commits_under_way > 0) {
    co_await changed_.wait_past(changed_.version());
    found = e->leases.find(action.lease);
  }
  if (found == e->leases.end()) co_return;
  const experiment::Lease lease = found->second.lease;
  const LossPlan plan = e->queue.plan_loss(lease, action.loss);
  store::LeaseEnding ending{.lease = lease.id,
                            .committed = lease.committed,
                            .state = action.loss.as,
                            .again = {},
                            .given_up = plan.given_up};
  for (const auto& again : plan.again)
    ending.again.push_back(
        {.range = again.range, .tries = again.tries, .not_before = clock_.now() + again.pause});
  std::string failure;
  bool ended = false;
  auto end = [ending](store::Store& store) { return store.end_lease(ending); };
  try {
    ended = co_await store_.run(std::move(end));
    if (!ended) failure = "the store knows more results of it than the controller";
  } catch (const store::StoreFailure& failed) {
    failure = trouble_of("the end of a lease cannot be stored", failed);
  }
  if (!failure.empty()) {
    if (e->trouble.empty()) log_.error("a lease could not be ended", {{"error", failure}});
    e->trouble = std::move(failure);
    co_await async::sleep_for(timer_, kStorePause);
    found = e->leases.find(action.lease);
    if (found != e->leases.end()) found->second.action_pending = false;
    changed_.notify();
    co_return;
  }
  e->queue.lost(plan, timer_.now());
  if (auto live = pin(lease.worker)) live->last_busy = timer_.now();
  e->leases.erase(action.lease);
  e->retries += plan.again.empty() ? 0 : 1;
  e->trouble.clear();
  if (plan.rest.count > 0) {
    auto& storm = e->storm(e->queue.pool_of(plan.rest.first));
    storm.died(action.loss.cause);
    if (plan.rest.count == 1) storm.died_of(plan.rest.first, action.loss.cause);
  }
  changed_.notify();
  log_.warning("a lease was lost", {{"worker", action.loss.worker},
                                    {"cause", std::string(to_string(action.loss.cause))},
                                    {"tried_again", plan.again.size()},
                                    {"given_up", plan.given_up.size()}});
  publish_event(e->id, "lease",
                {{"worker", action.loss.worker},
                 {"cause", std::string(to_string(action.loss.cause))},
                 {"reason", action.loss.reason},
                 {"retried", plan.again.empty() ? "no" : "yes"}});
}

void Orchestrator::heartbeat(WorkerId worker, const Usage& usage, bool progress) {
  auto live = pin(worker);
  if (!live) return;
  auto& w = live->worker;
  const SteadyPoint now = timer_.now();
  const auto span = std::chrono::duration<double>(now - live->usage_at).count();
  if (live->usage_at != SteadyPoint{} && span > 0) {
    live->cpu_percent = 100 * (usage.cpu_seconds - w.cpu_seconds) / span;
  }
  live->usage_at = live->last_heard = now;
  w.last_heard = clock_.now();
  w.cpu_seconds = usage.cpu_seconds;
  live->progress = usage.progress;
  w.memory_bytes = std::max(w.memory_bytes, usage.memory_bytes);
  auto e = progress ? pin(w.experiment) : nullptr;
  if (!e) return;
  for (auto& [id, held] : e->leases) {
    if (held.lease.worker == worker) held.last_progress = now;
  }
}

}  // namespace flowyard::controller::orchestrator
