#include "tests/support/history.hpp"

#include <algorithm>
#include <random>
#include <sstream>

#include "common/async/task_group.hpp"
#include "tests/support/simulated_controller.hpp"

namespace flowyard::test {

using async::Task;
using experiment::ExperimentId;
using experiment::WorkerId;
using namespace std::chrono_literals;

namespace {

// Numbers as they are the same everywhere: no distribution of the library's.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Milliseconds span(Milliseconds most) {
    return Milliseconds(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.count()) + 1)));
  }

 private:
  std::mt19937_64 random_;
};

constexpr Milliseconds kSilenceLimit = 2min;
constexpr Milliseconds kRest = 48h;

// One that lives through a plan: the machine with its workers, and the controller on it.
class World {
 public:
  explicit World(const HistoryPlan& plan);
  ~World() {
    if (c_.is_up()) c_.stop();
    workers_.cancel();
    c_.run(workers_.join());
  }
  HistoryEnd live();

 private:
  // --- workers
  Task<> life(std::string handle);
  Task<> work(std::string handle, experiment::Lease lease);
  Task<> beat(std::string handle);
  bool lives(const std::string& handle) const;
  std::uint64_t alive();
  WorkerId worker_of(const std::string& handle) const { return c_.yard->containers.at(handle).spec.worker; }
  void end(const std::string& handle, int code) { c_.yard->end(handle, {.code = code}); }
  Fate fate_of(const experiment::Lease& lease, std::uint64_t scenario) const;
  Task<> pause(Milliseconds span) { return async::sleep_for(c_.timer, span); }
  template <class T>
  Task<std::optional<T>> ask(std::function<Task<T>(orchestrator::Orchestrator&)> what);

  // --- mishaps
  void happen(const HistoryPlan::Event& event);
  Task<int> cut_requests();
  std::exception_ptr fault(const std::string& call, bool after);
  std::string some_container(std::uint64_t which) const;
  void restart_after(Milliseconds away);
  bool submit(const HistoryPlan::Study& study);

  bool rests();
  std::string unrest();
  std::string look();
  std::string look_at(ExperimentId id, const HistoryPlan::Study& study);
  void trace(std::string_view what);

  const HistoryPlan& plan_;
  Dice dice_;
  SimulatedController c_;
  async::Event answered_{c_.io().get_executor()};
  std::vector<ExperimentId> ids_;
  std::vector<const HistoryPlan::Study*> studies_;  // as submitted
  std::set<ExperimentId> cancelled_;
  std::set<std::string> silent_, stuck_;
  std::uint64_t most_alive_ = 0;  // workers, as the controller knows them
  bool up_again_ = false;         // the controller is to start
  std::uint64_t failing_calls_ = 0, lost_answers_ = 0;
  std::uint64_t trace_ = 14695981039346656037u;
  async::TaskGroup workers_{c_.io().get_executor()};
};

World::World(const HistoryPlan& plan) : plan_(plan), dice_(plan.seed) {
  c_.store_delay = [this] { return dice_.one_in(4) ? dice_.span(20ms) : 0ms; };
  c_.yard->delay = [this]() -> Task<> {
    if (dice_.one_in(3)) co_await pause(dice_.span(200ms));
  };
  c_.yard->fault = [this](const std::string& call, bool after) { return fault(call, after); };
  c_.yard->spare = fleet::Spare::Missing;
  c_.max_workers = plan.max_workers;
  c_.yard->on_start = [this](const std::string& handle) {
    if (c_.is_up()) most_alive_ = std::max(most_alive_, alive());
    workers_.spawn("life", life(handle));
    workers_.spawn("beat", beat(handle));
  };
}

// FNV-1a.
void World::trace(std::string_view what) {
  for (const char byte : what) trace_ = (trace_ ^ static_cast<unsigned char>(byte)) * 1099511628211u;
}

// --- workers

bool World::lives(const std::string& handle) const {
  const auto found = c_.yard->containers.find(handle);
  return found != c_.yard->containers.end() && !found->second.exit;
}

std::uint64_t World::alive() {
  const auto& all = c_.up().workers();
  return static_cast<std::uint64_t>(std::count_if(
      all.begin(), all.end(), [](const auto& one) { return is_alive(one.second->worker.state); }));
}

Fate World::fate_of(const experiment::Lease& lease, std::uint64_t scenario) const {
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i] == lease.experiment) return studies_[i]->fates[scenario];
  }
  return Fate::Fine;
}

// What the controller answers; nothing where it is away, fails, or the connection is cut.
template <class T>
Task<std::optional<T>> World::ask(std::function<Task<T>(orchestrator::Orchestrator&)> what) {
  if (!c_.is_up()) {
    co_await pause(200ms);
    co_return std::nullopt;
  }
  auto request = c_.request(what(c_.up()));
  request->on_done = [this] { answered_.notify(); };
  while (!request->done) co_await answered_.wait_past(answered_.version());
  if (request->failure) {
    co_await pause(300ms);
    co_return std::nullopt;
  }
  co_return std::move(request->value);
}

Task<> World::life(std::string handle) {
  const auto worker = worker_of(handle);
  co_await pause(dice_.span(50ms));
  bool greeted = false;
  auto heard = c_.timer.now();
  while (lives(handle)) {
    while (stuck_.contains(handle) && lives(handle)) co_await pause(10s);
    if (!lives(handle)) break;
    if (c_.timer.now() - heard > kSilenceLimit) co_return end(handle, 75);
    if (!greeted) {
      std::function<Task<bool>(orchestrator::Orchestrator&)> hello = [worker](auto& controller) {
        return controller.hello(worker);
      };
      const auto expected = co_await ask<bool>(std::move(hello));
      if (!expected) continue;
      if (!*expected) co_return end(handle, 76);
      greeted = true;
    }
    heard = c_.timer.now();
    std::function<Task<orchestrator::LeaseAnswer>(orchestrator::Orchestrator&)> lease =
        [worker](auto& controller) { return controller.lease(worker, 20s); };
    const auto answer = co_await ask<orchestrator::LeaseAnswer>(std::move(lease));
    if (!answer) {
      greeted = false;
      continue;
    }
    heard = c_.timer.now();
    if (std::holds_alternative<orchestrator::Leave>(*answer)) co_return end(handle, 0);
    if (const auto* granted = std::get_if<experiment::Lease>(&*answer)) co_await work(handle, *granted);
  }
}

Task<> World::work(std::string handle, experiment::Lease lease) {
  std::uint64_t chunk = 0;
  const auto rest = lease.remainder();
  for (auto at = rest.first; at < rest.end();) {
    const experiment::IndexRange range{at, std::min<std::uint64_t>(1 + dice_.below(3), rest.end() - at)};
    for (auto scenario = range.first; scenario < range.end(); ++scenario) {
      switch (fate_of(lease, scenario)) {
        case Fate::Fine:
          break;
        case Fate::Exits:
          co_return end(handle, 3);
        case Fate::RunsOutOfMemory:
          c_.yard->end(handle, {.code = 137, .oom_killed = true});
          co_return;
        case Fate::Hangs:
          while (lives(handle)) co_await pause(10s);
          co_return;
        case Fate::IsRefused: {
          std::function<Task<bool>(orchestrator::Orchestrator&)> fail = [lease](auto& controller) {
            return controller.fail_lease(lease.worker, lease.id, lease.token, "refused");
          };
          co_await ask<bool>(std::move(fail));
          co_return;
        }
      }
    }
    co_await pause(dice_.one_in(20) ? 2s : dice_.span(30ms));
    const auto sent_first = c_.timer.now();
    for (;;) {
      if (!lives(handle)) co_return;
      if (c_.timer.now() - sent_first > 30min) co_return end(handle, 75);
      auto row = SimulatedController::chunk_of(lease, chunk, range);
      std::function<Task<store::CommitResult>(orchestrator::Orchestrator&)> commit =
          [row, token = lease.token](auto& controller) { return controller.commit(row, token); };
      const auto result = co_await ask<store::CommitResult>(std::move(commit));
      if (!result) continue;
      if (result->outcome == store::Commit::Stale) co_return;
      break;
    }
    ++chunk;
    at = range.end();
  }
}

Task<> World::beat(std::string handle) {
  const auto worker = worker_of(handle);
  while (lives(handle)) {
    if (c_.is_up() && !silent_.contains(handle)) {
      // As the gateway has it: whoever computes makes progress, but for one that hangs, which is not told
      // here.
      c_.up().heartbeat(worker, {}, false);
    }
    co_await pause(5s);
  }
}

// --- mishaps

std::exception_ptr World::fault(const std::string& call, bool after) {
  trace(call);
  auto& left = after ? lost_answers_ : failing_calls_;
  if (left == 0 || call == "wait") return {};
  --left;
  if (call == "create" && dice_.one_in(3)) {
    return std::make_exception_ptr(fleet::LaunchFailed(
        dice_.one_in(2) ? fleet::LaunchFailed::Kind::Permanent : fleet::LaunchFailed::Kind::Transient,
        "odd answer"));
  }
  return std::make_exception_ptr(std::runtime_error("connection reset"));
}

std::string World::some_container(std::uint64_t which) const {
  std::vector<std::string> running;
  for (const auto& [handle, container] : c_.yard->containers) {
    if (container.started && !container.exit) running.push_back(handle);
  }
  return running.empty() ? "" : running[which % running.size()];
}

void World::restart_after(Milliseconds away) {
  c_.timer.call_at(c_.timer.now() + away, [this] {
    // Not from within: what this runs lets time pass.
    if (!c_.is_up()) up_again_ = true;
  });
}

// In the turn in which something changes: those that are woken by it have not run yet.
Task<int> World::cut_requests() {
  auto& changed = c_.up().changed();
  const auto turns = 1 + dice_.below(5);
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    co_await changed.wait_past(changed.version(), c_.timer, c_.timer.now() + 30s);
    const auto requests = c_.requests();
    for (const auto& request : requests) {
      if (!request->done) request->cancel();
    }
  }
  co_return 0;
}

void World::happen(const HistoryPlan::Event& event) {
  const auto how = event.how;
  const auto handle = some_container(how);
  const Milliseconds a_while{static_cast<std::int64_t>(how % 40'000)};
  switch (event.what) {
    case Mishap::WorkerKilled:
      if (!handle.empty()) end(handle, 137);
      break;
    case Mishap::WorkerStopped:
      if (!handle.empty() && c_.is_up()) {
        try {
          c_.run(c_.up().stop_worker(worker_of(handle)));
        } catch (const store::StoreFailure&) {
        }
      }
      break;
    case Mishap::WorkerSilent:
      if (!handle.empty()) silent_.insert(handle);
      break;
    case Mishap::WorkerStuck:
      if (!handle.empty()) stuck_.insert(handle);
      break;
    case Mishap::ControllerStops:
    case Mishap::ControllerCrashes:
      if (!c_.is_up()) break;
      event.what == Mishap::ControllerStops ? c_.stop() : c_.crash();
      restart_after(a_while);
      break;
    case Mishap::DiskFull:
      c_.disk.fail_after(how % 12);
      c_.timer.call_at(c_.timer.now() + a_while, [this] { c_.disk.make_room(); });
      break;
    case Mishap::CallFails:
      failing_calls_ += 1 + how % 4;
      break;
    case Mishap::AnswerLost:
      lost_answers_ += 1 + how % 3;
      break;
    case Mishap::RequestsCut:
      if (c_.is_up()) c_.request(cut_requests());
      break;
    case Mishap::ClockJumps:
      c_.clock.jump(Milliseconds((static_cast<std::int64_t>(how % 200) - 100) * 3'600'000));
      break;
    case Mishap::Cancelled:
      if (c_.is_up() && !ids_.empty()) {
        const auto id = ids_[how % ids_.size()];
        if (!c_.active(id)) break;
        try {
          c_.run(c_.up().cancel(id));
          cancelled_.insert(id);
        } catch (const store::StoreFailure&) {
        }
      }
      break;
    case Mishap::Paused:
      if (c_.is_up() && !ids_.empty()) {
        const auto id = ids_[how % ids_.size()];
        if (!c_.active(id)) break;
        try {
          c_.run(c_.up().pause(id));
        } catch (const store::StoreFailure&) {
        }
      }
      break;
    case Mishap::GoesOn:
      if (c_.is_up() && !ids_.empty()) {
        const auto id = ids_[how % ids_.size()];
        const bool cancelled = c_.active(id) && c_.active(id)->cancel_wanted;
        try {
          if (!cancelled && c_.go_on(id, how % 2 == 0)) cancelled_.erase(id);
        } catch (const store::StoreFailure&) {
        }
      }
      break;
  }
}

// --- to the end

// What keeps it from coming to rest.
std::string World::unrest() {
  std::ostringstream text;
  text << "after " << c_.timer.now().time_since_epoch().count() << " ms, the controller is "
       << (c_.is_up() ? "up" : "down");
  if (c_.is_up()) {
    for (const auto& [id, e] : c_.up().experiments())
      text << "; experiment " << id.value << ": " << e->queue.done() << " done, " << e->queue.failed()
           << " failed, " << e->queue.leased() << " leased of " << e->queue.total() << ", " << e->trouble;
    for (const auto& [id, live] : c_.up().workers())
      text << "; worker " << id.value << " " << to_string(live->worker.state)
           << (live->action_pending ? ", in hand" : "") << (live->changing ? ", changing" : "");
  }
  for (const auto& [handle, container] : c_.yard->containers)
    text << "; container " << handle << (container.exit ? " ended" : container.started ? " runs" : " waits");
  return text.str();
}

bool World::rests() {
  if (!c_.is_up() || ids_.size() < plan_.studies.size()) return false;
  return c_.up().experiments().empty() && c_.up().workers().empty() && c_.yard->containers.empty();
}

HistoryEnd World::live() {
  c_.start();
  const auto began = c_.timer.now();
  struct Step {
    async::SteadyPoint at;
    const HistoryPlan::Study* study;
    const HistoryPlan::Event* event;
  };
  std::vector<Step> steps;
  for (const auto& study : plan_.studies) steps.push_back({began + study.submitted, &study, nullptr});
  for (const auto& event : plan_.events) steps.push_back({began + event.at, nullptr, &event});
  std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  std::size_t next = 0;
  const auto go_on = [&] {
    return up_again_ || (next < steps.size() && c_.timer.now() >= steps[next].at) ||
           (next == steps.size() && rests());
  };
  if (!steps.empty()) {
    for (const auto& step : steps) c_.timer.call_at(step.at, [] {});
  }
  for (;;) {
    if (!c_.advance_until(go_on, kRest))
      return {.wrong = "it never comes to rest: " + unrest(), .trace = trace_, .writes = c_.disk.writes()};
    if (up_again_) {
      up_again_ = false;
      c_.disk.make_room();
      c_.start();
    } else if (next < steps.size() && c_.timer.now() >= steps[next].at) {
      const auto step = steps[next++];
      if (step.event) {
        happen(*step.event);
      } else if (c_.disk.is_full() || !submit(*step.study)) {
        // A full disk: the user tries again later.
        --next;
        steps[next].at = c_.timer.now() + 10s;
        std::stable_sort(steps.begin() + static_cast<std::ptrdiff_t>(next), steps.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; });
        c_.timer.call_at(c_.timer.now() + 10s, [] {});
      }
    } else {
      break;
    }
  }
  HistoryEnd end{.wrong = look(), .trace = trace_, .writes = c_.disk.writes()};
  return end;
}

bool World::submit(const HistoryPlan::Study& study) {
  SimulatedController::Wanted wanted{.name = "study",
                                     .sizes = {study.scenarios},
                                     .workers = study.workers,
                                     .batch = {},
                                     .isolation = static_cast<experiment::Isolation>(study.isolation),
                                     .retry = {},
                                     .timeout = {},
                                     .failures = {},
                                     .keep = {},
                                     .priority = study.priority};
  if (study.batch > 0) wanted.batch = study.batch;
  wanted.retry.attempts = study.attempts;
  try {
    ids_.push_back(c_.submit(wanted));
  } catch (const store::StoreFailure&) {
    return false;
  }
  studies_.push_back(&study);
  return true;
}

std::string World::look_at(ExperimentId id, const HistoryPlan::Study& study) {
  const auto row = c_.row(id);
  const std::string who =
      "experiment " + to_string(id) + " (" + std::string(to_string(row->state)) + ", " + row->reason + "): ";
  if (!is_final(row->state)) return who + "is not final";
  const auto done = c_.stored([id](store::Store& store) { return store.done_ranges(id); });
  const auto failed = c_.stored([id](store::Store& store) { return store.failures(id, 100'000); });
  const auto open = c_.stored([id](store::Store& store) { return store.open_leases(id); });
  if (!open.empty()) return who + std::to_string(open.size()) + " leases are still open";
  std::vector<int> ends(study.scenarios);
  for (const auto& range : done)
    for (auto i = range.first; i < range.end(); ++i) ++ends[i];
  for (const auto& one : failed) {
    ++ends[one.index];
    if (one.cause == experiment::DeathCause::None) return who + "failed without a cause";
    // A worker that is stuck may hold a lease that it never heard of: nobody can tell that from a slow
    // scenario.
    const bool by_a_stuck_worker = one.cause == experiment::DeathCause::Timeout && !stuck_.empty();
    if (!is_infrastructure(one.cause) && study.fates[one.index] == Fate::Fine && !by_a_stuck_worker)
      return who + "scenario " + std::to_string(one.index) + " is charged with " +
             std::string(to_string(one.cause)) + ", which it never did";
  }
  const bool broken_off = cancelled_.contains(id) || row->state == experiment::ExperimentState::Failed ||
                          row->state == experiment::ExperimentState::Paused;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] > 1) return who + "scenario " + std::to_string(i) + " ended twice";
    if (ends[i] == 0 && !broken_off) return who + "scenario " + std::to_string(i) + " never ended";
  }
  if (row->state == experiment::ExperimentState::Succeeded && !failed.empty())
    return who + "succeeded with failures";
  const auto waiting = c_.stored([id](store::Store& store) { return store.retries(id); });
  if (!broken_off && !waiting.empty()) return who + "something still waits";
  return "";
}

std::string World::look() {
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (auto wrong = look_at(ids_[i], *studies_[i]); !wrong.empty()) return wrong;
  }
  if (most_alive_ > plan_.max_workers) return "more workers lived at once than may";
  if (!c_.endpoints.open_now.empty()) return "an endpoint is still open";
  for (const auto& worker : c_.stored([](store::Store& store) { return store.workers(); })) {
    trace(worker.name + std::string(to_string(worker.cause)));
    if (worker.state != experiment::WorkerState::Gone) return "worker " + worker.name + " is not gone";
  }
  return "";
}

}  // namespace

HistoryPlan plan_history(std::uint64_t seed) {
  Dice dice(seed);
  HistoryPlan plan{.seed = seed, .max_workers = 8, .studies = {}, .events = {}};
  // Most are small: what goes wrong with few goes wrong there first, and in a fraction of the time.
  const bool large = dice.one_in(6);
  const auto studies = 1 + dice.below(large ? 4 : 2);
  if (dice.one_in(2)) plan.max_workers = 1 + dice.below(3);
  for (std::uint64_t s = 0; s < studies; ++s) {
    HistoryPlan::Study study;
    study.scenarios = 1 + dice.below(large && dice.one_in(2) ? 30 : 6);
    study.workers = static_cast<std::uint32_t>(1 + dice.below(3));
    study.batch = dice.one_in(2) ? 0 : 1 + dice.below(6);
    study.isolation = dice.one_in(4) ? static_cast<int>(dice.below(3)) : 0;
    study.attempts = static_cast<std::uint32_t>(1 + dice.below(3));
    study.priority = static_cast<int>(dice.below(3));
    const bool sound = dice.one_in(2);
    for (std::uint64_t i = 0; i < study.scenarios; ++i) {
      const bool bad = !sound && dice.one_in(6);
      study.fates.push_back(bad ? static_cast<Fate>(1 + dice.below(4)) : Fate::Fine);
    }
    study.submitted = s == 0 ? 0ms : dice.span(5s);
    plan.studies.push_back(std::move(study));
  }
  const auto events = dice.below(9);
  for (std::uint64_t e = 0; e < events; ++e) {
    plan.events.push_back({.at = dice.span(dice.one_in(2)   ? 1s
                                           : dice.one_in(2) ? 5s
                                                            : 60s),
                           .what = static_cast<Mishap>(dice.below(14)),
                           .how = dice.below(1'000'000)});
  }
  return plan;
}

HistoryEnd live_through(const HistoryPlan& plan) {
  World world(plan);
  return world.live();
}

HistoryPlan shrink(HistoryPlan plan) {
  const auto still_wrong = [](const HistoryPlan& smaller) { return !live_through(smaller).wrong.empty(); };
  for (bool smaller = true; smaller;) {
    smaller = false;
    const auto try_this = [&](HistoryPlan candidate) {
      if (!still_wrong(candidate)) return;
      plan = std::move(candidate);
      smaller = true;
    };
    for (std::size_t i = plan.events.size(); i-- > 0;) {
      auto candidate = plan;
      candidate.events.erase(candidate.events.begin() + static_cast<std::ptrdiff_t>(i));
      try_this(std::move(candidate));
    }
    for (std::size_t i = plan.studies.size(); i-- > 0 && plan.studies.size() > 1;) {
      auto candidate = plan;
      candidate.studies.erase(candidate.studies.begin() + static_cast<std::ptrdiff_t>(i));
      try_this(std::move(candidate));
    }
    for (std::size_t i = 0; i < plan.studies.size(); ++i) {
      auto candidate = plan;
      auto& study = candidate.studies[i];
      if (study.scenarios < 2) continue;
      study.scenarios /= 2;
      study.fates.resize(study.scenarios);
      try_this(std::move(candidate));
    }
  }
  return plan;
}

std::string describe(const HistoryPlan& plan) {
  std::ostringstream text;
  text << "seed " << plan.seed << ", at most " << plan.max_workers << " workers\n";
  for (const auto& study : plan.studies) {
    text << "  study of " << study.scenarios << ", workers " << study.workers << ", batch " << study.batch
         << ", isolation " << study.isolation << ", attempts " << study.attempts << ", priority "
         << study.priority << ", at " << study.submitted.count() << " ms, fates";
    for (const auto fate : study.fates) text << ' ' << static_cast<int>(fate);
    text << "\n";
  }
  for (const auto& event : plan.events)
    text << "  at " << event.at.count() << " ms: mishap " << static_cast<int>(event.what) << " of "
         << event.how << "\n";
  return text.str();
}

}  // namespace flowyard::test
