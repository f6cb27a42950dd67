// The part of ControllerService for workers.
#include <algorithm>

#include "controller/experiment/worker_status.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerState;

namespace {

// A container that does not go in this time is stuck in the Engine.
constexpr Milliseconds kRemovalLimit{60'000};

}  // namespace

Task<std::vector<experiment::Worker>> ControllerService::workers_of(ExperimentId id) {
  auto workers = co_await store_.run([id](store::Store& store) { return store.workers(id); });
  // What is alive is known better in memory: usage and runs are stored with the next change of state only.
  for (auto& worker : workers) {
    if (const auto* live = orchestrator_.worker(worker.id)) worker = live->worker;
  }
  co_return workers;
}

service::WorkerView ControllerService::view_of(experiment::Worker worker,
                                               const std::string& experiment) const {
  service::WorkerView view;
  const auto* live = orchestrator_.worker(worker.id);
  if (live) worker = live->worker;
  const auto* active = orchestrator_.experiment(worker.experiment);
  const bool busy =
      active && std::any_of(active->leases.begin(), active->leases.end(),
                            [&](const auto& entry) { return entry.second.lease.worker == worker.id; });
  view.status = status_of(worker, busy);
  view.cpu_percent = live && worker.state < WorkerState::Exited ? live->cpu_percent : 0;
  view.progress = busy && live ? live->progress : 0;
  if (worker.created) view.age_seconds = in_seconds(worker.exited.value_or(clock_.now()) - *worker.created);
  view.id = worker.id;
  view.name = std::move(worker.name);
  view.experiment_id = worker.experiment;
  view.experiment = experiment;
  view.scenario = std::move(worker.scenario);
  view.state = worker.state;
  view.attempt = worker.attempt;
  view.runs = worker.runs;
  view.cpu_seconds = worker.cpu_seconds;
  view.compute_seconds = worker.compute_seconds;
  view.memory_bytes = worker.memory_bytes;
  view.cause = worker.cause;
  view.reason = std::move(worker.reason);
  view.exit = worker.exit;
  view.fleet = std::move(worker.fleet);
  view.handle = std::move(worker.handle);
  view.pool = worker.pool;
  view.stop_wanted = worker.stop_wanted;
  view.created = worker.created;
  view.started = worker.started;
  view.ready = worker.ready;
  view.exited = worker.exited;
  view.last_heard = worker.last_heard;
  return view;
}

Task<std::vector<service::WorkerView>> ControllerService::workers(WorkerFilter filter) {
  auto look = [filter](store::Store& store) {
    auto rows =
        filter.include_gone ? store.workers(filter.experiment) : store.workers_not_gone(filter.experiment);
    std::map<ExperimentId, std::string> names;
    for (const auto& row : rows) {
      const auto [name, is_new] = names.try_emplace(row.experiment);
      if (const auto experiment = is_new ? store.experiment_row(row.experiment) : std::nullopt)
        name->second = experiment->name;
    }
    return std::pair(std::move(rows), std::move(names));
  };
  auto [rows, names] = co_await store_.run(std::move(look));
  std::vector<service::WorkerView> views;
  for (auto& row : rows) {
    const auto& name = names[row.experiment];
    views.push_back(view_of(std::move(row), name));
  }
  co_return views;
}

Task<Result<experiment::Worker>> ControllerService::find_worker(std::string which) {
  // The whole name of an experiment means that, though a worker's begins so.
  auto look = [which](store::Store& store) {
    auto workers = store.workers_called(which);
    const bool is_begun = !workers.empty() && workers.front().name != which;
    if (is_begun && store.experiment_named(which)) workers.clear();
    return workers;
  };
  auto found = co_await store_.run(std::move(look));
  if (found.size() == 1) co_return std::move(found.front());
  if (found.size() > 1) {
    co_return failure(ErrorCode::Conflict, "several workers begin with '" + which + "': " + found[0].name +
                                               ", " + found[1].name + " ...");
  }
  co_return failure(ErrorCode::NotFound,
                    "no worker '" + which + "'; 'flowyard list --all' shows what there is and was");
}

Task<Result<service::WorkerView>> ControllerService::worker(std::string which) {
  auto found = co_await find_worker(std::move(which));
  if (!found) co_return found.error();
  const auto id = found->experiment;
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment_row(id); });
  co_return view_of(std::move(*found), row ? row->name : "");
}

Task<Result<void>> ControllerService::restart_worker(std::string which) {
  auto found = co_await find_worker(std::move(which));
  if (!found) co_return found.error();
  const auto* live = orchestrator_.worker(found->id);
  if (!live || live->worker.state >= WorkerState::Exited) {
    co_return failure(ErrorCode::Conflict,
                      "worker " + found->name + " has ended already; its work was taken care of");
  }
  // The plan replaces it as long as there is work.
  co_await orchestrator_.stop_worker(found->id);
  co_return Result<void>{};
}

Task<Result<void>> ControllerService::delete_worker(std::string which, DeleteMode mode) {
  auto found = co_await find_worker(std::move(which));
  if (!found) co_return found.error();
  const auto id = found->id;
  if (const auto* live = orchestrator_.worker(id)) {
    if (live->worker.state < WorkerState::Exited && mode != DeleteMode::Force) {
      co_return failure(ErrorCode::Conflict,
                        "worker " + found->name +
                            " is alive; --force deletes it all the same, and its work goes to others");
    }
    co_await orchestrator_.stop_worker(id);
    const TimePoint deadline = clock_.now() + kRemovalLimit;
    while (orchestrator_.worker(id)) {
      const auto seen = orchestrator_.changed().version();
      const auto left = deadline - clock_.now();
      if (left > Milliseconds{0} && co_await orchestrator_.changed().wait_past(seen, left)) continue;
      if (!orchestrator_.worker(id)) break;
      co_return failure(
          ErrorCode::Unavailable,
          "worker " + found->name + " was asked to go but is still there: its log is kept; try again");
    }
  }
  co_await store_.run([id](store::Store& store) { store.delete_worker(id); });
  co_return Result<void>{};
}

Task<std::vector<SystemContainerView>> ControllerService::system_containers() {
  std::vector<SystemContainerView> all;
  for (const auto& name : orchestrator_.fleet_names()) {
    for (const auto& one : co_await orchestrator_.fleet(name)->list()) {
      if (!one.serves) continue;
      all.push_back({.name = one.name,
                     .fleet = name,
                     .experiment = one.is_spare || !*one.serves ? "" : to_string(*one.serves),
                     .status = one.exit           ? "exited"
                               : one.created_only ? "created"
                                                  : "running"});
    }
  }
  co_return all;
}

}  // namespace flowyard::controller::service
