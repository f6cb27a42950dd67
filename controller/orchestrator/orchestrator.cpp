#include "controller/orchestrator/orchestrator.hpp"

#include <algorithm>

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

// Events are a hint; the whole fleet is looked at this often.
constexpr Milliseconds kReconcileEvery{10'000};
constexpr Milliseconds kProgressEvery{250};

}  // namespace

Orchestrator::Orchestrator(async::Executor executor, store::StoreThread& store, Fleets fleets,
                           const Clock& clock, Log log)
    : store_(store),
      fleets_(std::move(fleets)),
      clock_(clock),
      log_(log),
      changed_(executor),
      journal_changed_(executor),
      tasks_(executor, log) {}

// --- the loop

Task<> Orchestrator::run() {
  for (;;) {
    const auto seen = changed_.version();
    if (clock_.now() - last_reconcile_ >= kReconcileEvery && !reconciling_) {
      last_reconcile_ = clock_.now();
      tasks_.spawn("reconcile", reconcile());
    }
    const Facts now = facts();
    for (const auto& action : plan(now)) apply(action);
    co_await changed_.wait_past(seen, until_next_look(now));
  }
}

Task<> Orchestrator::close() {
  closing_ = true;
  tasks_.cancel();
  co_await tasks_.join();
}

Milliseconds Orchestrator::until_next_look(const Facts& facts) const {
  TimePoint next = last_reconcile_ + kReconcileEvery;
  if (const auto deadline = next_deadline(facts)) next = std::min(next, *deadline);
  for (const auto& [id, experiment] : experiments_) {
    if (const auto due = experiment->queue.next_due(facts.now)) next = std::min(next, *due);
  }
  return std::clamp(next - clock_.now(), Milliseconds{1}, kReconcileEvery);
}

// --- facts

Facts Orchestrator::facts() const {
  Facts facts{.now = clock_.now(), .fleets = {}, .experiments = {}, .workers = {}};
  for (const auto& [name, fleet] : fleets_) facts.fleets[name] = fleet->capacity();
  for (const auto& [id, experiment] : experiments_) {
    if (!finishing_.contains(id)) facts.experiments.push_back(facts_of(*experiment));
  }
  for (const auto& [id, live] : workers_) facts.workers.push_back(facts_of(live));
  for (const auto& [experiment, pool] : launching_) {
    WorkerFacts planned;
    planned.worker.experiment = experiment;
    planned.worker.pool = pool;
    planned.action_pending = true;
    facts.workers.push_back(planned);
  }
  return facts;
}

ExperimentFacts Orchestrator::facts_of(const ActiveExperiment& e) const {
  ExperimentFacts facts;
  facts.id = e.id;
  facts.submitted = e.submitted;
  facts.fleet = e.fleet;
  facts.cancel_wanted = e.cancel_wanted;
  facts.finished = e.queue.finished();
  facts.closed = e.queue.closed();
  facts.done = e.queue.done();
  facts.failed = e.queue.failed();
  facts.total = e.queue.total();
  if (e.spec.workers.count) facts.at_once = *e.spec.workers.count;
  facts.timeout = e.spec.timeout;
  facts.failures = e.spec.failures;
  facts.broken = e.broken;
  facts.no_launch_before = e.no_launch_before;
  for (const auto& pool : e.queue.pools()) {
    facts.pools.push_back({.number = pool.number,
                           .at_once = pool.workers_at_once,
                           .due = e.queue.batches_due(pool.number, pool.workers_at_once, clock_.now()),
                           .waiting = e.queue.waiting(pool.number),
                           .leased = e.queue.leased(pool.number),
                           .single_use = pool.single_use,
                           .memory = pool.resources.memory});
  }
  return facts;
}

WorkerFacts Orchestrator::facts_of(const LiveWorker& live) const {
  WorkerFacts facts;
  facts.worker = live.worker;
  facts.action_pending = live.action_pending;
  facts.used_up = live.used_up;
  const auto* e = experiment(live.worker.experiment);
  if (!e) return facts;
  for (const auto& [id, held] : e->leases) {
    if (held.lease.worker != live.worker.id) continue;
    ++facts.open_leases;
    facts.last_progress = std::max(facts.last_progress, held.lease.last_progress);
  }
  return facts;
}

// --- what users want

void Orchestrator::add(std::unique_ptr<ActiveExperiment> experiment) {
  const auto id = experiment->id;
  experiments_[id] = std::move(experiment);
  changed_.notify();
}

Task<> Orchestrator::cancel(ExperimentId id) {
  co_await store_.run([id](store::Store& store) { store.want_cancel(id); });
  if (auto* e = find(id)) e->cancel_wanted = true;
  changed_.notify();
}

Task<> Orchestrator::stop_worker(WorkerId id) {
  auto* live = find(id);
  if (!live) co_return;
  live->worker.stop_wanted = true;
  co_await save(live->worker);
  changed_.notify();
}

// --- state

LiveWorker* Orchestrator::find(WorkerId id) {
  const auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : &found->second;
}
const LiveWorker* Orchestrator::worker(WorkerId id) const {
  const auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : &found->second;
}
ActiveExperiment* Orchestrator::find(ExperimentId id) {
  const auto found = experiments_.find(id);
  return found == experiments_.end() ? nullptr : found->second.get();
}
const ActiveExperiment* Orchestrator::experiment(ExperimentId id) const {
  const auto found = experiments_.find(id);
  return found == experiments_.end() ? nullptr : found->second.get();
}
fleet::Fleet* Orchestrator::fleet(const std::string& name) const {
  const auto found = fleets_.find(name);
  return found == fleets_.end() ? nullptr : found->second.get();
}

fleet::Capacity Orchestrator::capacity(const std::string& name) const {
  const auto* known = fleet(name);
  return known ? known->capacity() : fleet::Capacity{};
}

std::uint64_t Orchestrator::live_in_pool(ExperimentId experiment, int pool) const {
  return static_cast<std::uint64_t>(std::count_if(workers_.begin(), workers_.end(), [&](const auto& entry) {
    const auto& w = entry.second.worker;
    return w.experiment == experiment && w.pool == pool && is_alive(w.state);
  }));
}

Task<> Orchestrator::save(experiment::Worker worker) {
  return store_.run([worker = std::move(worker)](store::Store& store) { store.update_worker(worker); });
}

Task<> Orchestrator::move(LiveWorker& live, WorkerState state) {
  auto& w = live.worker;
  if (!may_follow(w.state, state)) co_return;
  log_.info("worker " + w.name + " " + std::string(to_string(w.state)) + "→" + std::string(to_string(state)),
            {{"experiment", w.experiment.value}});
  w.state = state;
  auto event = event_of(w.experiment, "worker",
                        {{"name", w.name},
                         {"state", std::string(to_string(state))},
                         {"scenario", w.scenario},
                         {"cause", std::string(to_string(w.cause))},
                         {"reason", w.reason}});
  changed_.notify();
  // In one transaction: each waits for the disk.
  auto write = [w, event = std::move(event)](store::Store& store) { return store.update_worker(w, event); };
  last_event_ = co_await store_.run(std::move(write));
  journal_changed_.notify();
}

experiment::JournalEvent Orchestrator::event_of(ExperimentId experiment, std::string type,
                                                std::map<std::string, std::string> fields) const {
  return {.id = 0,
          .time = clock_.now(),
          .experiment = experiment,
          .type = std::move(type),
          .fields = std::move(fields)};
}

void Orchestrator::publish_event(ExperimentId experiment, std::string type,
                                 std::map<std::string, std::string> fields) {
  tasks_.spawn("journal", append(event_of(experiment, std::move(type), std::move(fields))));
  changed_.notify();
}

Task<> Orchestrator::append(experiment::JournalEvent event) {
  auto write = [event = std::move(event)](store::Store& store) { return store.append(event); };
  last_event_ = co_await store_.run(std::move(write));
  journal_changed_.notify();
}

void Orchestrator::tell_progress(ActiveExperiment& e, bool now) {
  if (!now && clock_.now() - e.last_progress_event < kProgressEvery) return;
  e.last_progress_event = clock_.now();
  publish_event(e.id, "progress",
                {{"done", std::to_string(e.queue.done())},
                 {"failed", std::to_string(e.queue.failed())},
                 {"total", std::to_string(e.queue.total())}});
}

}  // namespace flowyard::controller::orchestrator
