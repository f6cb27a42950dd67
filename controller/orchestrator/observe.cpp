// The part of Orchestrator that sees: what runs when the controller starts, what ended, what vanished, what
// nobody owns.
#include <algorithm>

#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::DeathCause;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

// A container that nobody owns may be one whose creation is just being recorded.
constexpr Milliseconds kOrphanGrace{5'000};

}  // namespace

Task<> Orchestrator::resume() {
  installation_ = co_await store_.run([](store::Store& store) { return store.installation(); });
  last_event_ = co_await store_.run([](store::Store& store) { return store.last_event(); });
  auto known = co_await store_.run([](store::Store& store) {
    std::vector<std::pair<experiment::Worker, std::string>> alive;
    for (auto& worker : store.workers()) {
      if (worker.state != WorkerState::Gone) alive.emplace_back(worker, store.worker_token(worker.id));
    }
    return alive;
  });
  for (auto& [worker, token] : known) co_await adopt(worker, token);
  // The first reconcile; if the Engine is not there yet, run() looks again.
  last_reconcile_ = clock_.now();
  co_await reconcile();
}

Task<> Orchestrator::adopt(experiment::Worker worker, std::string token) {
  // It could say nothing while there was no controller.
  worker.last_heard = clock_.now();
  const bool expects_it = is_alive(worker.state) && fleets_.contains(worker.fleet);
  if (!fleets_.contains(worker.fleet)) {
    log_.warning("a worker's fleet is not available now", {{"worker", worker.name}, {"fleet", worker.fleet}});
    co_return;
  }
  workers_[worker.id] = LiveWorker{.worker = worker};
  if (expects_it) endpoints_->open(worker.id, token);
  if (const auto* e = experiment(worker.experiment)) {
    const auto& pools = e->queue.pools();
    const auto pool = static_cast<std::size_t>(worker.pool);
    // A single-use worker that had its lease must not get another.
    workers_[worker.id].used_up =
        pool < pools.size() && pools[pool].single_use && worker.state >= WorkerState::Ready;
  }
}

Task<> Orchestrator::reconcile() {
  reconciling_ = true;
  for (auto& [name, home] : fleets_) {
    std::string failure;
    try {
      co_await reconcile_with(*home);
    } catch (const std::exception& error) {
      if (async::is_cancellation(error)) throw;
      failure = error.what();
    }
    if (!failure.empty())
      log_.warning("the fleet could not be looked at", {{"fleet", name}, {"error", failure}});
  }
  co_await lose_unheld_leases();
  reconciling_ = false;
  changed_.notify();
}

// Leases whose holder is no more: a controller that ended between the end of a worker and that of its leases
// leaves such.
Task<> Orchestrator::lose_unheld_leases() {
  struct Unheld {
    experiment::ExperimentId experiment;
    experiment::LeaseId lease;
    DeathCause cause;
    std::string worker;
  };
  std::vector<Unheld> unheld;
  for (const auto& [id, e] : experiments_) {
    for (const auto& [lease_id, held] : e->leases) {
      const auto* live = worker(held.lease.worker);
      if (live && live->worker.state < WorkerState::Exited) continue;
      const bool known = live && live->worker.cause != DeathCause::None;
      unheld.push_back({.experiment = id,
                        .lease = lease_id,
                        .cause = known ? live->worker.cause : DeathCause::EngineLost,
                        .worker = live ? live->worker.name : ""});
    }
  }
  for (const auto& one : unheld) {
    co_await lose_lease(one.experiment, one.lease, experiment::LeaseState::Expired, one.cause,
                        "its holder is gone", one.worker);
  }
}

Task<> Orchestrator::reconcile_with(fleet::Fleet& home) {
  // Those that were there before we asked: a worker created meanwhile must not be missed in an older answer.
  std::vector<WorkerId> expected;
  for (const auto& [id, live] : workers_) {
    const bool unsure = is_alive(live.worker.state) && !live.action_pending;
    if (live.worker.fleet == home.name() && unsure) expected.push_back(id);
  }
  const auto seen = co_await home.list();
  for (const auto& one : seen) {
    auto* live = find(one.worker);
    if (!live) {
      const auto [orphan, is_new] = orphans_.try_emplace(one.handle, clock_.now());
      if (is_new || clock_.now() - orphan->second < kOrphanGrace) continue;
      log_.warning("removing a container that nobody owns", {{"handle", one.handle}});
      co_await home.remove(one.handle);
      orphans_.erase(one.handle);
      continue;
    }
    if (std::find(expected.begin(), expected.end(), one.worker) == expected.end()) continue;
    live->worker.handle = one.handle;
    if (one.exit) {
      co_await ended(one.worker, *one.exit);
    } else if (one.created_only && live->worker.state == WorkerState::Starting) {
      // The order to start it was written down and never given.
      if (!live->action_pending) start_action(one.worker, "start", bring_up(one.worker));
    } else if (one.created_only) {
      co_await move(*live, WorkerState::Created);
    } else {
      co_await move(*live, WorkerState::Starting);
      watch(one.worker);
    }
  }
  for (const auto id : expected) {
    const bool there =
        std::any_of(seen.begin(), seen.end(), [&](const auto& one) { return one.worker == id; });
    const experiment::Exit vanished{.code = 0, .oom_killed = false, .vanished = true};
    if (!there) co_await ended(id, vanished);
  }
}

void Orchestrator::watch(WorkerId worker) {
  if (closing_ || !watched_.insert(worker).second) return;
  tasks_.spawn("watch", watch_end(worker));
}

Task<> Orchestrator::watch_end(WorkerId worker) {
  for (;;) {
    auto* live = find(worker);
    if (!live || live->worker.state >= WorkerState::Exited) break;
    const std::string handle = live->worker.handle;
    fleet::Fleet& home = *fleets_.at(live->worker.fleet);
    bool lost = false;
    try {
      const auto exit = co_await home.wait(handle);
      co_await ended(worker, exit);
    } catch (const std::exception& error) {
      if (async::is_cancellation(error)) throw;
      lost = true;
    }
    // The Engine restarts or is gone for a while: the worker may well be running.
    if (lost) co_await async::sleep_for(Milliseconds{500});
  }
  watched_.erase(worker);
}

Task<> Orchestrator::ended(WorkerId worker, experiment::Exit exit) {
  auto* live = find(worker);
  if (!live || live->worker.state >= WorkerState::Exited) co_return;
  auto& w = live->worker;
  const bool was_draining = w.state == WorkerState::Draining;
  w.exit = exit;
  w.exited = clock_.now();
  // A kill of our own has recorded its cause before; only running out of memory says more than that.
  const bool announced = w.cause != DeathCause::None && !exit.oom_killed;
  if (!announced) w.cause = cause_of(exit);
  if (was_draining && w.cause == DeathCause::EngineLost) w.cause = DeathCause::None;
  const bool held_work = facts_of(*live).open_leases > 0;
  if (held_work && w.cause == DeathCause::None) w.cause = DeathCause::EngineLost;
  if (!announced) w.reason = describe(w.cause, exit);
  const auto cause = w.cause;
  const std::string reason = w.reason;
  if (auto* e = find(w.experiment); e && cause != DeathCause::None) {
    e->vacancies[w.pool].push_back(w.attempt);
    if (!w.ready && cause != DeathCause::Stopped)
      note_launch_failure(*e, "a worker " + reason + (announced ? "" : " before it said hello"));
  }
  co_await move(*live, WorkerState::Exited);
  co_await lose_leases(worker, cause, reason);
  changed_.notify();
}

Task<> Orchestrator::lose_leases(WorkerId worker, DeathCause cause, std::string reason) {
  auto* live = find(worker);
  auto* e = live ? find(live->worker.experiment) : nullptr;
  if (!e) co_return;
  std::vector<experiment::LeaseId> held;
  for (const auto& [id, action_pending] : e->leases) {
    if (action_pending.lease.worker == worker) held.push_back(id);
  }
  const std::string name = live->worker.name;
  const auto experiment = e->id;
  for (const auto id : held)
    co_await lose_lease(experiment, id, experiment::LeaseState::Expired, cause, reason, name);
}

Task<> Orchestrator::lose_lease(experiment::ExperimentId experiment, experiment::LeaseId lease,
                                experiment::LeaseState as, DeathCause cause, std::string reason,
                                std::string worker) {
  auto* e = find(experiment);
  if (!e) co_return;
  auto found = e->leases.find(lease);
  if (found == e->leases.end() || found->second.ending) co_return;
  found->second.ending = true;
  // A commit that is on its way to the disk decides what is left to do again.
  while (found->second.commits_under_way > 0) {
    co_await changed_.wait_past(changed_.version());
    e = find(experiment);
    if (!e) co_return;
    found = e->leases.find(lease);
    if (found == e->leases.end()) co_return;
  }
  const auto ending = e->queue.lost(found->second.lease, as, cause, reason, worker, clock_.now());
  e->leases.erase(found);
  e->retries += ending.again.empty() ? 0 : 1;
  log_.warning("a lease was lost", {{"worker", worker},
                                    {"cause", std::string(to_string(cause))},
                                    {"tried_again", ending.again.size()},
                                    {"given_up", ending.given_up.size()}});
  publish_event(experiment, "lease",
                {{"worker", worker},
                 {"cause", std::string(to_string(cause))},
                 {"reason", reason},
                 {"retried", ending.again.empty() ? "no" : "yes"}});
  auto end = [ending](store::Store& store) { store.end_lease(ending); };
  co_await store_.run(std::move(end));
  changed_.notify();
}

}  // namespace flowyard::controller::orchestrator
