// The part of ControllerService that knows experiments, the journal and itself.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <unistd.h>

#include "controller/service/active_view.hpp"
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

// Of submissions none waits for another's large model, unless there are more such than these.
constexpr std::size_t kCompilingThreads = 3;

async::BlockingPool threads(std::size_t count, const async::BlockingPool::Submit& submit) {
  return submit ? async::BlockingPool(submit) : async::BlockingPool(count);
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
      started_(clock.now()),
      pool_(threads(kCompilingThreads, options_.submit)),
      results_pool_(threads(1, options_.submit)) {}

ControllerService::~ControllerService() {
  pool_.join();
  results_pool_.join();
}

Task<Result<ExperimentId>> ControllerService::find_experiment(std::string which) {
  ExperimentId number;
  const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), number.value);
  const bool is_number = error == std::errc() && end == which.data() + which.size();
  struct Found {
    std::optional<ExperimentId> latest, numbered, named;
    std::vector<std::pair<ExperimentId, std::string>> beginning;
  };
  auto look = [which, number, is_number](store::Store& store) {
    Found found;
    const auto newest = store.list_experiments({.state = {}, .before = {}, .at_most = 1});
    if (!newest.empty()) found.latest = newest.front().row.id;
    if (is_number && store.experiment_row(number)) found.numbered = number;
    found.named = store.experiment_named(which);
    if (!found.numbered && !found.named) found.beginning = store.experiments_beginning(which);
    return found;
  };
  const auto found = co_await store_.run(std::move(look));
  if (!found.latest) {
    co_return failure(ErrorCode::NotFound,
                      "there are no experiments yet: submit one with 'flowyard run FILE'");
  }
  if (which == "@latest") co_return *found.latest;
  if (const auto newest = std::max(found.numbered, found.named)) co_return *newest;
  if (found.beginning.empty()) {
    co_return failure(ErrorCode::NotFound,
                      "no experiment '" + which + "'; 'flowyard list experiments' shows what there is");
  }
  const auto& [newest, name] = found.beginning.front();
  for (const auto& [other, other_name] : found.beginning) {
    if (other_name == name) continue;
    co_return failure(ErrorCode::Conflict, "several experiments begin with '" + which + "'");
  }
  co_return newest;
}

std::map<ExperimentId, ControllerService::WorkersNow> ControllerService::workers_now(
    const std::vector<experiment::Worker>& not_gone) const {
  std::map<ExperimentId, WorkersNow> all;
  for (const auto& stored : not_gone) {
    const auto* live = orchestrator_.worker(stored.id);
    const auto& worker = live ? live->worker : stored;
    auto& now = all[worker.experiment];
    ++now.all;
    if (worker.state < WorkerState::Exited) ++now.live;
    now.compute_seconds += worker.compute_seconds;
    // It counts what is not yet among those done.
    if (live && worker.state < WorkerState::Exited) now.part_done += live->progress;
    if (worker.ready && worker.created) now.start_seconds += in_seconds(*worker.ready - *worker.created);
  }
  return all;
}

service::ExperimentView ControllerService::view_of(const store::ListedExperiment& listed,
                                                   const WorkersNow& now, const Queue& queued) const {
  const auto& row = listed.row;
  service::ExperimentView view;
  view.id = row.id;
  view.name = row.name;
  view.state = row.state;
  view.reason = row.reason;
  if (const auto* active = orchestrator_.experiment(row.id)) add_active(view, *active, queued);
  view.submitted = row.submitted;
  view.finished = row.finished;
  view.round = row.round;
  view.scenarios = row.scenarios;
  view.done = listed.progress.done;
  view.failed = listed.progress.failed;
  view.running = listed.progress.leased;
  view.retries = listed.progress.retries;
  view.not_finite = listed.progress.not_finite;
  view.part_done = now.part_done;
  view.workers_live = now.live;
  view.workers_in_all = listed.gone.workers + now.all;
  view.fleet = row.fleet;
  view.image = row.image;
  view.image_ran = row.image_ran;
  view.overrides = row.overrides;
  view.wall_seconds = in_seconds(row.finished.value_or(clock_.now()) - row.submitted);
  view.compute_seconds = listed.gone.compute_seconds + now.compute_seconds;
  view.start_seconds = in_seconds(listed.gone.start) + now.start_seconds;
  return view;
}

Task<std::vector<service::ExperimentView>> ControllerService::experiments(ExperimentFilter filter) {
  const store::ExperimentPage page{.state = filter.state, .before = filter.before, .at_most = filter.at_most};
  auto [listed, not_gone] = co_await store_.run([page](store::Store& store) {
    return std::pair(store.list_experiments(page), store.workers_not_gone());
  });
  auto now = workers_now(not_gone);
  std::vector<service::ExperimentView> views;
  const auto queued = orchestrator_.queued();
  for (const auto& one : listed) views.push_back(view_of(one, now[one.row.id], queued));
  co_return views;
}

Task<std::vector<service::StateTotals>> ControllerService::totals() {
  auto read = [this] { return read_totals(); };
  const auto totals = co_await totals_asked_.ask(std::monostate(), read);
  co_return *totals;
}

Task<std::vector<service::StateTotals>> ControllerService::read_totals() {
  auto [sums, not_gone] = co_await store_.run(
      [](store::Store& store) { return std::pair(store.totals(), store.workers_not_gone()); });
  std::vector<service::StateTotals> all;
  for (const auto& sum : sums) {
    all.push_back({.state = sum.state,
                   .experiments = sum.experiments,
                   .done = sum.progress.done,
                   .failed = sum.progress.failed,
                   .running = sum.progress.leased,
                   .retries = sum.progress.retries,
                   .compute_seconds = sum.compute_seconds});
  }
  // Only their sum over all states is told, so it does not matter under which it stands.
  if (all.empty()) co_return all;
  for (const auto& [id, now] : workers_now(not_gone)) all.front().compute_seconds += now.compute_seconds;
  co_return all;
}

Task<Result<service::ExperimentView>> ControllerService::progress(ExperimentId id) {
  auto [listed, not_gone] = co_await store_.run([id](store::Store& store) {
    return std::pair(store.listed_experiment(id), store.workers_not_gone(id));
  });
  if (!listed) co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  auto now = workers_now(not_gone);
  co_return view_of(*listed, now[id], orchestrator_.queued());
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

// In steps, so that workers' results are stored in between. A store of before this was done keeps the space
// for what comes next; `flowyard controller compact` takes it.
Task<std::uint64_t> ControllerService::give_back_space() {
  co_await clear_forgotten();
  const auto before = co_await store_.run([](store::Store& store) { return store.file_bytes(); });
  bool more = true;
  while (more) more = co_await store_.run([](store::Store& store) { return store.give_back_space(); });
  const auto after = co_await store_.run([](store::Store& store) { return store.file_bytes(); });
  co_return before > after ? before - after : 0;
}

Task<> ControllerService::clear_forgotten() {
  bool more = true;
  while (more) more = co_await store_.run([](store::Store& store) { return store.clear_forgotten(); });
}

Task<Result<service::Forgotten>> ControllerService::delete_experiment(ExperimentId id) {
  auto name = co_await forget(id);
  if (!name) co_return name.error();
  service::Forgotten forgotten{.names = {std::move(*name)}};
  forgotten.freed_bytes = co_await give_back_space();
  co_return forgotten;
}

Task<Result<std::string>> ControllerService::forget(ExperimentId id) {
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
  readings_.forget(id);
  co_await store_.run([id](store::Store& store) { store.forget_experiment(id); });
  co_return row->name + " (" + to_string(id) + ")";
}

Task<service::Forgotten> ControllerService::prune(Milliseconds older_than, PruneMode mode) {
  const auto rows = co_await store_.run([](store::Store& store) { return store.experiments(); });
  service::Forgotten forgotten;
  for (const auto& row : rows) {
    const bool old = row.finished && clock_.now() - *row.finished >= older_than;
    if (!is_final(row.state) || !old || orchestrator_.experiment(row.id)) continue;
    if (mode == PruneMode::Really) {
      const auto name = co_await forget(row.id);
      if (!name) continue;
    }
    forgotten.names.push_back(row.name + " (" + to_string(row.id) + ")");
  }
  if (mode == PruneMode::Really) forgotten.freed_bytes = co_await give_back_space();
  co_return forgotten;
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
  if (options_.store) view.store = options_.store();
  co_return view;
}

}  // namespace flowyard::controller::service
