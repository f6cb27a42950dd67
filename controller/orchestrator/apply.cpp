// The part of Orchestrator that acts: what plan() asked for, one task per action. Every action re-reads what
// it works on after each co_await, since others move meanwhile, and is safe to repeat.
#include <algorithm>

#include "common/async/backoff.hpp"
#include "common/crypto/sha256.hpp"
#include "controller/orchestrator/names.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::DeathCause;
using experiment::ExperimentId;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

// Launches that fail so often in a row mean that nothing will ever start.
constexpr int kLaunchFailures = 5;
// Between tries while the disk is full.
constexpr Milliseconds kStorePause{5'000};
// Between tries while nobody answers where the workers should live.
constexpr Milliseconds kOutagePause{2'000};
constexpr std::size_t kWorkerTokenBytes = 24;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
// Clang before 17 wants to be told.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

// A endpoint that cannot be opened counts as a launch that failed: it says what is wrong, and will again.
std::string endpoint_for(WorkerEndpoints& endpoints, WorkerId worker, const std::string& token) {
  try {
    return endpoints.open(worker, token);
  } catch (const std::exception& error) {
    throw fleet::LaunchFailed(fleet::LaunchFailed::Kind::Transient, error.what());
  }
}

}  // namespace

void Orchestrator::apply(const Action& action) {
  std::visit(
      Overloaded{[&](const Launch& a) {
                   launching_.emplace(a.experiment, a.pool);
                   tasks_.spawn("launch", launch(a));
                 },
                 [&](const Start& a) { start_action(a.worker, "start", bring_up(a.worker)); },
                 [&](const Drain& a) {
                   if (auto* live = find(a.worker))
                     start_action(a.worker, "drain", move(*live, WorkerState::Draining));
                 },
                 [&](const Kill& a) { start_action(a.worker, "kill", kill(a)); },
                 [&](const Collect& a) { start_action(a.worker, "collect", collect(a.worker)); },
                 [&](const Remove& a) { start_action(a.worker, "remove", remove(a.worker)); },
                 [&](const Abandon& a) {
                   auto* e = find(a.experiment);
                   if (!e) return;
                   if (!a.reason.empty() && !e->broken) {
                     log_.warning("experiment given up", {{"experiment", e->id.value}, {"reason", a.reason}});
                     e->broken = a.reason;
                   }
                   e->queue.close();
                   changed_.notify();
                 },
                 [&](const Finish& a) {
                   finishing_.insert(a.experiment);
                   tasks_.spawn("finish", finish(a.experiment));
                 }},
      action);
}

void Orchestrator::start_action(WorkerId worker, std::string name, Task<> task) {
  auto* live = find(worker);
  if (!live) return;
  live->action_pending = true;
  tasks_.spawn(std::move(name), with_worker_in_hand(worker, std::move(task)));
}

Task<> Orchestrator::with_worker_in_hand(WorkerId worker, Task<> task) {
  std::string failure;
  try {
    co_await std::move(task);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  if (!failure.empty()) {
    // The Engine may be restarting: say so, wait a little, and let the plan ask again.
    log_.warning("an action on a worker failed and will be repeated",
                 {{"worker", worker.value}, {"error", failure}});
    co_await async::sleep_for(Milliseconds{1'000});
  }
  if (auto* live = find(worker)) live->action_pending = false;
  changed_.notify();
}

// --- coming up

experiment::Worker Orchestrator::new_worker(ActiveExperiment& e, int pool) const {
  experiment::Worker w;
  if (auto& vacancies = e.vacancies[pool]; !vacancies.empty()) {
    w.attempt = vacancies.back() + 1;
    vacancies.pop_back();
  }
  w.experiment = e.id;
  w.pool = pool;
  w.scenario = e.queue.pools()[static_cast<std::size_t>(pool)].scenario;
  w.fleet = e.fleet;
  w.created = clock_.now();
  w.last_heard = clock_.now();
  w.reason = "starting";
  return w;
}

Task<> Orchestrator::launch(Launch action) {
  auto* e = find(action.experiment);
  if (!e) co_return;
  experiment::Worker w = new_worker(*e, action.pool);
  const std::string token = crypto::random_hex(kWorkerTokenBytes);
  auto add = [w, token, installation = installation_](store::Store& store) mutable {
    w.name = worker_name(store.take_name_number(), installation);
    w.id = store.add_worker(w, token);
    return w;
  };
  experiment::Worker added;
  std::string failure;
  try {
    added = co_await store_.run(std::move(add));
  } catch (const store::StoreFailure& full) {
    failure = full.what();
  }
  launching_.erase(launching_.find({action.experiment, action.pool}));
  if (!failure.empty()) {
    log_.error("a worker could not be recorded", {{"error", failure}});
    if (auto* again = find(action.experiment)) {
      again->vacancies[action.pool].push_back(w.attempt - 1);
      again->no_launch_before = clock_.now() + kStorePause;
      again->trouble = "a worker cannot be recorded: " + failure;
    }
    changed_.notify();
    co_return;
  }
  workers_[added.id] = LiveWorker{.worker = added, .action_pending = true};
  co_await with_worker_in_hand(added.id, bring_up(added.id));
}

Task<> Orchestrator::bring_up(WorkerId worker) {
  std::string failure;
  auto trouble = LaunchTrouble::Outage;
  try {
    co_await start(worker);
    co_return;
  } catch (const fleet::LaunchFailed& failed) {
    failure = failed.what();
    trouble = failed.kind == fleet::LaunchFailed::Kind::Permanent ? LaunchTrouble::Permanent
                                                                  : LaunchTrouble::Transient;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  co_await launch_failed(worker, trouble, std::move(failure));
}

// Once for an experiment, though its workers start side by side: the Docker Engine makes two networks of one
// name without a word.
Task<> Orchestrator::prepare(ActiveExperiment& e, fleet::Fleet& home) {
  while (e.preparing) co_await changed_.wait_past(changed_.version());
  if (e.prepared) co_return;
  e.preparing = true;
  std::exception_ptr failure;
  try {
    co_await home.prepare_experiment(e.id, e.spec.workers.storage, e.spec.workers.network);
    e.prepared = true;
  } catch (...) {
    failure = std::current_exception();
  }
  e.preparing = false;
  changed_.notify();
  if (failure) std::rethrow_exception(failure);
}

Task<> Orchestrator::start(WorkerId worker) {
  auto* live = find(worker);
  auto* e = live ? find(live->worker.experiment) : nullptr;
  if (!e || e->cancel_wanted)
    throw fleet::LaunchFailed(fleet::LaunchFailed::Kind::Transient, "no longer wanted");
  fleet::Fleet& home = *fleets_.at(live->worker.fleet);
  co_await prepare(*e, home);
  if (live->worker.state == WorkerState::Planned) {
    const auto token =
        co_await store_.run([worker](store::Store& store) { return store.worker_token(worker); });
    const auto& pool = e->queue.pools()[static_cast<std::size_t>(live->worker.pool)];
    fleet::LaunchSpec spec{.worker = worker,
                           .name = live->worker.name,
                           .experiment = e->id,
                           .run_folder = endpoint_for(*endpoints_, worker, token),
                           .resources = pool.resources,
                           .storage = e->spec.workers.storage,
                           .network = e->spec.workers.network};
    co_await move(*live, WorkerState::Creating);
    auto handle = co_await home.create(std::move(spec));
    live->worker.handle = std::move(handle);
  }
  live->worker.started = clock_.now();
  co_await move(*live, WorkerState::Starting);
  co_await home.start(live->worker.handle);
  watch(worker);
}

// Counts one failure for each pause, since launches that were under way together fail together.
void Orchestrator::note_launch_failure(ActiveExperiment& e, const std::string& reason) {
  if (clock_.now() < e.no_launch_before) return;
  ++e.launch_failures;
  const async::Backoff backoff{.initial = e.spec.retry.backoff.initial, .max = e.spec.retry.backoff.max};
  e.no_launch_before = clock_.now() + backoff.pause_before(e.launch_failures);
  if (e.launch_failures >= kLaunchFailures) e.broken = "workers cannot be started: " + reason;
}

Task<> Orchestrator::launch_failed(WorkerId worker, LaunchTrouble trouble, std::string reason) {
  auto* live = find(worker);
  if (!live) co_return;
  const bool permanent = trouble == LaunchTrouble::Permanent;
  auto* e = find(live->worker.experiment);
  if (e && !e->cancel_wanted) {
    log_.warning("a worker could not be started", {{"worker", live->worker.name}, {"reason", reason}});
    e->vacancies[live->worker.pool].push_back(live->worker.attempt);
    if (permanent) e->broken = "workers cannot be started: " + reason;
    if (trouble == LaunchTrouble::Transient) note_launch_failure(*e, reason);
    // An Engine that restarts comes back, however often we ask meanwhile.
    if (trouble == LaunchTrouble::Outage) e->no_launch_before = clock_.now() + kOutagePause;
  }
  live->worker.cause = permanent ? DeathCause::LaunchPermanent : DeathCause::LaunchTransient;
  live->worker.reason = std::move(reason);
  live->worker.exited = clock_.now();
  co_await move(*live, WorkerState::Exited);
}

// --- going down

Task<> Orchestrator::kill(Kill action) {
  auto* live = find(action.worker);
  if (!live || !(live->worker.state < WorkerState::Exited)) co_return;
  live->worker.cause = action.cause;
  live->worker.reason = action.reason;
  // Intent before the deed: after a crash the exit code alone would not tell that it was us.
  co_await save(live->worker);
  if (live->worker.handle.empty()) {
    const experiment::Exit vanished{.code = 0, .oom_killed = false, .vanished = true};
    co_await ended(action.worker, vanished);
    co_return;
  }
  const std::string handle = live->worker.handle;
  fleet::Fleet& home = *fleets_.at(live->worker.fleet);
  co_await home.kill(handle);
  // One that was created and never started has no end to be seen.
  const auto exit = co_await home.wait(handle);
  co_await ended(action.worker, exit);
}

Task<> Orchestrator::collect(WorkerId worker) {
  auto* live = find(worker);
  if (!live) co_return;
  if (!live->worker.handle.empty()) {
    const std::string text = co_await fleets_.at(live->worker.fleet)->log(live->worker.handle);
    auto keep = [worker, text](store::Store& store) { store.keep_log(worker, text); };
    co_await store_.run(std::move(keep));
  }
  co_await endpoints_->close(worker);
  const auto* e = experiment(live->worker.experiment);
  const auto cause = live->worker.cause;
  const bool failed = cause != DeathCause::None && cause != DeathCause::Stopped;
  if (e && !live->worker.handle.empty() && !live->worker.stop_wanted) {
    const auto keep = e->spec.keep;
    const bool kept = keep.workers == experiment::KeepWorkers::Always ||
                      (keep.workers == experiment::KeepWorkers::OnFailure && failed);
    if (kept) live->worker.keep_until = clock_.now() + keep.ttl;
  }
  co_await move(*live, WorkerState::Accounted);
}

Task<> Orchestrator::remove(WorkerId worker) {
  auto* live = find(worker);
  if (!live) co_return;
  co_await move(*live, WorkerState::Removing);
  if (!live->worker.handle.empty()) co_await fleets_.at(live->worker.fleet)->remove(live->worker.handle);
  co_await move(*live, WorkerState::Gone);
  const auto experiment_id = live->worker.experiment;
  const std::string home = live->worker.fleet;
  workers_.erase(worker);
  // The last of those that were kept for a look inside takes the volume and the network with it.
  if (!find(experiment_id) && !has_workers(experiment_id)) co_await clear_away(experiment_id, home);
}

bool Orchestrator::has_workers(ExperimentId id) const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [id](const auto& entry) { return entry.second.worker.experiment == id; });
}

// Removes an experiment's volume and network. What cannot be removed is reported and left: results do not
// wait for it.
Task<> Orchestrator::clear_away(ExperimentId id, std::string fleet) {
  std::string failure;
  try {
    co_await fleets_.at(fleet)->clear_experiment(id);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  if (!failure.empty())
    log_.warning("the volume or network of an experiment was not removed",
                 {{"experiment", id.value}, {"error", failure}});
}

Task<> Orchestrator::finish(ExperimentId id) {
  auto* e = find(id);
  if (!e) co_return;
  const auto& workers = e->spec.workers;
  const bool shared =
      workers.storage == experiment::Storage::Shared || workers.network == experiment::Network::Shared;
  if (shared && !has_workers(id)) co_await clear_away(id, e->fleet);
  std::string failure;
  try {
    co_await record_end(id);
  } catch (const store::StoreFailure& full) {
    failure = full.what();
  }
  if (!failure.empty()) {
    log_.error("the end of an experiment could not be recorded", {{"error", failure}});
    co_await async::sleep_for(kStorePause);
  }
  // If it was not recorded it is still there, and the plan asks again.
  finishing_.erase(id);
  changed_.notify();
}

Task<> Orchestrator::record_end(ExperimentId id) {
  auto* e = find(id);
  if (!e) co_return;
  auto state = experiment::ExperimentState::Succeeded;
  std::string reason;
  const auto done = e->queue.done(), failed = e->queue.failed(), total = e->queue.total();
  if (done == total) {
    // Everything was done before the order to stop could take effect.
  } else if (e->broken) {
    state = experiment::ExperimentState::Failed;
    reason = *e->broken;
  } else if (e->cancel_wanted) {
    state = experiment::ExperimentState::Cancelled;
    reason = "cancelled with " + std::to_string(done) + " of " + std::to_string(total) + " scenarios done";
  } else if (failed > 0) {
    state = done == 0 ? experiment::ExperimentState::Failed : experiment::ExperimentState::Incomplete;
    reason = std::to_string(failed) + " of " + std::to_string(total) + " scenarios failed";
  }
  const TimePoint now = clock_.now();
  auto record = [=](store::Store& store) { store.finish_experiment(id, state, reason, now); };
  co_await store_.run(std::move(record));
  log_.info("experiment " + std::string(to_string(state)),
            {{"experiment", id.value}, {"done", done}, {"failed", failed}});
  tell_progress(*e, true);
  publish_event(id, "experiment", {{"state", std::string(to_string(state))}, {"reason", reason}});
  experiments_.erase(id);
}

}  // namespace flowyard::controller::orchestrator
