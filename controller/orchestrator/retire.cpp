// The part of Orchestrator that ends things: workers, what they shared, experiments. Logs are kept before
// containers go.
#include <algorithm>

#include "controller/orchestrator/orchestrator.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::DeathCause;
using experiment::ExperimentId;
using experiment::WorkerState;

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
  publish_progress(*e, true);
  publish_event(
      id, "experiment",
      {{"state", std::string(to_string(state))}, {"reason", reason}, {"round", std::to_string(e->round)}});
  experiments_.erase(id);
}

}  // namespace flowyard::controller::orchestrator
