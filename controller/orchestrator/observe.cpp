// The part of Orchestrator that sees: what runs when the controller starts, what ended, what vanished, what
// nobody owns. It decides nothing: what it sees goes into the facts.
#include <algorithm>

#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::DeathCause;
using experiment::Worker;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

// Events are a hint; the whole fleet is looked at this often.
constexpr Milliseconds kLookEvery{10'000};
// Before the end of a worker is asked for again, where the fleet did not answer.
constexpr Milliseconds kWatchPause{500};

// How the life of a worker ended, on its record.
void note_end(Worker& w, const experiment::Exit& exit, bool held_work, TimePoint now) {
  w.exit = exit;
  w.exited = now;
  // A kill of our own has recorded its cause before; only running out of memory says more than that.
  const bool announced = w.cause != DeathCause::None && !exit.oom_killed;
  if (!announced) w.cause = cause_of(exit);
  if (w.state == WorkerState::Draining && w.cause == DeathCause::EngineLost) w.cause = DeathCause::None;
  if (held_work && w.cause == DeathCause::None) w.cause = DeathCause::EngineLost;
  if (!announced) w.reason = describe(w.cause, exit);
}

// With their tokens.
std::vector<std::pair<Worker, std::string>> workers_to_adopt(store::Store& store) {
  std::vector<std::pair<Worker, std::string>> alive;
  for (auto& worker : store.workers()) {
    if (worker.state != WorkerState::Gone) alive.emplace_back(worker, store.worker_token(worker.id));
  }
  return alive;
}

}  // namespace

Task<> Orchestrator::resume() {
  installation_ = co_await store_.run([](store::Store& store) { return store.installation(); });
  last_event_ = co_await store_.run([](store::Store& store) { return store.last_event(); });
  auto known = co_await store_.run(workers_to_adopt);
  for (auto& [worker, token] : known) adopt(worker, token);
}

Task<> Orchestrator::take_up(std::unique_ptr<fleet::Fleet> fleet,
                             std::vector<std::unique_ptr<ActiveExperiment>> waiting) {
  std::vector<experiment::ExperimentId> ids;
  for (const auto& e : waiting) ids.push_back(e->id);
  struct Stored {
    std::vector<std::pair<Worker, std::string>> workers;
    std::set<experiment::ExperimentId> cancelled;  // while they waited
  };
  auto read = [ids](store::Store& store) {
    Stored stored{.workers = workers_to_adopt(store), .cancelled = {}};
    for (const auto id : ids) {
      const auto row = store.experiment_row(id);
      if (!row || is_final(row->state)) {
        stored.cancelled.insert(id);
      } else {
        store.set_reason(id, "");
      }
    }
    return stored;
  };
  auto stored = co_await store_.run(std::move(read));
  // In one turn: an experiment without its workers would be given others.
  const std::string name = fleet->name();
  watches_[name].next_look = timer_.now();
  fleets_[name] = std::move(fleet);
  for (auto& e : waiting) {
    if (!stored.cancelled.contains(e->id)) add(std::move(e));
  }
  for (auto& [worker, token] : stored.workers) {
    if (worker.fleet == name) adopt(worker, token);
  }
  changed_.notify();
}

void Orchestrator::adopt(Worker worker, const std::string& token) {
  if (!fleets_.contains(worker.fleet)) {
    log_.warning("a worker's fleet is not available now", {{"worker", worker.name}, {"fleet", worker.fleet}});
    return;
  }
  auto live = std::make_shared<LiveWorker>();
  // It could say nothing while there was no controller, and steady time begins anew with each.
  live->since = live->last_heard = live->last_busy = timer_.now();
  live->served = worker.state >= WorkerState::Ready;
  const auto* e = experiment(worker.experiment);
  if (worker.keep_until) {
    auto left = *worker.keep_until - clock_.now();
    if (e) left = std::min(left, e->spec.keep.ttl);
    live->keep_until = timer_.now() + left;
  }
  if (e) {
    const auto& pools = e->queue.pools();
    const auto pool = static_cast<std::size_t>(worker.pool);
    // A single-use worker that had its lease must not get another.
    live->used_up = pool < pools.size() && pools[pool].single_use && worker.state >= WorkerState::Ready;
  }
  workers_[worker.id] = live;
  live->worker = std::move(worker);
  if (!is_alive(live->worker.state)) return;
  try {
    endpoints_->open(live->worker.id, token);
  } catch (const std::exception& error) {
    // It is not heard, will be taken for silent, and its work goes to others.
    log_.error("a worker's endpoint cannot be opened again",
               {{"worker", live->worker.name}, {"error", error.what()}});
  }
}

// --- looking at a fleet

Task<> Orchestrator::look(std::string fleet) {
  auto& watch = watches_.at(fleet);
  const std::string failure = co_await failure_of(look_at(*fleets_.at(fleet)));
  if (!failure.empty())
    log_.warning("the fleet could not be looked at", {{"fleet", fleet}, {"error", failure}});
  watch.looking = false;
  watch.next_look = timer_.now() + kLookEvery;
  changed_.notify();
}

Task<> Orchestrator::look_at(fleet::Fleet& home) {
  // Those that were there before we asked, and whom nothing has happened to since: a worker that is created
  // or started meanwhile must not be missed in an older answer.
  struct Asked {
    Pinned<LiveWorker> live;
    std::uint64_t revision;
  };
  std::vector<Asked> asked;
  for (const auto& [id, live] : workers_) {
    const bool unsure = is_alive(live->worker.state) && !live->action_pending;
    if (live->worker.fleet == home.name() && unsure) asked.push_back({live, live->revision});
  }
  const auto answer = co_await home.list();
  auto& known = watches_.at(home.name()).orphans;
  std::map<std::string, OrphanFacts> orphans;
  for (const auto& one : answer) {
    if (workers_.contains(one.worker) || one.is_spare) continue;
    if (one.serves && (experiments_.contains(*one.serves) || has_workers(*one.serves))) continue;
    const auto before = known.find(one.handle);
    // What serves an experiment that is over is waited for by nobody; a worker may be somebody's yet.
    const auto since = one.serves ? timer_.now() - kOrphanGrace : timer_.now();
    orphans[one.handle] =
        before != known.end() ? before->second : OrphanFacts{.handle = one.handle, .first_seen = since};
  }
  known = std::move(orphans);
  for (const auto& [live, revision] : asked) {
    if (live->revision != revision || live->action_pending || !live->is_expected()) continue;
    const auto one = std::find_if(answer.begin(), answer.end(),
                                  [id = live->worker.id](const auto& seen) { return seen.worker == id; });
    if (one == answer.end()) {
      live->seen = Observation{.there = false};
      continue;
    }
    live->seen = Observation{
        .there = true, .handle = one->handle, .created_only = one->created_only, .exit = one->exit};
    if (!one->created_only && !one->exit && !live->worker.handle.empty()) watch(live);
  }
}

Task<> Orchestrator::remove_orphan(RemoveOrphan action) {
  log_.warning("removing a container that nobody owns", {{"handle", action.handle}});
  const std::string failure = co_await failure_of(fleets_.at(action.fleet)->remove(action.handle));
  auto& orphans = watches_.at(action.fleet).orphans;
  const auto found = orphans.find(action.handle);
  if (found != orphans.end() && failure.empty()) orphans.erase(found);
  if (!failure.empty()) {
    log_.warning("it could not be removed", {{"handle", action.handle}, {"error", failure}});
    if (found != orphans.end())
      found->second = {.handle = action.handle, .first_seen = timer_.now(), .action_pending = false};
  }
  changed_.notify();
}

Task<> Orchestrator::settle(Pinned<LiveWorker> live, Settle action) {
  Change found = [handle = action.handle](Worker& w) { w.handle = handle; };
  co_await change(live, action.state, std::move(found));
  if (live->worker.state >= WorkerState::Starting) watch(live);
}

// --- the end of one

void Orchestrator::watch(Pinned<LiveWorker> live) {
  const auto id = live->worker.id;
  if (closing_ || !watched_.insert(id).second) return;
  tasks_.spawn("watch", watch_end(std::move(live)));
}

Task<> Orchestrator::watch_end(Pinned<LiveWorker> live) {
  fleet::Fleet& home = *fleets_.at(live->worker.fleet);
  while (live->worker.state < WorkerState::Exited) {
    std::optional<experiment::Exit> exit;
    try {
      exit = co_await home.wait(live->worker.handle);
    } catch (const std::exception& error) {
      if (async::is_cancellation(error)) throw;
    }
    if (exit) {
      live->seen =
          Observation{.there = true, .handle = live->worker.handle, .created_only = false, .exit = exit};
      break;
    }
    // The Engine restarts or is gone for a while: the worker may well be running.
    co_await async::sleep_for(timer_, kWatchPause);
  }
  watched_.erase(live->worker.id);
  changed_.notify();
}

Task<> Orchestrator::record_end(Pinned<LiveWorker> live, experiment::Exit exit) {
  const bool held_work = holds_any(*live);
  const bool announced = live->worker.cause != DeathCause::None && !exit.oom_killed;
  Change end = [exit, held_work, now = clock_.now()](Worker& w) { note_end(w, exit, held_work, now); };
  if (!co_await change(live, WorkerState::Exited, std::move(end))) co_return;
  const auto& w = live->worker;
  auto e = pin(w.experiment);
  if (!e || w.cause == DeathCause::None) co_return;
  e->vacancies[w.pool].push_back(w.attempt);
  if (!held_work) e->storm(w.pool).died_idle(w.cause);
  if (!w.ready && w.cause != DeathCause::Stopped)
    note_launch_failure(*e, LaunchTrouble::Transient,
                        "a worker " + w.reason + (announced ? "" : " before it said hello"));
}

}  // namespace flowyard::controller::orchestrator
