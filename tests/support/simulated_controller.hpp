// SimulatedController: the real Orchestrator over the real Store, on simulated time: SQLite in memory, a
// fleet of map entries, no thread, no socket, no waiting. It can be stopped, crashed and started again; the
// disk and the containers outlive it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "controller/orchestrator/orchestrator.hpp"
#include "tests/support/fake_fleet.hpp"
#include "tests/support/manual_timer.hpp"
#include "tests/support/memory_store.hpp"

namespace flowyard::test {

namespace orchestrator = controller::orchestrator;
namespace store = controller::store;

// Where workers would come in: remembered, never opened.
class FakeEndpoints final : public orchestrator::WorkerEndpoints {
 public:
  std::set<experiment::WorkerId> open_now;
  std::exception_ptr fault;  // thrown by open()

  std::string open(experiment::WorkerId worker, const std::string& token) override;
  async::Task<> close(experiment::WorkerId worker) override;
};

// A coroutine that a test started and may cancel, as a server does with a request whose peer hangs up.
struct PendingTask {
  bool done = false;
  std::exception_ptr failure;
  std::function<void()> on_done;  // called once it is
  boost::asio::cancellation_signal signal;

  void cancel() { signal.emit(boost::asio::cancellation_type::terminal); }
};

template <class T>
struct Pending : PendingTask {
  std::optional<T> value;
  // Its value; its exception, if it ended with one.
  T& get() {
    if (failure) std::rethrow_exception(failure);
    if (!value) throw std::logic_error("it has not ended");
    return *value;
  }
};

class SimulatedController {
 public:
  SimulatedController() = default;
  ~SimulatedController();

  // --- time
  // Until nothing goes on without time passing.
  void settle();
  void advance(Milliseconds span);
  // Lets time pass, from one thing that waits to the next, until `condition` holds; false: not within
  // `limit`.
  template <class Condition>
  bool advance_until(Condition condition, Milliseconds limit = std::chrono::hours(1)) {
    const auto end = timer.now() + limit;
    settle();
    while (!condition()) {
      const auto next = timer.next();
      if (!next || *next > end) return false;
      timer.advance_to(*next);
      settle();
    }
    return true;
  }

  // --- the controller's life
  void start();
  void stop();   // as a signal does
  void crash();  // no write and no call to the fleet comes through any more, then it is gone
  bool is_up() const { return orchestrator_ != nullptr && !going_down_; }
  orchestrator::Orchestrator& up() { return *orchestrator_; }

  // --- experiments
  struct Wanted {
    std::string name = "study";
    std::vector<std::uint64_t> sizes{8};  // points of each named scenario
    std::optional<std::uint32_t> workers = 1;
    std::optional<std::uint64_t> batch = {};
    experiment::Isolation isolation = experiment::Isolation::Pool;
    experiment::Retry retry = {};
    experiment::Timeouts timeout = {};
    experiment::Failures failures = {};
    experiment::NotFinite not_finite = experiment::NotFinite::Mark;
    experiment::Keep keep = {};
    experiment::Storage storage = experiment::Storage::Isolated;
    std::vector<std::string> outcomes = {};
    int priority = 0;
    std::string image = {};  // of its program; empty: the engine computes
  };
  experiment::ExperimentId submit(const Wanted& wanted);
  // What was paused, cancelled or given up goes on, with what failed or without it; false: it runs already.
  bool go_on(experiment::ExperimentId id, bool failed_again);
  const orchestrator::ActiveExperiment* active(experiment::ExperimentId id) const {
    return orchestrator_ ? orchestrator_->experiment(id) : nullptr;
  }

  // --- coroutines
  boost::asio::io_context& io() { return io_; }
  // A request of a worker's: cancelled when the controller goes.
  template <class T>
  std::shared_ptr<Pending<T>> request(async::Task<T> task) {
    auto pending = begin(std::move(task));
    std::erase_if(requests_, [](const auto& request) { return request->done; });
    requests_.push_back(pending);
    return pending;
  }
  const std::vector<std::shared_ptr<PendingTask>>& requests() const { return requests_; }
  template <class T>
  std::shared_ptr<Pending<T>> begin(async::Task<T> task) {
    auto pending = std::make_shared<Pending<T>>();
    boost::asio::co_spawn(io_, std::move(task),
                          boost::asio::bind_cancellation_slot(pending->signal.slot(),
                                                              [pending](std::exception_ptr failure, T value) {
                                                                pending->done = true;
                                                                pending->failure = failure;
                                                                if (!failure)
                                                                  pending->value.emplace(std::move(value));
                                                                if (pending->on_done) pending->on_done();
                                                              }));
    return pending;
  }
  // Runs it to its end, letting time pass as it must.
  template <class T>
  T run(async::Task<T> task) {
    auto pending = begin(std::move(task));
    if (!advance_until([&] { return pending->done; })) throw std::logic_error("it never ends");
    return std::move(pending->get());
  }
  void run(async::Task<> task);

  // --- what workers do
  // The worker that runs in a container of the fleet, and has not ended: the first, or none.
  experiment::WorkerId running(std::size_t nth = 0) const;
  // Lets time pass until so many run.
  bool wait_for_running(std::size_t count);
  bool hello(experiment::WorkerId worker);
  std::optional<experiment::Lease> lease(experiment::WorkerId worker);
  store::CommitResult commit(const experiment::Lease& lease, std::uint64_t chunk,
                             experiment::IndexRange range);
  // The whole of it, in one chunk.
  store::CommitResult commit(const experiment::Lease& lease) { return commit(lease, 0, lease.remainder()); }
  // One scenario of it failed while the worker goes on.
  store::CommitResult fail(const experiment::Lease& lease, std::uint64_t chunk, std::uint64_t scenario,
                           experiment::DeathCause cause, const std::string& reason);
  void exit(experiment::WorkerId worker, experiment::Exit how);
  static store::ChunkRow chunk_of(const experiment::Lease& lease, std::uint64_t chunk,
                                  experiment::IndexRange range);

  // --- the store; a controller need not run
  store::StoreThread& store_thread() {
    open_store();
    return *store_;
  }
  template <class Read>
  auto stored(Read read) {
    open_store();
    return run(store_->run(std::move(read)));
  }
  std::optional<store::ExperimentRow> row(experiment::ExperimentId id);
  store::Progress progress(experiment::ExperimentId id);

  // Of the controllers that start from then on; none: by the cores of the fleet.
  std::optional<std::uint64_t> max_workers;

  // The order of the store's calls is kept; how long each takes is for a test to say.
  std::function<Milliseconds()> store_delay;

  ManualTimer timer;
  ManualClock clock{timer};
  FakeEndpoints endpoints;

 private:
  MemoryStore memory_;

 public:
  MemoryVfs& disk = memory_.disk();

 private:
  boost::asio::io_context io_{1};
  async::SteadyPoint store_free_{};

 public:
  std::shared_ptr<FakeYard> yard = std::make_shared<FakeYard>(io_.get_executor());

 private:
  std::unique_ptr<orchestrator::ActiveExperiment> activate(const store::ExperimentRow& row,
                                                           const orchestrator::QueueHistory& history) const;
  void open_store();
  void submit_to_store(std::function<void()> step);
  void take_down();

  std::map<experiment::ExperimentId, experiment::Experiment> specs_;
  std::unique_ptr<store::StoreThread> store_;
  std::unique_ptr<orchestrator::Orchestrator> orchestrator_;
  std::shared_ptr<Pending<int>> running_;  // its loop
  std::vector<std::shared_ptr<PendingTask>> requests_;
  bool going_down_ = false;  // nobody is let in any more
};

}  // namespace flowyard::test
