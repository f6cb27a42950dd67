// The part of ControllerService that knows experiments, the journal and itself.
#include <charconv>
#include <fstream>
#include <unistd.h>

#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerState;

namespace {

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ControllerService::ControllerService(orchestrator::Orchestrator& orchestrator, store::StoreThread& store,
                                     const Clock& clock, async::Timer& timer, ServiceOptions options, Log log)
    : orchestrator_(orchestrator),
      store_(store),
      clock_(clock),
      timer_(timer),
      options_(std::move(options)),
      log_(log),
      started_(clock.now()) {}

ControllerService::~ControllerService() {
  pool_.join();
}

Task<Result<ExperimentId>> ControllerService::find_experiment(std::string which) {
  const auto rows = co_await store_.run([](store::Store& store) { return store.experiments(); });
  if (rows.empty())
    co_return failure(ErrorCode::NotFound,
                      "there are no experiments yet: submit one with 'flowyard run FILE'");
  if (which == "@latest") co_return rows.front().id;
  ExperimentId id;
  const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), id.value);
  const bool is_number = error == std::errc() && end == which.data() + which.size();
  std::vector<std::string> names;
  std::optional<ExperimentId> by_prefix;
  bool ambiguous = false;
  std::string prefix_name;
  for (const auto& row : rows) {
    if ((is_number && row.id == id) || row.name == which) co_return row.id;
    names.push_back(row.name);
    if (!row.name.starts_with(which)) continue;
    ambiguous = ambiguous || (by_prefix && row.name != prefix_name);
    if (!by_prefix) {
      by_prefix = row.id;
      prefix_name = row.name;
    }
  }
  if (ambiguous) co_return failure(ErrorCode::Conflict, "several experiments begin with '" + which + "'");
  if (by_prefix) co_return *by_prefix;
  co_return failure(ErrorCode::NotFound,
                    "no experiment '" + which + "'; 'flowyard list experiments' shows what there is");
}

Task<service::ExperimentView> ControllerService::view_of(store::ExperimentRow row) {
  service::ExperimentView view;
  view.id = row.id;
  view.name = row.name;
  view.state = row.state;
  view.reason = row.reason;
  if (const auto* active = orchestrator_.experiment(row.id); active && !active->trouble.empty()) {
    view.reason = active->trouble;
  }
  view.submitted = row.submitted;
  view.finished = row.finished;
  view.scenarios = row.scenarios;
  view.fleet = row.fleet;
  view.wall_seconds = in_seconds(row.finished.value_or(clock_.now()) - row.submitted);
  const auto id = row.id;
  const auto progress = co_await store_.run([id](store::Store& store) { return store.progress(id); });
  view.done = progress.done;
  view.failed = progress.failed;
  view.running = progress.leased;
  view.retries = progress.retries;
  for (const auto& worker : co_await workers_of(id)) {
    ++view.workers_in_all;
    if (worker.state < WorkerState::Exited) ++view.workers_live;
    view.compute_seconds += worker.compute_seconds;
    if (worker.ready && worker.created) view.start_seconds += in_seconds(*worker.ready - *worker.created);
  }
  co_return view;
}

Task<std::vector<service::ExperimentView>> ControllerService::experiments() {
  const auto rows = co_await store_.run([](store::Store& store) { return store.experiments(); });
  std::vector<service::ExperimentView> views;
  for (const auto& row : rows) views.push_back(co_await view_of(row));
  co_return views;
}

Task<Result<service::ExperimentView>> ControllerService::progress(ExperimentId id) {
  auto row = co_await store_.run([id](store::Store& store) { return store.experiment_row(id); });
  if (!row) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  auto view = co_await view_of(std::move(*row));
  co_return view;
}

Task<Result<void>> ControllerService::cancel(ExperimentId id) {
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment_row(id); });
  if (!row) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  if (is_final(row->state)) co_return Result<void>{};
  if (orchestrator_.experiment(id)) {
    co_await orchestrator_.cancel(id);
    co_return Result<void>{};
  }
  // It waits for its fleet; what it left there is removed when a controller finds that fleet again.
  auto finish = [id, now = clock_.now()](store::Store& store) {
    store.finish_experiment(id, experiment::ExperimentState::Cancelled, "", now);
  };
  co_await store_.run(std::move(finish));
  co_return Result<void>{};
}

Task<Result<void>> ControllerService::delete_experiment(ExperimentId id) {
  const auto row = co_await store_.run([id](store::Store& store) { return store.experiment_row(id); });
  if (!row) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  if (!is_final(row->state) || orchestrator_.experiment(id)) {
    co_return failure(ErrorCode::Conflict, "experiment " + row->name + " is running: cancel it first");
  }
  for (const auto& worker : co_await workers_of(id)) {
    if (orchestrator_.worker(worker.id)) {
      co_return failure(ErrorCode::Conflict,
                        "container " + worker.name + " of it is still kept: delete that first");
    }
  }
  readings_.erase(id);
  co_await store_.run([id](store::Store& store) { store.delete_experiment(id); });
  co_return Result<void>{};
}

Task<std::vector<std::string>> ControllerService::prune(Milliseconds older_than, PruneMode mode) {
  const auto rows = co_await store_.run([](store::Store& store) { return store.experiments(); });
  std::vector<std::string> names;
  for (const auto& row : rows) {
    const bool old = row.finished && clock_.now() - *row.finished >= older_than;
    if (!is_final(row.state) || !old || orchestrator_.experiment(row.id)) continue;
    if (mode == PruneMode::Really) {
      const auto deleted = co_await delete_experiment(row.id);
      if (!deleted) continue;
    }
    names.push_back(row.name + " (" + to_string(row.id) + ")");
  }
  co_return names;
}

Task<std::vector<experiment::JournalEvent>> ControllerService::events(std::optional<ExperimentId> of,
                                                                      std::int64_t after,
                                                                      Milliseconds limit) {
  constexpr std::size_t kAtMost = 500;
  const TimePoint until = clock_.now() + limit;
  for (;;) {
    const auto seen = orchestrator_.journal_changed().version();
    auto events = co_await store_.run([=](store::Store& store) { return store.journal(after, of, kAtMost); });
    const auto left = until - clock_.now();
    if (!events.empty() || left <= Milliseconds{0}) co_return events;
    co_await orchestrator_.journal_changed().wait_past(seen, left);
  }
}

Task<service::ControllerView> ControllerService::status() {
  service::ControllerView view;
  view.version = options_.version;
  view.fleet = options_.default_fleet;
  view.fleet_detail = options_.fleet_detail;
  view.data_folder = options_.data_folder;
  view.run_folder = options_.run_folder;
  view.endpoints = options_.endpoints;
  view.pid = getpid();
  view.started = started_;
  view.experiments_running = orchestrator_.experiments().size();
  view.workers_live = orchestrator_.workers().size();
  view.memory_bytes = resident_bytes();
  co_return view;
}

}  // namespace flowyard::controller::service
