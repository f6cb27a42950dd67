#include "controller/orchestrator/orchestrator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/async/timeout.hpp"

namespace flowyard::controller::orchestrator {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerId;
using experiment::WorkerState;

namespace {

// Looked at least so often, though nothing says that there is anything to see.
constexpr Milliseconds kIdleLook{10'000};
constexpr Milliseconds kProgressEvery{250};
// For what is given back when the controller leaves.
constexpr Milliseconds kLastCall{5'000};
// For a program to be asked to end, and killed.
constexpr Milliseconds kProgramGrace{15'000};
constexpr Milliseconds kLongestPreparing = std::chrono::hours(24 * 365);
// So many workers may live on the smallest machine.
constexpr std::uint64_t kLeastWorkers = 4;

}  // namespace

std::string trouble_of(const std::string& what, const std::exception& failure) {
  const auto* stored = dynamic_cast<const store::StoreFailure*>(&failure);
  return what + ": " + failure.what() +
         (stored && stored->disk_full() ? "; make room where the data folder is, and it goes on by itself"
                                        : "");
}

Orchestrator::Orchestrator(async::Executor executor, store::StoreThread& store, Fleets fleets,
                           const Clock& clock, async::Timer& timer, Log log)
    : store_(store),
      fleets_(std::move(fleets)),
      clock_(clock),
      timer_(timer),
      log_(log),
      last_out_of_turn_(timer.now()),
      time_kept_(timer.now()),
      last_active_(timer.now()),
      changed_(executor),
      journal_changed_(executor),
      tasks_(executor, log),
      unbroken_(executor, log) {
  for (const auto& [name, fleet] : fleets_) watches_[name].next_look = timer_.now();
}

// --- the loop

Task<> Orchestrator::run() {
  for (;;) {
    const auto seen = changed_.version();
    keep_time();
    const Facts now = facts();
    for (const auto& action : plan(now)) apply(action);
    co_await changed_.wait_past(seen, timer_, next_look(now));
  }
}

Task<> Orchestrator::close() {
  closing_ = true;
  tasks_.cancel();
  co_await tasks_.join();
  try {
    co_await async::with_timeout(kLastCall, unbroken_.join());
  } catch (const async::TimedOut&) {
    unbroken_.cancel();
  }
  co_await unbroken_.join();
  for (const auto& [name, fleet] : fleets_) {
    const std::string failure = co_await failure_of(async::with_timeout(kLastCall, fleet->release_spare()));
    if (!failure.empty()) log_.warning("a spare was not removed", {{"fleet", name}, {"error", failure}});
  }
}

SteadyPoint Orchestrator::next_look(const Facts& facts) const {
  SteadyPoint next = facts.now + kIdleLook;
  if (const auto deadline = next_deadline(facts)) next = std::min(next, *deadline);
  for (const auto& [id, experiment] : experiments_) {
    if (const auto due = experiment->queue.next_due(facts.now)) next = std::min(next, *due);
  }
  return next;
}

// --- facts

// Each change brings the loop here, so that whoever has a worker has it now.
void Orchestrator::keep_time() {
  const auto now = timer_.now();
  if (!experiments_.empty() || !workers_.empty()) last_active_ = now;
  const double passed = std::chrono::duration<double>(now - std::exchange(time_kept_, now)).count();
  for (const auto& [id, e] : experiments_) {
    e->worker_seconds += passed * static_cast<double>(std::exchange(e->at_work, 0));
  }
  for (const auto& [id, live] : workers_) {
    auto e = is_alive(live->worker.state) ? pin(live->worker.experiment) : nullptr;
    if (!e) continue;
    e->served = now;
    if (live->worker.state >= WorkerState::Ready) ++e->at_work;
  }
}

std::vector<std::string> Orchestrator::fleet_names() const {
  std::vector<std::string> names;
  for (const auto& [name, fleet] : fleets_) names.push_back(name);
  return names;
}

std::uint64_t Orchestrator::max_workers() const {
  if (asked_max_workers_) return *asked_max_workers_;
  std::uint64_t most = kLeastWorkers;
  for (const auto& [name, fleet] : fleets_) most = std::max<std::uint64_t>(most, 2 * fleet->capacity().cores);
  return most;
}

Facts Orchestrator::facts() const {
  Facts facts{.now = timer_.now(), .fleets = {}, .experiments = {}, .workers = {}, .leases = {}};
  facts.max_workers = max_workers();
  facts.last_out_of_turn = last_out_of_turn_;
  facts.last_active = last_active_;
  for (const auto& [name, fleet] : fleets_) {
    const auto& watch = watches_.at(name);
    FleetFacts of_fleet{.capacity = fleet->capacity(), .next_look = {}, .orphans = {}};
    if (!watch.looking) of_fleet.next_look = watch.next_look;
    for (const auto& [handle, orphan] : watch.orphans) of_fleet.orphans.push_back(orphan);
    of_fleet.spare = fleet->spare();
    of_fleet.spare_pending = watch.spare_pending;
    of_fleet.no_spare_before = watch.no_spare_before;
    facts.fleets[name] = std::move(of_fleet);
  }
  for (const auto& [id, experiment] : experiments_) {
    add_lost_leases(*experiment, facts.leases);
    if (!finishing_.contains(id)) facts.experiments.push_back(facts_of(*experiment));
  }
  for (const auto& [id, live] : workers_) facts.workers.push_back(facts_of(*live));
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
  facts.fleet = e.fleet;
  facts.priority = e.spec.priority;
  facts.served = e.served;
  facts.cancel_wanted = e.cancel_wanted;
  facts.finished = e.queue.finished();
  facts.closed = e.queue.closed();
  facts.done = e.queue.done();
  facts.failed = e.queue.failed();
  facts.total = e.queue.total();
  if (e.spec.workers.count) facts.at_once = *e.spec.workers.count;
  facts.timeout = e.spec.timeout;
  // A worker that runs a program ends a scenario that takes too long by itself, and goes on.
  if (e.spec.runner) facts.timeout.scenario += kProgramGrace;
  // An image may be large; workers are being started only once it is there.
  if (e.preparing) facts.timeout.start += kLongestPreparing;
  facts.deadline = e.deadline;
  facts.failures = e.spec.failures;
  facts.broken = e.broken;
  facts.no_launch_before = e.no_launch_before;
  for (const auto& pool : e.queue.pools()) {
    PoolFacts of_pool{.number = pool.number,
                      .at_once = pool.workers_at_once,
                      .due = e.queue.batches_due(pool.number, pool.workers_at_once, timer_.now()),
                      .waiting = e.queue.waiting(pool.number),
                      .leased = e.queue.leased(pool.number),
                      .single_use = pool.single_use,
                      .memory = pool.resources.memory};
    const auto storm = e.storms.find(pool.number);
    if (storm != e.storms.end() && storm->second.is_hopeless())
      of_pool.hopeless = reason_of(storm->second, pool.resources, e.spec.timeout);
    facts.pools.push_back(std::move(of_pool));
  }
  return facts;
}

WorkerFacts Orchestrator::facts_of(const LiveWorker& live) const {
  WorkerFacts facts;
  facts.worker = live.worker;
  facts.action_pending = live.action_pending;
  facts.used_up = live.used_up;
  facts.served = live.served;
  facts.since = live.since;
  facts.last_heard = live.last_heard;
  facts.last_busy = live.last_busy;
  facts.keep_until = live.keep_until;
  facts.seen = live.seen;
  const auto* e = experiment(live.worker.experiment);
  if (!e) return facts;
  for (const auto& [id, held] : e->leases) {
    if (held.lease.worker != live.worker.id) continue;
    ++facts.open_leases;
    facts.last_progress = std::max(facts.last_progress, held.last_progress);
  }
  return facts;
}

void Orchestrator::add_lost_leases(const ActiveExperiment& e, std::vector<LeaseFacts>& leases) const {
  for (const auto& [id, held] : e.leases) {
    LeaseFacts facts{.experiment = e.id,
                     .lease = id,
                     .action_pending = held.action_pending,
                     .loss = held.loss,
                     .dead_holder = {}};
    if (!held.loss) {
      const auto* live = worker(held.lease.worker);
      if (live && live->worker.state < WorkerState::Exited) continue;
      if (live) facts.dead_holder = live->worker;
    }
    leases.push_back(std::move(facts));
  }
}

// --- what users want

void Orchestrator::add(std::unique_ptr<ActiveExperiment> experiment) {
  auto& e = *experiment;
  if (const auto& limit = e.spec.timeout.experiment) {
    // The time of day may have been set back since it was submitted.
    const auto elapsed = std::max(Milliseconds{0}, clock_.now() - e.submitted);
    e.deadline = timer_.now() + std::max(Milliseconds{0}, *limit - elapsed);
  }
  e.served = timer_.now();
  e.done_before = e.queue.done() + e.queue.failed();
  for (auto& [id, held] : e.leases) held.last_progress = timer_.now();
  experiments_[e.id] = std::move(experiment);
  changed_.notify();
}

Task<> Orchestrator::cancel(ExperimentId id) {
  co_await store_.run([id](store::Store& store) { store.want_cancel(id); });
  if (auto e = pin(id)) e->cancel_wanted = true;
  changed_.notify();
}

Task<> Orchestrator::pause(ExperimentId id) {
  co_await store_.run([id](store::Store& store) { store.want_pause(id, true); });
  if (auto e = pin(id)) {
    e->pause_wanted = true;
    e->queue.close();
  }
  changed_.notify();
}

Task<bool> Orchestrator::unpause(ExperimentId id) {
  co_await store_.run([id](store::Store& store) { store.want_pause(id, false); });
  auto e = pin(id);
  if (!e || finishing_.contains(id)) co_return false;
  if (e->pause_wanted) {
    e->pause_wanted = false;
    e->paused_by.clear();
    e->registry_failures = 0;
    // What was given up or cancelled meanwhile stays so.
    if (!e->cancel_wanted && !e->broken) e->queue.open_again();
  }
  changed_.notify();
  co_return true;
}

Task<> Orchestrator::stop_worker(WorkerId id) {
  auto live = pin(id);
  if (!live) co_return;
  Change stop = [](experiment::Worker& w) { w.stop_wanted = true; };
  co_await change(live, {}, std::move(stop));
}

// --- state

Pinned<LiveWorker> Orchestrator::pin(WorkerId id) const {
  const auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : found->second;
}
const LiveWorker* Orchestrator::worker(WorkerId id) const {
  return pin(id).get();
}
Pinned<ActiveExperiment> Orchestrator::pin(ExperimentId id) const {
  const auto found = experiments_.find(id);
  return found == experiments_.end() ? nullptr : found->second;
}
const ActiveExperiment* Orchestrator::experiment(ExperimentId id) const {
  return pin(id).get();
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
    const auto& w = entry.second->worker;
    return w.experiment == experiment && w.pool == pool && is_alive(w.state);
  }));
}

Task<bool> Orchestrator::change(Pinned<LiveWorker> live, std::optional<WorkerState> to, Change change) {
  while (live->changing) co_await changed_.wait_past(changed_.version());
  const WorkerState from = live->worker.state;
  if (from == WorkerState::Gone || (to && !may_follow(from, *to))) co_return false;
  experiment::Worker next = live->worker;
  change(next);
  if (to) next.state = *to;
  std::optional<experiment::JournalEvent> event;
  if (to)
    event = event_of(next.experiment, "worker",
                     {{"name", next.name},
                      {"state", std::string(to_string(*to))},
                      {"scenario", next.scenario},
                      {"cause", std::string(to_string(next.cause))},
                      {"reason", next.reason}});
  // In one transaction: each waits for the disk.
  auto write = [next, event](store::Store& store) -> std::int64_t {
    if (event) return store.update_worker(next, *event);
    store.update_worker(next);
    return 0;
  };
  live->changing = true;
  std::exception_ptr failure;
  std::int64_t event_number = 0;
  try {
    event_number = co_await store_.run(std::move(write));
  } catch (...) {
    failure = std::current_exception();
  }
  live->changing = false;
  changed_.notify();
  if (failure) std::rethrow_exception(failure);
  change(live->worker);
  if (to) live->worker.state = *to;
  live->acted_on();
  if (to) {
    last_event_ = std::max(last_event_, event_number);
    journal_changed_.notify();
    log_.info("worker " + next.name + " " + std::string(to_string(from)) + "→" + std::string(to_string(*to)),
              {{"experiment", next.experiment.value}});
  }
  co_return true;
}

experiment::JournalEvent Orchestrator::event_of(ExperimentId experiment, std::string type,
                                                std::map<std::string, experiment::EventValue> fields) const {
  return {.id = 0,
          .time = clock_.now(),
          .experiment = experiment,
          .type = std::move(type),
          .fields = std::move(fields)};
}

void Orchestrator::publish_event(ExperimentId experiment, std::string type,
                                 std::map<std::string, experiment::EventValue> fields) {
  tasks_.spawn("journal", append(event_of(experiment, std::move(type), std::move(fields))));
  changed_.notify();
}

Task<> Orchestrator::append(experiment::JournalEvent event) {
  auto write = [event = std::move(event)](store::Store& store) { return store.append(event); };
  const auto number = co_await store_.run(std::move(write));
  last_event_ = std::max(last_event_, number);
  journal_changed_.notify();
}

void Orchestrator::publish_progress(ActiveExperiment& e, bool now) {
  if (!now && timer_.now() - e.last_progress_event < kProgressEvery) return;
  e.last_progress_event = timer_.now();
  std::map<std::string, experiment::EventValue> fields{
      {"done", static_cast<std::int64_t>(e.queue.done())},
      {"failed", static_cast<std::int64_t>(e.queue.failed())},
      {"total", static_cast<std::int64_t>(e.queue.total())}};
  if (const auto seconds = e.seconds_left()) fields["eta_seconds"] = std::llround(*seconds);
  publish_event(e.id, "progress", std::move(fields));
}

}  // namespace flowyard::controller::orchestrator
