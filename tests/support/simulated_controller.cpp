#include "tests/support/simulated_controller.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "controller/orchestrator/history.hpp"

namespace flowyard::test {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerId;
using namespace std::chrono_literals;

namespace {

Task<int> loop_of(orchestrator::Orchestrator& orchestrator) {
  co_await orchestrator.run();
  co_return 0;
}

Task<int> counted(Task<> task) {
  co_await std::move(task);
  co_return 0;
}

}  // namespace

// --- where workers would come in

std::string FakeEndpoints::open(WorkerId worker, const std::string&) {
  if (fault) std::rethrow_exception(fault);
  open_now.insert(worker);
  return "/run/w/" + to_string(worker);
}

Task<> FakeEndpoints::close(WorkerId worker) {
  open_now.erase(worker);
  co_return;
}

// --- time

SimulatedController::~SimulatedController() {
  if (is_up()) stop();
}

void SimulatedController::settle() {
  io_.restart();
  io_.poll();
}

void SimulatedController::advance(Milliseconds span) {
  const auto end = timer.now() + span;
  settle();
  while (timer.next() && *timer.next() <= end) {
    timer.advance_to(*timer.next());
    settle();
  }
  timer.advance_to(end);
  settle();
}

void SimulatedController::submit_to_store(std::function<void()> step) {
  if (!store_delay) return boost::asio::post(io_, std::move(step));
  store_free_ = std::max(store_free_, timer.now()) + store_delay();
  timer.call_at(store_free_, std::move(step));
}

void SimulatedController::run(Task<> task) {
  run(counted(std::move(task)));
}

// --- the controller's life

void SimulatedController::open_store() {
  if (store_) return;
  auto submit = [this](std::function<void()> step) { submit_to_store(std::move(step)); };
  store_ = std::make_unique<store::StoreThread>(memory_.open(), std::move(submit));
}

void SimulatedController::start() {
  open_store();
  orchestrator::Orchestrator::Fleets fleets;
  fleets["fake"] = std::make_unique<FakeFleet>(yard);
  orchestrator_ = std::make_unique<orchestrator::Orchestrator>(io_.get_executor(), *store_, std::move(fleets),
                                                               clock, timer, Log());
  orchestrator_->attach(endpoints);
  orchestrator_->limit_workers(max_workers);
  auto read = [](store::Store& store) {
    std::vector<std::pair<store::ExperimentRow, orchestrator::StoredHistory>> running;
    for (const auto& row : store.experiments()) {
      if (!is_final(row.state)) running.emplace_back(row, orchestrator::read_history(store, row.id));
    }
    return running;
  };
  for (const auto& [row, history] : run(store_->run(std::move(read)))) {
    if (!specs_.contains(row.id)) continue;  // a service has submitted it, and brings it back
    const auto& retry = specs_.at(row.id).retry;
    orchestrator_->add(activate(row, orchestrator::history_from(history, retry, clock.now(), timer.now())));
  }
  run(orchestrator_->resume());
  running_ = begin(loop_of(*orchestrator_));
  settle();
}

void SimulatedController::take_down() {
  // From the edge inward, as the daemon does it: requests first.
  going_down_ = true;
  const auto requests = std::exchange(requests_, {});
  for (const auto& request : requests) request->cancel();
  running_->cancel();
  advance_until([&] {
    return running_->done &&
           std::all_of(requests.begin(), requests.end(), [](const auto& request) { return request->done; });
  });
  run(orchestrator_->close());
  orchestrator_.reset();
  store_.reset();
  endpoints.open_now.clear();
  going_down_ = false;
}

void SimulatedController::stop() {
  take_down();
}

void SimulatedController::crash() {
  disk.fail_after(0);
  auto fault = std::move(yard->fault);
  yard->fault = [](const std::string&, bool) {
    return std::make_exception_ptr(std::runtime_error("the controller is gone"));
  };
  take_down();
  yard->fault = std::move(fault);
  disk.make_room();
}

// --- experiments

std::unique_ptr<orchestrator::ActiveExperiment> SimulatedController::activate(
    const store::ExperimentRow& row, const orchestrator::QueueHistory& history) const {
  const auto& spec = specs_.at(row.id);
  const auto space = experiment::design::ScenarioSpace::create(spec).value();
  orchestrator::WorkQueue queue(space, orchestrator::pools_of(spec, space, yard->capacity), spec.retry,
                                history);
  auto active = std::make_unique<orchestrator::ActiveExperiment>(
      orchestrator::ActiveExperiment{.id = row.id,
                                     .fleet = row.fleet,
                                     .submitted = row.submitted,
                                     .spec = spec,
                                     .programs = {{.hash = "program", .bytes = "bytes"}},
                                     .bundle_hash = {},
                                     .bundle_json = {},
                                     .queue = std::move(queue)});
  active->round = row.round;
  active->cancel_wanted = row.cancel_wanted;
  active->pause_wanted = row.pause_wanted;
  if (row.pause_wanted) active->queue.close();
  experiment::ExpectedResults expected;
  for (const auto& outcome : spec.outputs.outcomes) expected.outcomes.push_back(outcome.name);
  active->expected.assign(spec.scenarios.size(), expected);
  for (const auto& lease : history.open_leases)
    active->leases[lease.id] = orchestrator::HeldLease{.lease = lease};
  return active;
}

ExperimentId SimulatedController::submit(const Wanted& wanted) {
  experiment::Experiment spec;
  spec.name = wanted.name;
  for (const auto size : wanted.sizes) {
    experiment::Axis axis{
        .spacing = experiment::Axis::Spacing::Linear, .values = {}, .first = 0, .last = 1, .count = size};
    experiment::NamedScenario named;
    named.name = "s" + std::to_string(spec.scenarios.size());
    named.parameters = {{.name = "p", .target = experiment::Target::Parameter, .value = axis}};
    spec.scenarios.push_back(std::move(named));
  }
  for (const auto& name : wanted.outcomes) spec.outputs.outcomes.push_back({.name = name, .expression = {}});
  spec.priority = wanted.priority;
  spec.workers.count = wanted.workers;
  spec.workers.batch = wanted.batch;
  spec.workers.isolation = wanted.isolation;
  spec.workers.storage = wanted.storage;
  spec.retry = wanted.retry;
  spec.timeout = wanted.timeout;
  spec.failures = wanted.failures;
  spec.not_finite = wanted.not_finite;
  spec.keep = wanted.keep;
  if (!wanted.image.empty()) {
    spec.runner.emplace();
    spec.runner->image = wanted.image;
    spec.runner->command = {"run"};
  }
  store::ExperimentRow row;
  row.name = wanted.name;
  row.fleet = "fake";
  row.submitted = clock.now();
  row.scenarios = experiment::design::ScenarioSpace::create(spec).value().size();
  auto add = [row](store::Store& store) { return store.add_experiment(row).id; };
  row.id = stored(std::move(add));
  specs_[row.id] = spec;
  if (orchestrator_) orchestrator_->add(activate(row, {}));
  settle();
  return row.id;
}

bool SimulatedController::go_on(ExperimentId id, bool failed_again) {
  if (active(id)) return run(orchestrator_->unpause(id));
  auto reopen = [id, failed_again, now = clock.now()](store::Store& store) {
    return store.reopen(id, {.failed_again = failed_again, .extended = {}}, now);
  };
  if (!stored(std::move(reopen))) return false;
  auto read = [id](store::Store& store) { return orchestrator::read_history(store, id); };
  const auto history = stored(std::move(read));
  const auto& retry = specs_.at(id).retry;
  orchestrator_->add(
      activate(*row(id), orchestrator::history_from(history, retry, clock.now(), timer.now())));
  settle();
  return true;
}

std::optional<store::ExperimentRow> SimulatedController::row(ExperimentId id) {
  return stored([id](store::Store& store) { return store.experiment_row(id); });
}

store::Progress SimulatedController::progress(ExperimentId id) {
  return stored([id](store::Store& store) { return store.progress(id); });
}

// --- what workers do

WorkerId SimulatedController::running(std::size_t nth) const {
  for (const auto& [handle, container] : yard->containers) {
    if (!container.started || container.exit) continue;
    if (nth == 0) return container.spec.worker;
    --nth;
  }
  return {};
}

bool SimulatedController::wait_for_running(std::size_t count) {
  return advance_until([&] { return static_cast<bool>(running(count - 1)); }, 5min);
}

bool SimulatedController::hello(WorkerId worker) {
  return run(orchestrator_->hello(worker));
}

std::optional<experiment::Lease> SimulatedController::lease(WorkerId worker) {
  auto answer = run(orchestrator_->lease(worker, 1s));
  if (auto* lease = std::get_if<experiment::Lease>(&answer)) return *lease;
  return std::nullopt;
}

store::ChunkRow SimulatedController::chunk_of(const experiment::Lease& lease, std::uint64_t chunk,
                                              experiment::IndexRange range) {
  return {.lease = lease.id,
          .chunk = chunk,
          .worker = lease.worker,
          .range = range,
          .compute_seconds = 0.001 * static_cast<double>(range.count),
          .body = "r"};
}

store::CommitResult SimulatedController::fail(const experiment::Lease& lease, std::uint64_t chunk,
                                              std::uint64_t scenario, experiment::DeathCause cause,
                                              const std::string& reason) {
  store::FailedChunkRow row{.lease = lease.id,
                            .chunk = chunk,
                            .worker = lease.worker,
                            .range = {scenario, 1},
                            .again = {},
                            .given_up = {}};
  std::vector<orchestrator::Loss> losses{
      {.as = experiment::LeaseState::Done, .cause = cause, .reason = reason, .worker = {}}};
  return run(orchestrator_->commit(std::move(row), std::move(losses), lease.token));
}

store::CommitResult SimulatedController::commit(const experiment::Lease& lease, std::uint64_t chunk,
                                                experiment::IndexRange range) {
  return run(orchestrator_->commit(chunk_of(lease, chunk, range), lease.token));
}

void SimulatedController::exit(WorkerId worker, experiment::Exit how) {
  yard->end(yard->handle_of(worker), how);
  settle();
}

}  // namespace flowyard::test
