// The part of Orchestrator that acts: what plan() asked for, one task per action. Every action pins what it
// works on, reads it again after each co_await, since others move meanwhile, and is safe to repeat.
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
// So does so often the answer that it can never start: a single one may be odd.
constexpr int kLaunchRefusals = 3;
// Between tries while the disk is full.
constexpr Milliseconds kStorePause{5'000};
// Between tries while nobody answers where the workers should live.
constexpr Milliseconds kOutagePause{2'000};
// Who has credentials to give does not wait for it.
constexpr Milliseconds kCredentialsPause = std::chrono::hours(24);
// A registry that did not answer so often, over some five minutes, is for its user to look at.
constexpr int kRegistryTries = 10;
constexpr async::Backoff kRegistryPauses{.initial = Milliseconds(2'000), .max = Milliseconds(60'000)};
// Between tries of an action that failed.
constexpr Milliseconds kActionPause{1'000};
// Between tries to make a spare.
constexpr Milliseconds kSparePause{10'000};
constexpr std::size_t kWorkerTokenBytes = 24;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
// Clang before 17 wants to be told.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

void Orchestrator::apply(const Action& action) {
  const auto act = Overloaded{
      [&](const Launch& a) {
        launching_.emplace(a.experiment, a.pool);
        if (a.out_of_turn) last_out_of_turn_ = timer_.now();
        tasks_.spawn("launch", launch(a));
      },
      [&](const Start& a) { start_action(a.worker, "start", bring_up(pin(a.worker))); },
      [&](const Settle& a) { start_action(a.worker, "settle", settle(pin(a.worker), a)); },
      [&](const RecordEnd& a) { start_action(a.worker, "record end", record_end(pin(a.worker), a.exit)); },
      [&](const EndLease& a) {
        auto e = pin(a.experiment);
        if (!e || !e->leases.contains(a.lease)) return;
        auto& held = e->leases.at(a.lease);
        held.loss = a.loss;
        held.action_pending = true;
        tasks_.spawn("end lease", end_lease(a));
      },
      [&](const Drain& a) { start_action(a.worker, "drain", drain(pin(a.worker))); },
      [&](const Kill& a) { start_action(a.worker, "kill", kill(pin(a.worker), a)); },
      [&](const Collect& a) { start_action(a.worker, "collect", collect(pin(a.worker))); },
      [&](const Remove& a) { start_action(a.worker, "remove", remove(pin(a.worker))); },
      [&](const Look& a) {
        watches_.at(a.fleet).looking = true;
        tasks_.spawn("look", look(a.fleet));
      },
      [&](const RemoveOrphan& a) {
        // A look that stood before it in the same plan may have found it gone already.
        auto& orphans = watches_.at(a.fleet).orphans;
        const auto found = orphans.find(a.handle);
        if (found == orphans.end()) return;
        found->second.action_pending = true;
        tasks_.spawn("remove orphan", remove_orphan(a));
      },
      [&](const MakeSpare& a) {
        watches_.at(a.fleet).spare_pending = true;
        unbroken_.spawn("make spare", keep_spare(a.fleet, true));
      },
      [&](const ReleaseSpare& a) {
        watches_.at(a.fleet).spare_pending = true;
        unbroken_.spawn("release spare", keep_spare(a.fleet, false));
      },
      [&](const Abandon& a) { abandon(a); },
      [&](const Finish& a) {
        finishing_.insert(a.experiment);
        tasks_.spawn("finish", finish(pin(a.experiment)));
      }};
  std::visit(act, action);
}

void Orchestrator::abandon(const Abandon& action) {
  auto e = pin(action.experiment);
  if (!e) return;
  if (!action.reason.empty() && !e->broken) {
    log_.warning("experiment given up", {{"experiment", e->id.value}, {"reason", action.reason}});
    e->broken = action.reason;
  }
  e->queue.close();
  changed_.notify();
}

void Orchestrator::start_action(WorkerId worker, std::string name, Task<> task) {
  auto live = pin(worker);
  if (!live) return;
  live->action_pending = true;
  live->acted_on();  // else the plan would say the same again
  tasks_.spawn(std::move(name), with_action_pending(std::move(live), std::move(task)));
}

Task<std::string> Orchestrator::failure_of(Task<> task) {
  std::string failure;
  try {
    co_await std::move(task);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  co_return failure;
}

Task<> Orchestrator::with_action_pending(Pinned<LiveWorker> live, Task<> task) {
  const std::string failure = co_await failure_of(std::move(task));
  if (!failure.empty()) {
    // The Engine may be restarting, the disk full: say so, wait a little, and let the plan ask again.
    log_.warning("an action on a worker failed and will be repeated",
                 {{"worker", live->worker.id.value}, {"error", failure}});
    co_await async::sleep_for(timer_, kActionPause);
  }
  live->action_pending = false;
  ++live->revision;
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
  auto e = pin(action.experiment);
  auto live = std::make_shared<LiveWorker>();
  std::string failure;
  if (e) {
    live->worker = new_worker(*e, action.pool);
    const std::string token = crypto::random_hex(kWorkerTokenBytes);
    auto add = [w = live->worker, token, installation = installation_](store::Store& store) mutable {
      w.name = worker_name(store.take_name_number(), installation);
      w.id = store.add_worker(w, token);
      return w;
    };
    try {
      live->worker = co_await store_.run(std::move(add));
    } catch (const store::StoreFailure& full) {
      failure = trouble_of("a worker cannot be recorded", full);
    }
  }
  launching_.erase(launching_.find({action.experiment, action.pool}));
  changed_.notify();
  if (!e) co_return;
  if (!failure.empty()) {
    log_.error("a worker could not be recorded", {{"error", failure}});
    if (live->worker.attempt > 1) e->vacancies[action.pool].push_back(live->worker.attempt - 1);
    e->no_launch_before = timer_.now() + kStorePause;
    e->trouble = std::move(failure);
    co_return;
  }
  live->since = live->last_heard = live->last_busy = timer_.now();
  live->action_pending = true;
  workers_[live->worker.id] = live;
  co_await with_action_pending(live, bring_up(live));
}

Orchestrator::LaunchTrouble Orchestrator::trouble_with(const fleet::LaunchFailed& failed) {
  switch (failed.kind) {
    case fleet::LaunchFailed::Kind::Permanent:
      return LaunchTrouble::Permanent;
    case fleet::LaunchFailed::Kind::Final:
      return LaunchTrouble::Final;
    case fleet::LaunchFailed::Kind::Transient:
      break;
  }
  return LaunchTrouble::Transient;
}

Task<> Orchestrator::bring_up(Pinned<LiveWorker> live) {
  std::string failure;
  auto trouble = LaunchTrouble::Outage;
  try {
    co_await start(live);
    co_return;
  } catch (const fleet::LaunchFailed& failed) {
    failure = failed.what();
    trouble = trouble_with(failed);
  } catch (const fleet::CredentialsNeeded& needed) {
    failure = std::string(needed.what()) + "; 'flowyard resume " + to_string(live->worker.experiment) +
              "' gives them again";
    trouble = LaunchTrouble::Credentials;
  } catch (const fleet::RegistryAway& away) {
    failure = away.what();
    trouble = LaunchTrouble::Registry;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  co_await launch_failed(std::move(live), trouble, std::move(failure));
}

// Once for an experiment, though its workers start side by side: the Docker Engine makes two networks of one
// name without a word.
Task<> Orchestrator::prepare(Pinned<ActiveExperiment> e, fleet::Fleet& home) {
  const bool is_under_way = e->preparing;
  while (e->preparing) co_await changed_.wait_past(changed_.version());
  if (e->prepared) co_return;
  // What failed for one of those that start side by side is not tried by each of the others.
  if (is_under_way && e->not_prepared) std::rethrow_exception(e->not_prepared);
  e->preparing = true;
  std::exception_ptr failure;
  const auto& runner = e->spec.runner;
  fleet::ExperimentNeeds needs{.experiment = e->id,
                               .storage = e->spec.workers.storage,
                               .network = e->spec.workers.network,
                               .runs_in_image = runner && !runner->image.empty(),
                               .shared_files = e->shared_files};
  try {
    if (needs.runs_in_image) co_await fetch_image(e, home);
    co_await home.prepare_experiment(std::move(needs));
    e->prepared = true;
  } catch (...) {
    failure = std::current_exception();
  }
  e->preparing = false;
  e->not_prepared = failure;
  changed_.notify();
  if (failure) std::rethrow_exception(failure);
}

Task<> Orchestrator::start(Pinned<LiveWorker> live) {
  auto e = pin(live->worker.experiment);
  if (!e || e->cancel_wanted)
    throw fleet::LaunchFailed(fleet::LaunchFailed::Kind::Transient, "no longer wanted");
  fleet::Fleet& home = *fleets_.at(live->worker.fleet);
  co_await prepare(e, home);
  live->since = timer_.now();
  const auto id = live->worker.id;
  std::string handle = live->worker.handle;
  if (live->worker.state == WorkerState::Planned) {
    const auto token = co_await store_.run([id](store::Store& store) { return store.worker_token(id); });
    const auto& pool = e->queue.pools()[static_cast<std::size_t>(live->worker.pool)];
    fleet::LaunchSpec spec{.worker = id,
                           .name = live->worker.name,
                           .experiment = e->id,
                           .run_folder = endpoints_->open(id, token),
                           .resources = pool.resources,
                           .storage = e->spec.workers.storage,
                           .network = e->spec.workers.network,
                           .runs_program = e->spec.runner.has_value(),
                           .image = e->image.id};
    Change nothing_more = [](experiment::Worker&) {};
    co_await change(live, WorkerState::Creating, std::move(nothing_more));
    handle = co_await home.create(std::move(spec));
  }
  Change go = [handle, now = clock_.now()](experiment::Worker& w) {
    w.handle = handle;
    w.started = now;
  };
  co_await change(live, WorkerState::Starting, std::move(go));
  co_await home.start(handle);
  watch(std::move(live));
}

// Counts one failure for each pause, since launches that were under way together fail together.
void Orchestrator::note_launch_failure(ActiveExperiment& e, LaunchTrouble trouble,
                                       const std::string& reason) {
  if (timer_.now() < e.no_launch_before) return;
  // An Engine that restarts, a full disk, a lack of descriptors: it comes back, however often we ask
  // meanwhile.
  if (trouble == LaunchTrouble::Outage) {
    e.no_launch_before = timer_.now() + kOutagePause;
    e.trouble = "workers cannot be started now: " + reason;
    return;
  }
  if (trouble == LaunchTrouble::Registry) {
    const int tries = ++e.registry_failures;
    e.no_launch_before = timer_.now() + kRegistryPauses.pause_before(tries);
    e.trouble = reason + "; it is tried again (" + std::to_string(tries) + " of " +
                std::to_string(kRegistryTries) + ")";
    if (tries >= kRegistryTries)
      e.paused_by = reason + "; 'flowyard resume " + to_string(e.id) + "' tries it again";
    return;
  }
  if (trouble == LaunchTrouble::Credentials) {
    e.no_launch_before = timer_.now() + kCredentialsPause;
    e.trouble = reason;
    return;
  }
  ++e.launch_failures;
  if (trouble == LaunchTrouble::Permanent) ++e.launch_refusals;
  if (trouble == LaunchTrouble::Final) e.launch_refusals = kLaunchRefusals;
  const async::Backoff backoff{.initial = e.spec.retry.backoff.initial, .max = e.spec.retry.backoff.max};
  e.no_launch_before = timer_.now() + backoff.pause_before(e.launch_failures);
  if (e.launch_failures >= kLaunchFailures || e.launch_refusals >= kLaunchRefusals)
    e.broken = "workers cannot be started: " + reason;
}

Task<> Orchestrator::launch_failed(Pinned<LiveWorker> live, LaunchTrouble trouble, std::string reason) {
  if (live->worker.state >= WorkerState::Exited) co_return;
  auto e = pin(live->worker.experiment);
  const bool wanted = e && !e->cancel_wanted && !e->pause_wanted;
  if (wanted) {
    e->prepared = false;  // perhaps what it was to join is gone, or its image
    log_.warning("a worker could not be started", {{"worker", live->worker.name}, {"reason", reason}});
    note_launch_failure(*e, trouble, reason);
    if (!e->paused_by.empty()) co_await pause(e->id);
  }
  const bool is_refused = trouble == LaunchTrouble::Permanent || trouble == LaunchTrouble::Final;
  const auto cause = is_refused ? DeathCause::LaunchPermanent : DeathCause::LaunchTransient;
  Change fail = [cause, reason, now = clock_.now()](experiment::Worker& w) {
    w.cause = cause;
    w.reason = reason;
    w.exited = now;
  };
  // Where even this cannot be stored, the plan asks for it again by what is seen.
  live->seen = Observation{.there = false};
  if (co_await change(live, WorkerState::Exited, std::move(fail)) && wanted)
    e->vacancies[live->worker.pool].push_back(live->worker.attempt);
}

Task<> Orchestrator::keep_spare(std::string fleet, bool wanted) {
  fleet::Fleet& home = *fleets_.at(fleet);
  Task<> task = wanted ? home.make_spare() : home.release_spare();
  const std::string failure = co_await failure_of(std::move(task));
  auto& watch = watches_.at(fleet);
  watch.spare_pending = false;
  if (!failure.empty()) {
    log_.warning("the spare of a fleet could not be changed", {{"fleet", fleet}, {"error", failure}});
    watch.no_spare_before = timer_.now() + kSparePause;
  }
  changed_.notify();
}

// --- going down

Task<> Orchestrator::drain(Pinned<LiveWorker> live) {
  Change nothing_more = [](experiment::Worker&) {};
  co_await change(std::move(live), WorkerState::Draining, std::move(nothing_more));
}

Task<> Orchestrator::kill(Pinned<LiveWorker> live, Kill action) {
  if (!live->is_expected()) co_return;
  // Intent before the deed: after a crash the exit code alone would not tell that it was us.
  Change intend = [action](experiment::Worker& w) {
    w.cause = action.cause;
    w.reason = action.reason;
  };
  co_await change(live, {}, std::move(intend));
  const std::string handle = live->worker.handle;
  if (handle.empty()) {
    live->seen = Observation{.there = false};
    co_return;
  }
  fleet::Fleet& home = *fleets_.at(live->worker.fleet);
  co_await home.kill(handle);
  // One that was created and never started has no end to be seen.
  const auto exit = co_await home.wait(handle);
  live->seen = Observation{.there = true, .handle = handle, .created_only = false, .exit = exit};
}

Task<> Orchestrator::collect(Pinned<LiveWorker> live) {
  const auto id = live->worker.id;
  if (!live->worker.handle.empty()) {
    const std::string text = co_await fleets_.at(live->worker.fleet)->log(live->worker.handle);
    auto keep = [id, text](store::Store& store) { store.keep_log(id, text); };
    co_await store_.run(std::move(keep));
  }
  co_await endpoints_->close(id);
  const auto* e = experiment(live->worker.experiment);
  const auto cause = live->worker.cause;
  const bool failed = cause != DeathCause::None && cause != DeathCause::Stopped;
  std::optional<Milliseconds> kept_for;
  if (e && !live->worker.handle.empty() && !live->worker.stop_wanted) {
    const auto& keep = e->spec.keep;
    const bool kept = keep.workers == experiment::KeepWorkers::Always ||
                      (keep.workers == experiment::KeepWorkers::OnFailure && failed);
    if (kept) kept_for = keep.ttl;
  }
  if (kept_for) live->keep_until = timer_.now() + *kept_for;
  Change account = [kept_for, now = clock_.now()](experiment::Worker& w) {
    if (kept_for) w.keep_until = now + *kept_for;
  };
  co_await change(std::move(live), WorkerState::Accounted, std::move(account));
}

Task<> Orchestrator::remove(Pinned<LiveWorker> live) {
  Change nothing_more = [](experiment::Worker&) {};
  co_await change(live, WorkerState::Removing, nothing_more);
  const std::string home = live->worker.fleet;
  if (!live->worker.handle.empty()) co_await fleets_.at(home)->remove(live->worker.handle);
  co_await change(live, WorkerState::Gone, nothing_more);
  const auto experiment_id = live->worker.experiment;
  workers_.erase(live->worker.id);
  // The last of those that were kept for a look inside takes the volume and the network with it.
  if (!pin(experiment_id) && !has_workers(experiment_id)) co_await clear_away(experiment_id, home);
}

bool Orchestrator::has_workers(ExperimentId id) const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [id](const auto& entry) { return entry.second->worker.experiment == id; });
}

// Removes an experiment's volume and network. What cannot be removed is reported and left: results do not
// wait for it.
Task<> Orchestrator::clear_away(ExperimentId id, std::string fleet) {
  const std::string failure = co_await failure_of(fleets_.at(fleet)->clear_experiment(id));
  if (!failure.empty())
    log_.warning("what the workers of an experiment shared was not removed",
                 {{"experiment", id.value}, {"error", failure}});
}

Task<> Orchestrator::finish(Pinned<ActiveExperiment> e) {
  const auto& workers = e->spec.workers;
  const bool shared =
      workers.storage == experiment::Storage::Shared || workers.network == experiment::Network::Shared;
  if (shared && !has_workers(e->id)) co_await clear_away(e->id, e->fleet);
  const std::string failure = co_await failure_of(record_finish(e));
  if (!failure.empty()) {
    log_.error("the end of an experiment could not be recorded", {{"error", failure}});
    co_await async::sleep_for(timer_, kStorePause);
  }
  // What nobody but its workers can have looked at goes without being waited for.
  const bool joined = !shared && workers.network == experiment::Network::None;
  if (failure.empty() && joined && !has_workers(e->id))
    unbroken_.spawn("clear away", clear_away(e->id, e->fleet));
  // If it was not recorded it is still there, and the plan asks again.
  finishing_.erase(e->id);
  changed_.notify();
}

Task<> Orchestrator::record_finish(Pinned<ActiveExperiment> e) {
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
  } else if (e->pause_wanted && done + failed < total) {
    state = experiment::ExperimentState::Paused;
    reason = "paused with " + std::to_string(done) + " of " + std::to_string(total) + " scenarios done" +
             (e->paused_by.empty() ? "" : ": ") + e->paused_by;
  } else if (failed > 0) {
    state = done == 0 ? experiment::ExperimentState::Failed : experiment::ExperimentState::Incomplete;
    reason = std::to_string(failed) + " of " + std::to_string(total) + " scenarios failed";
  }
  const auto id = e->id;
  auto record = [id, state, reason, now = clock_.now()](store::Store& store) {
    store.finish_experiment(id, state, reason, now);
  };
  co_await store_.run(std::move(record));
  log_.info("experiment " + std::string(to_string(state)),
            {{"experiment", id.value}, {"done", done}, {"failed", failed}});
  tell_progress(*e, true);
  publish_event(
      id, "experiment",
      {{"state", std::string(to_string(state))}, {"reason", reason}, {"round", std::to_string(e->round)}});
  experiments_.erase(id);
}

}  // namespace flowyard::controller::orchestrator
