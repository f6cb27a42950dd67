// The part of Orchestrator that brings workers up: their record, their place to live, their start, and what
// becomes of launches that fail.
#include "common/async/backoff.hpp"
#include "common/crypto/sha256.hpp"
#include "controller/orchestrator/names.hpp"
#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::DeathCause;
using experiment::WorkerState;

namespace {

// Launches that fail so often in a row mean that nothing will ever start.
constexpr int kLaunchFailures = 5;
// So does so often the answer that it can never start: a single one may be odd.
constexpr int kLaunchRefusals = 3;
// Between tries while nobody answers where the workers should live.
constexpr Milliseconds kOutagePause{2'000};
// Who has credentials to give does not wait for it.
constexpr Milliseconds kCredentialsPause = std::chrono::hours(24);
// A registry that did not answer so often, over some five minutes, is for its user to look at.
constexpr int kRegistryTries = 10;
constexpr async::Backoff kRegistryPauses{.initial = Milliseconds(2'000), .max = Milliseconds(60'000)};
// Between tries to make a spare.
constexpr Milliseconds kSparePause{10'000};
constexpr std::size_t kWorkerTokenBytes = 24;

}  // namespace

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

}  // namespace flowyard::controller::orchestrator
