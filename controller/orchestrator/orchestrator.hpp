// Orchestrator: observes, plans, applies. It alone changes the observed state of workers and leases; users
// change only what is desired (cancel, stop). One object for all experiments, on the controller's serial I/O
// executor. The store comes first and memory follows it: intent is stored before the outside is asked, and
// what happened before anything is decided by it. A step that failed leaves the facts as they were, so that
// plan() asks for it again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "common/async/timer.hpp"
#include "controller/fleet/fleet.hpp"
#include "controller/orchestrator/active_experiment.hpp"
#include "controller/orchestrator/places.hpp"
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
  double progress = 0;  // of the scenario at hand, 0 to 1, where its program says so
};

struct LiveWorker {
  experiment::Worker worker;  // as the store has it, but for what heartbeats say of its use
  bool action_pending = false;
  bool changing = false;  // a change of it is on its way to the store
  bool used_up = false;
  bool served = false;  // it has had a lease
  std::optional<Observation> seen = {};
  std::uint64_t revision = 0;  // counts changes and actions: what a fleet was asked before one is stale
  SteadyPoint since{}, last_heard{}, last_busy{};
  std::optional<SteadyPoint> keep_until = {};
  double cpu_percent = 0;
  double progress = 0;  // of the scenario at hand, 0 to 1; 0 where that is not known
  SteadyPoint usage_at{};

  // It ended, or is not there, whether or not that is stored yet.
  bool is_seen_to_end() const { return seen && (!seen->there || seen->exit); }
  // Alive as far as is known: it may say hello, ask, commit.
  bool is_expected() const { return worker.state < experiment::WorkerState::Exited && !is_seen_to_end(); }
  // Something is done about it: what was seen before is taken into account, or is about the state before;
  // only an end stays one.
  void acted_on() {
    ++revision;
    if (!is_seen_to_end()) seen.reset();
  }
};

// What a coroutine holds while it waits: the thing itself, which stays valid though it be removed meanwhile,
// so that what is read after an await is what is so then. Ids are looked up anew.
template <class T>
using Pinned = std::shared_ptr<T>;

class Orchestrator {
 public:
  using Fleets = std::map<std::string, std::unique_ptr<fleet::Fleet>>;

  Orchestrator(async::Executor executor, store::StoreThread& store, Fleets fleets, const Clock& clock,
               async::Timer& timer, Log log);

  // --- life. resume() first: it adopts what runs, accounts what ended and finds what nobody owns.
  void attach(WorkerEndpoints& endpoints) { endpoints_ = &endpoints; }
  async::Task<> resume();
  // A fleet that was not there at resume(), and the experiments that waited for it: adopts what runs there.
  async::Task<> take_up(std::unique_ptr<fleet::Fleet> fleet,
                        std::vector<std::unique_ptr<ActiveExperiment>> waiting);
  async::Task<> run();    // until cancelled
  async::Task<> close();  // cancels what is under way and waits for it; workers go on, spares do not

  // How many workers live at once over all experiments, where anybody says so; otherwise twice the cores of
  // the largest fleet, at least kLeastWorkers.
  void limit_workers(std::optional<std::uint64_t> at_most) { asked_max_workers_ = at_most; }
  std::uint64_t max_workers() const;

  // --- what users want
  void add(std::unique_ptr<ActiveExperiment> experiment);
  async::Task<> cancel(experiment::ExperimentId id);
  // Nothing more is handed out, and it ends as paused once what is out has ended.
  async::Task<> pause(experiment::ExperimentId id);
  // The reverse, before it has; false: its end is just being recorded.
  async::Task<bool> unpause(experiment::ExperimentId id);
  // Credentials for its image's registry; one that waited for them goes on.
  void give_credentials(experiment::ExperimentId id, Secret registry_auth);
  async::Task<> stop_worker(experiment::WorkerId id);  // its work goes to others

  // --- what workers say; `worker` was identified by its token
  async::Task<bool> hello(experiment::WorkerId worker);  // false: nobody of that name is expected
  async::Task<LeaseAnswer> lease(experiment::WorkerId worker, Milliseconds wait);
  async::Task<store::CommitResult> commit(store::ChunkRow chunk, std::string token);
  // As Store::keep_file; a sign of life.
  async::Task<Result<std::string>> keep_file(experiment::WorkerId worker, experiment::LeaseId lease,
                                             std::string token, std::string content, std::uint64_t most);
  // Scenarios that failed while the worker goes on: `losses` has one for each of the chunk's range.
  async::Task<store::CommitResult> commit(store::FailedChunkRow chunk, std::vector<Loss> losses,
                                          std::string token);
  async::Task<bool> fail_lease(experiment::WorkerId worker, experiment::LeaseId lease, std::string token,
                               std::string message);
  void heartbeat(experiment::WorkerId worker, const Usage& usage, bool progress);
  bool should_leave(experiment::WorkerId worker) const;
  bool holds(experiment::WorkerId worker, experiment::LeaseId lease) const;
  // The lease as it stands, if the worker holds it.
  std::optional<experiment::Lease> held_lease(experiment::WorkerId worker, experiment::LeaseId lease) const;

  // --- what there is
  const ActiveExperiment* experiment(experiment::ExperimentId id) const;
  const std::map<experiment::ExperimentId, Pinned<ActiveExperiment>>& experiments() const {
    return experiments_;
  }
  const LiveWorker* worker(experiment::WorkerId id) const;
  const std::map<experiment::WorkerId, Pinned<LiveWorker>>& workers() const { return workers_; }
  fleet::Fleet* fleet(const std::string& name) const;
  std::vector<std::string> fleet_names() const;
  // Of a fleet by its name; of none where there is no such fleet.
  fleet::Capacity capacity(const std::string& fleet) const;
  Facts facts() const;
  // Those that wait for a worker because all that may live are with others.
  std::map<experiment::ExperimentId, Queued> queued() const { return orchestrator::queued(facts()); }

  // The journal has a new line: for watchers.
  async::Event& journal_changed() { return journal_changed_; }
  std::int64_t last_event() const { return last_event_; }
  // Anything changed.
  async::Event& changed() { return changed_; }
  // Adds a line to the journal.
  void publish_event(experiment::ExperimentId experiment, std::string type,
                     std::map<std::string, experiment::EventValue> fields);

 private:
  // What is known of a fleet between two looks at it.
  struct FleetWatch {
    bool looking = false;
    SteadyPoint next_look{};
    std::map<std::string, OrphanFacts> orphans;  // by handle
    bool spare_pending = false;
    SteadyPoint no_spare_before{};
  };
  using Change = std::function<void(experiment::Worker&)>;
  class TakenBatch;
  class CommitUnderWay;

  ExperimentFacts facts_of(const ActiveExperiment& experiment) const;
  WorkerFacts facts_of(const LiveWorker& live) const;
  void add_lost_leases(const ActiveExperiment& experiment, std::vector<LeaseFacts>& leases) const;
  SteadyPoint next_look(const Facts& facts) const;
  void keep_time();

  // leases.cpp
  async::Task<LeaseAnswer> grant(Pinned<ActiveExperiment> experiment, Pinned<LiveWorker> live,
                                 TakenBatch taken);
  bool holds_any(const LiveWorker& live) const;
  bool should_leave(const LiveWorker& live) const;
  async::Task<> end_lease(EndLease action);

  // commits.cpp
  // Stores results or failures of a lease, then what `take` makes of it in memory.
  async::Task<store::CommitResult> store_commit(
      Pinned<ActiveExperiment> experiment, experiment::LeaseId lease,
      std::function<store::CommitResult(store::Store&)> commit_it,
      std::function<void(HeldLease& held, const store::CommitResult& result)> take);
  void took(ActiveExperiment& experiment, HeldLease& held, LiveWorker& live,
            const store::CommitResult& result, std::uint64_t count);

  // apply.cpp
  void apply(const Action& action);
  void start_action(experiment::WorkerId worker, std::string name, async::Task<> task);
  async::Task<> with_action_pending(Pinned<LiveWorker> live, async::Task<> task);
  async::Task<std::string> failure_of(async::Task<> task);  // empty: none; a cancellation passes through
  void abandon(const Abandon& action);

  // launch.cpp
  async::Task<> launch(Launch action);
  experiment::Worker new_worker(ActiveExperiment& experiment, int pool) const;
  async::Task<> bring_up(Pinned<LiveWorker> live);
  async::Task<> prepare(Pinned<ActiveExperiment> experiment, fleet::Fleet& home);
  async::Task<> fetch_image(Pinned<ActiveExperiment> experiment, fleet::Fleet& home);  // images.cpp
  async::Task<> until_called_off(Pinned<ActiveExperiment> experiment);                 // images.cpp
  async::Task<> start(Pinned<LiveWorker> live);
  // Outage: there was nobody to refuse it. Credentials: somebody has to give them. Registry: it is away.
  // Final: as Permanent, and not tried again.
  enum class LaunchTrouble { Permanent, Transient, Final, Outage, Credentials, Registry };
  static LaunchTrouble trouble_with(const fleet::LaunchFailed& failed);
  void note_launch_failure(ActiveExperiment& experiment, LaunchTrouble trouble, const std::string& reason);
  async::Task<> launch_failed(Pinned<LiveWorker> live, LaunchTrouble trouble, std::string reason);
  async::Task<> keep_spare(std::string fleet, bool wanted);

  // retire.cpp
  async::Task<> drain(Pinned<LiveWorker> live);
  async::Task<> kill(Pinned<LiveWorker> live, Kill action);
  async::Task<> collect(Pinned<LiveWorker> live);
  async::Task<> remove(Pinned<LiveWorker> live);
  bool has_workers(experiment::ExperimentId experiment) const;
  async::Task<> clear_away(experiment::ExperimentId experiment, std::string fleet);
  async::Task<> finish(Pinned<ActiveExperiment> experiment);
  async::Task<> record_finish(Pinned<ActiveExperiment> experiment);

  // observe.cpp
  void adopt(experiment::Worker worker, const std::string& token);
  async::Task<> look(std::string fleet);
  async::Task<> look_at(fleet::Fleet& home);
  async::Task<> remove_orphan(RemoveOrphan action);
  async::Task<> settle(Pinned<LiveWorker> live, Settle action);
  async::Task<> record_end(Pinned<LiveWorker> live, experiment::Exit exit);
  void watch(Pinned<LiveWorker> live);
  async::Task<> watch_end(Pinned<LiveWorker> live);

  // Stores what `change` makes of a worker, with its new state and a line of the journal if it has one, then
  // makes it so in memory. False, and nothing is done: it may not go to that state any more. One at a time
  // for each worker; `change` is called for the store and once more for memory.
  async::Task<bool> change(Pinned<LiveWorker> live, std::optional<experiment::WorkerState> to, Change change);
  async::Task<> append(experiment::JournalEvent event);
  experiment::JournalEvent event_of(experiment::ExperimentId experiment, std::string type,
                                    std::map<std::string, experiment::EventValue> fields) const;
  void publish_progress(ActiveExperiment& experiment, bool now);
  Pinned<LiveWorker> pin(experiment::WorkerId id) const;
  Pinned<ActiveExperiment> pin(experiment::ExperimentId id) const;
  std::uint64_t live_in_pool(experiment::ExperimentId experiment, int pool) const;

  store::StoreThread& store_;
  Fleets fleets_;
  const Clock& clock_;   // for showing and for the record
  async::Timer& timer_;  // for every wait and every decision
  Log log_;
  WorkerEndpoints* endpoints_ = nullptr;
  std::string installation_;

  std::map<experiment::ExperimentId, Pinned<ActiveExperiment>> experiments_;
  std::map<experiment::WorkerId, Pinned<LiveWorker>> workers_;
  std::multiset<std::pair<experiment::ExperimentId, int>> launching_;  // decided, not yet in workers_
  std::set<experiment::ExperimentId> finishing_;
  std::set<experiment::WorkerId> watched_;
  std::map<std::string, FleetWatch> watches_;  // by fleet
  std::optional<std::uint64_t> asked_max_workers_;
  SteadyPoint last_out_of_turn_;
  SteadyPoint time_kept_;    // until then
  SteadyPoint last_active_;  // when there last was an experiment or a worker
  bool closing_ = false;

  async::Event changed_;
  async::Event journal_changed_;
  std::int64_t last_event_ = 0;
  async::TaskGroup tasks_;
  async::TaskGroup unbroken_;  // what would leave something in a fleet if it were broken off
};

// Between tries while the store fails; while the disk is full, say.
inline constexpr Milliseconds kStorePause{5'000};
// What keeps work from going on when the store fails, for people.
std::string trouble_of(const std::string& what, const std::exception& failure);

}  // namespace flowyard::controller::orchestrator
