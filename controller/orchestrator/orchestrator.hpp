// Orchestrator: observes, plans, applies. It alone changes the observed state of workers and leases; users
// change only what is desired (cancel, stop). One object for all experiments, on the controller's serial I/O
// executor. Each state change is stored before the outside is asked for it (intent) and after (outcome).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "controller/fleet/fleet.hpp"
#include "controller/orchestrator/active_experiment.hpp"
#include "controller/orchestrator/plan.hpp"
#include "controller/store/store_thread.hpp"

namespace flowyard::controller::orchestrator {

// Where workers come in: made by the gateway, one endpoint per worker.
class WorkerEndpoints {
 public:
  virtual ~WorkerEndpoints() = default;
  // Opens the worker's socket and writes its token beside it; gives the folder that holds both. Safe to
  // repeat.
  virtual std::string open(experiment::WorkerId worker, const std::string& token) = 0;
  // Closes the socket and removes the folder.
  virtual async::Task<> close(experiment::WorkerId worker) = 0;
};

// Answers to a worker that asks for a lease.
struct Leave {};
struct NothingYet {};
using LeaseAnswer = std::variant<NothingYet, Leave, experiment::Lease>;

struct Usage {
  double cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;
};

struct LiveWorker {
  experiment::Worker worker;
  bool action_pending = false;
  bool used_up = false;
  double cpu_percent = 0;
  TimePoint usage_at{};
};

class Orchestrator {
 public:
  using Fleets = std::map<std::string, std::unique_ptr<fleet::Fleet>>;

  Orchestrator(async::Executor executor, store::StoreThread& store, Fleets fleets, const Clock& clock,
               Log log);

  // --- life. resume() first: it adopts what runs, accounts what ended and finds what nobody owns.
  void attach(WorkerEndpoints& endpoints) { endpoints_ = &endpoints; }
  async::Task<> resume();
  async::Task<> run();    // until cancelled
  async::Task<> close();  // cancels what is under way and waits for it; workers go on

  // --- what users want
  void add(std::unique_ptr<ActiveExperiment> experiment);
  async::Task<> cancel(experiment::ExperimentId id);
  async::Task<> stop_worker(experiment::WorkerId id);  // its work goes to others

  // --- what workers say; `worker` was identified by its token
  async::Task<bool> hello(experiment::WorkerId worker);  // false: nobody of that name is expected
  async::Task<LeaseAnswer> lease(experiment::WorkerId worker, Milliseconds wait);
  async::Task<store::CommitResult> commit(store::ChunkRow chunk, std::string token);
  async::Task<bool> fail_lease(experiment::WorkerId worker, experiment::LeaseId lease, std::string token,
                               std::string message);
  void heartbeat(experiment::WorkerId worker, const Usage& usage, bool progress);
  bool should_leave(experiment::WorkerId worker) const;
  bool holds(experiment::WorkerId worker, experiment::LeaseId lease) const;

  // --- what there is
  const ActiveExperiment* experiment(experiment::ExperimentId id) const;
  const std::map<experiment::ExperimentId, std::unique_ptr<ActiveExperiment>>& experiments() const {
    return experiments_;
  }
  const LiveWorker* worker(experiment::WorkerId id) const;
  const std::map<experiment::WorkerId, LiveWorker>& workers() const { return workers_; }
  fleet::Fleet* fleet(const std::string& name) const;
  // Of a fleet by its name; of none where there is no such fleet.
  fleet::Capacity capacity(const std::string& fleet) const;

  // The journal has a new line: for watchers.
  async::Event& journal_changed() { return journal_changed_; }
  std::int64_t last_event() const { return last_event_; }
  // Anything changed.
  async::Event& changed() { return changed_; }
  // Adds a line to the journal.
  void publish_event(experiment::ExperimentId experiment, std::string type,
                     std::map<std::string, std::string> fields);

 private:
  Facts facts() const;
  ExperimentFacts facts_of(const ActiveExperiment& experiment) const;
  WorkerFacts facts_of(const LiveWorker& live) const;
  Milliseconds until_next_look(const Facts& facts) const;

  // leases.cpp
  async::Task<LeaseAnswer> grant(experiment::ExperimentId experiment, experiment::WorkerId worker,
                                 Batch batch);
  bool holds_any(experiment::WorkerId worker) const;
  void took(ActiveExperiment& experiment, LeaseInHand& held, experiment::WorkerId worker,
            experiment::IndexRange range, double seconds, const experiment::Lease& after);

  // apply.cpp
  void apply(const Action& action);
  void start_action(experiment::WorkerId worker, std::string name, async::Task<> task);
  async::Task<> with_worker_in_hand(experiment::WorkerId worker, async::Task<> task);
  async::Task<> launch(Launch action);
  async::Task<> bring_up(experiment::WorkerId worker);
  async::Task<> start(experiment::WorkerId worker);
  async::Task<> prepare(ActiveExperiment& experiment, fleet::Fleet& home);
  async::Task<> kill(Kill action);
  async::Task<> collect(experiment::WorkerId worker);
  async::Task<> remove(experiment::WorkerId worker);
  async::Task<> finish(experiment::ExperimentId experiment);
  async::Task<> record_end(experiment::ExperimentId experiment);
  async::Task<> clear_away(experiment::ExperimentId experiment, std::string fleet);
  bool has_workers(experiment::ExperimentId experiment) const;
  enum class LaunchTrouble { Permanent, Transient, Outage };  // Outage: there was nobody to refuse it
  async::Task<> launch_failed(experiment::WorkerId worker, LaunchTrouble trouble, std::string reason);
  void note_launch_failure(ActiveExperiment& experiment, const std::string& reason);
  experiment::Worker new_worker(ActiveExperiment& experiment, int pool) const;

  // observe.cpp
  async::Task<> reconcile();
  async::Task<> lose_unheld_leases();
  async::Task<> reconcile_with(fleet::Fleet& fleet);
  async::Task<> adopt(experiment::Worker worker, std::string token);
  void watch(experiment::WorkerId worker);
  async::Task<> watch_end(experiment::WorkerId worker);
  async::Task<> ended(experiment::WorkerId worker, experiment::Exit exit);
  async::Task<> lose_leases(experiment::WorkerId worker, experiment::DeathCause cause, std::string reason);
  async::Task<> lose_lease(experiment::ExperimentId experiment, experiment::LeaseId lease,
                           experiment::LeaseState as, experiment::DeathCause cause, std::string reason,
                           std::string worker);

  async::Task<> move(LiveWorker& live, experiment::WorkerState state);
  async::Task<> save(experiment::Worker worker);
  async::Task<> append(experiment::JournalEvent event);
  experiment::JournalEvent event_of(experiment::ExperimentId experiment, std::string type,
                                    std::map<std::string, std::string> fields) const;
  void tell_progress(ActiveExperiment& experiment, bool now);
  LiveWorker* find(experiment::WorkerId id);
  ActiveExperiment* find(experiment::ExperimentId id);
  std::uint64_t live_in_pool(experiment::ExperimentId experiment, int pool) const;

  store::StoreThread& store_;
  Fleets fleets_;
  const Clock& clock_;
  Log log_;
  WorkerEndpoints* endpoints_ = nullptr;
  std::string installation_;

  std::map<experiment::ExperimentId, std::unique_ptr<ActiveExperiment>> experiments_;
  std::map<experiment::WorkerId, LiveWorker> workers_;
  std::multiset<std::pair<experiment::ExperimentId, int>> launching_;  // decided, not yet in workers_
  std::set<experiment::ExperimentId> finishing_;
  std::set<experiment::WorkerId> watched_;
  std::map<std::string, TimePoint> orphans_;  // handle -> first seen
  TimePoint last_reconcile_{};
  bool reconciling_ = false;
  bool closing_ = false;

  async::Event changed_;
  async::Event journal_changed_;
  std::int64_t last_event_ = 0;
  async::TaskGroup tasks_;
};

}  // namespace flowyard::controller::orchestrator
