// The part of ControllerService that shows: experiments, workers, logs, the journal, itself.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <unistd.h>

#include "controller/experiment/worker_status.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerState;

namespace {

// A container that does not go in this time is stuck in the Engine.
constexpr Milliseconds kRemovalLimit{60'000};

double seconds(Milliseconds span) {
  return std::chrono::duration<double>(span).count();
}

// The last `count` lines of a text.
std::string last_lines(const std::string& text, std::size_t count) {
  if (count == 0) return "";
  std::size_t at = text.size();
  if (at > 0 && text[at - 1] == '\n') --at;
  while (at > 0 && count > 0) {
    const auto newline = text.rfind('\n', at - 1);
    if (newline == std::string::npos) return text;
    at = newline;
    --count;
  }
  return text.substr(at == 0 ? 0 : at + 1);
}

// Workers stamp their lines, so that the text order of RFC 3339 is the order of time.
std::string lines_since(const std::string& text, TimePoint since) {
  const std::string stamp = to_rfc3339(since);
  std::string kept;
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    if (text.compare(at, std::min(stamp.size(), end - at), stamp) >= 0) kept += text.substr(at, end - at);
    at = end;
  }
  return kept;
}

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

// --- experiments

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
  view.wall_seconds = seconds(row.finished.value_or(clock_.now()) - row.submitted);
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
    if (worker.ready && worker.created) view.start_seconds += seconds(*worker.ready - *worker.created);
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

// --- workers

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
  if (worker.created) view.age_seconds = seconds(worker.exited.value_or(clock_.now()) - *worker.created);
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
  auto [rows, experiments] = co_await store_.run([of = filter.experiment](store::Store& store) {
    return std::pair(store.workers(of), store.experiments());
  });
  std::map<ExperimentId, std::string> names;
  for (const auto& experiment : experiments) names[experiment.id] = experiment.name;
  std::vector<service::WorkerView> views;
  for (auto& row : rows) {
    if (!filter.include_gone && row.state == WorkerState::Gone) continue;
    const auto& name = names[row.experiment];
    views.push_back(view_of(std::move(row), name));
  }
  co_return views;
}

Task<Result<experiment::Worker>> ControllerService::find_worker(std::string which) {
  auto rows = co_await store_.run([](store::Store& store) { return store.workers(); });
  std::vector<const experiment::Worker*> by_prefix;
  for (const auto& row : rows) {
    if (row.name == which) co_return row;
    if (!which.empty() && row.name.starts_with(which)) by_prefix.push_back(&row);
  }
  if (by_prefix.size() == 1) co_return *by_prefix.front();
  if (by_prefix.size() > 1) {
    co_return failure(ErrorCode::Conflict, "several workers begin with '" + which + "': " +
                                               by_prefix[0]->name + ", " + by_prefix[1]->name + " ...");
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

// --- logs

Task<std::string> ControllerService::log_text(const experiment::Worker& worker) {
  const auto id = worker.id;
  const auto handle = worker.handle;
  const auto* live = orchestrator_.worker(id);
  if (live && !live->worker.handle.empty() && live->worker.state < WorkerState::Accounted) {
    co_return co_await orchestrator_.fleet(live->worker.fleet)->log(live->worker.handle);
  }
  auto kept = co_await store_.run([id](store::Store& store) { return store.kept_log(id); });
  co_return kept.value_or("");
}

Task<Result<void>> ControllerService::log(std::string which, LogOptions options, LineSink sink) {
  auto found = co_await find_worker(std::move(which));
  if (!found) co_return found.error();
  const experiment::Worker worker = *found;
  const auto* live = orchestrator_.worker(worker.id);
  const bool follows =
      options.follow && live && !live->worker.handle.empty() && live->worker.state < WorkerState::Exited;
  // By value: the worker may be gone before its log has been told.
  const std::string handle = live ? live->worker.handle : "";
  if (follows && !options.tail && !options.since) {
    auto* home = orchestrator_.fleet(worker.fleet);
    co_await home->follow_log(handle, sink);
    co_return Result<void>{};
  }
  std::string text = co_await log_text(worker);
  const std::size_t known = text.size();
  if (options.since) text = lines_since(text, *options.since);
  if (options.tail) text = last_lines(text, *options.tail);
  if (!text.empty()) co_await sink(std::move(text));
  if (!follows) co_return Result<void>{};
  // What came before has been told; the follower begins at the beginning, so that much is passed over.
  std::size_t passed = 0;
  auto rest = [&passed, known, &sink](std::string piece) -> Task<> {
    const std::size_t over = std::min(piece.size(), known - std::min(known, passed));
    passed += piece.size();
    if (over == piece.size()) return []() -> Task<> { co_return; }();
    return sink(piece.substr(over));
  };
  co_await orchestrator_.fleet(worker.fleet)->follow_log(handle, rest);
  co_return Result<void>{};
}

// --- the journal, itself

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
