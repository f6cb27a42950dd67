// Store: everything that must outlive the controller, in one SQLite file. Synchronous; one object, one thread
// (StoreThread gives coroutines access). Each method is one transaction: when it returns, it is on disk.
// Failures of SQLite are thrown as StoreFailure, and leave the store unchanged.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/access_token.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/experiment/experiment_state.hpp"
#include "controller/experiment/journal_event.hpp"
#include "controller/experiment/lease.hpp"
#include "controller/store/sqlite.hpp"

namespace flowyard::controller::store {

using experiment::ExperimentId;
using experiment::LeaseId;
using experiment::WorkerId;

struct ExperimentRow {
  ExperimentId id;
  std::string name;
  experiment::ExperimentState state = experiment::ExperimentState::Running;
  std::string reason;
  bool cancel_wanted = false;
  bool pause_wanted = false;
  std::uint64_t round = 0;             // how often it went on after an end
  std::optional<TimePoint> resumed{};  // the last time that it did
  TimePoint submitted{};
  std::optional<TimePoint> finished;
  std::uint64_t scenarios = 0;
  std::string fleet;
  std::string idempotency_key;
  experiment::Bundle bundle;
  std::map<std::string, std::string> overrides;  // as Experiment has them, for lists
  std::string image = {};                        // of its program, as it names it; empty: none
  std::string image_ran = {};                    // "name@sha256:...", or an id; empty: not known yet
  bool needs_login = false;  // credentials for the image came with it; they themselves are not stored
};

// How an experiment that has ended goes on.
struct Reopening {
  bool failed_again = false;  // failed scenarios are reset to untried
  // What it is from now on, where it was extended.
  struct Extended {
    std::string text;
    std::map<std::string, std::string> overrides;
    std::uint64_t scenarios = 0;
  };
  std::optional<Extended> extended = {};
};

// A run of scenarios that waits for another try.
struct RetryRow {
  experiment::IndexRange range;
  experiment::Tries tries;
  TimePoint not_before{};
};

// A file that a scenario's program wrote.
struct FileRow {
  std::uint64_t scenario = 0;
  std::string name;
  std::string hash;  // SHA-256 of its content
  std::uint64_t bytes = 0;
  WorkerId worker = {};
};

struct ChunkRow {
  LeaseId lease;
  std::uint64_t chunk = 0;
  WorkerId worker;
  experiment::IndexRange range;
  double compute_seconds = 0;
  std::string body;  // the result chunk in its columnar encoding; compressed on disk
  // Of the range: what holds NaN or infinity without a reason. Only written; not_finite_ranges() tells it.
  std::vector<experiment::IndexRange> not_finite = {};
  bool not_finite_fails = false;  // these count as failed and not as done
  // Of its scenarios, with names and hashes. Only written; files() tells them.
  std::vector<FileRow> files = {};
};

// Failed scenarios of a lease whose holder goes on, and what becomes of them.
struct FailedChunkRow {
  LeaseId lease;
  std::uint64_t chunk = 0;
  WorkerId worker;
  experiment::IndexRange range;
  std::vector<RetryRow> again;
  std::vector<experiment::FailedScenario> given_up;
};

enum class Commit {
  Stored,
  Duplicate,  // this very chunk is stored already
  Stale,      // the lease is not open, the token is another's, or the range is not what comes next
};

struct CommitResult {
  Commit outcome = Commit::Stale;
  experiment::Lease lease;   // after the commit
  std::uint64_t failed = 0;  // scenarios of the chunk that were stored as failed
};

// What a lost lease turns into, all in one transaction.
struct LeaseEnding {
  LeaseId lease;
  std::uint64_t committed = 0;  // scenarios of it that were stored when this was decided
  experiment::LeaseState state = experiment::LeaseState::Expired;
  std::vector<RetryRow> again;
  std::vector<experiment::FailedScenario> given_up;
};

// The scenarios that failed of one cause.
struct FailureGroup {
  std::uint64_t count = 0;
  experiment::FailedScenario first;
};

struct Progress {
  std::uint64_t done = 0, failed = 0, leased = 0, retries = 0;
  std::uint64_t not_finite = 0;  // of those done or failed
};

// An experiment in a listing. Workers count here once they are gone and change no more.
struct ListedExperiment {
  ExperimentRow row;  // without its bundle
  Progress progress;
  struct Gone {
    std::uint64_t workers = 0;
    double compute_seconds = 0;
    Milliseconds start{};  // from create to hello, summed
  } gone;
};

// The newest first.
struct ExperimentPage {
  std::optional<experiment::ExperimentState> state;  // none: all
  std::optional<ExperimentId> before;                // those that are older
  std::size_t at_most = 100;
};

struct StateTotals {
  experiment::ExperimentState state = experiment::ExperimentState::Running;
  std::uint64_t experiments = 0;
  Progress progress;
  double compute_seconds = 0;  // of workers that are gone
};

class Store {
 public:
  // Opens or creates `path`, in SQLite's virtual file system of that name; empty: the default.
  explicit Store(const std::string& path, const std::string& vfs = {});

  // A random id that marks this installation's containers; made once.
  std::string installation();
  // The number of the next worker name; never given twice.
  std::uint64_t take_name_number();

  // --- experiments (experiments.cpp)
  // Stores the row and its bundle. With an idempotency key that is known, stores nothing and gives the known
  // id.
  struct Added {
    ExperimentId id;
    bool is_new = true;
  };
  Added add_experiment(const ExperimentRow& row);
  // Whether that key is known; the empty one never is.
  bool knows_key(const std::string& idempotency_key);
  // Without its bundle, and with it.
  std::optional<ExperimentRow> experiment_row(ExperimentId id);
  std::optional<ExperimentRow> experiment(ExperimentId id);
  std::vector<ExperimentRow> experiments();  // without bundles, newest first
  // The newest of that name, and all whose names begin so, newest first.
  std::optional<ExperimentId> experiment_named(const std::string& name);
  std::vector<std::pair<ExperimentId, std::string>> experiments_beginning(const std::string& prefix);
  void want_cancel(ExperimentId id);
  void want_pause(ExperimentId id, bool wanted);
  // Makes one that has ended run again; its new round, or nothing where it has not ended (any more).
  std::optional<std::uint64_t> reopen(ExperimentId id, const Reopening& how, TimePoint when);
  // The reason why a running experiment makes no progress; empty: none.
  void set_reason(ExperimentId id, const std::string& reason);
  void set_image_ran(ExperimentId id, const std::string& ran);
  void set_needs_login(ExperimentId id);
  void finish_experiment(ExperimentId id, experiment::ExperimentState state, const std::string& reason,
                         TimePoint when);
  // --- forgetting (forgetting.cpp)
  // Of one that has ended: it is not there any more, though rows of it are.
  void forget_experiment(ExperimentId id);
  // A step of deleting those, some 50 ms long at most; false: there are none.
  bool clear_forgotten();

  // --- space (space.cpp)
  std::uint64_t file_bytes();  // of the store's file, without its journal
  // A step of giving what was deleted back to the file system, some 10 ms long; false: there is no more to
  // give.
  bool give_back_space();

  // --- listings (listing.cpp): their cost depends on the rows returned, not on the scenarios run
  std::vector<ListedExperiment> list_experiments(const ExperimentPage& page);
  std::optional<ListedExperiment> listed_experiment(ExperimentId id);
  Progress progress(ExperimentId of);
  std::vector<StateTotals> totals();

  // --- workers (workers.cpp)
  WorkerId add_worker(const experiment::Worker& worker, const std::string& token);
  void update_worker(const experiment::Worker& worker);
  // The same, and a line of the journal, whose number it gives.
  std::int64_t update_worker(const experiment::Worker& worker, const experiment::JournalEvent& event);
  std::vector<experiment::Worker> workers(std::optional<ExperimentId> of = {});  // newest first
  std::vector<experiment::Worker> workers_not_gone(std::optional<ExperimentId> of = {});
  // The one of that name; else those whose names begin so, two at most: more make it no less unclear.
  std::vector<experiment::Worker> workers_called(const std::string& which);
  std::string worker_token(WorkerId id);
  void keep_log(WorkerId id, const std::string& text);
  std::optional<std::string> kept_log(WorkerId id);
  void delete_worker(WorkerId id);

  // --- leases (leases.cpp)
  // Opens a lease; takes its range off the front of the retry that begins with it, if there is one, in the
  // same transaction.
  LeaseId open_lease(const experiment::Lease& lease);
  std::vector<experiment::Lease> open_leases(ExperimentId of);
  // The scenarios that a worker was last handed.
  std::optional<experiment::IndexRange> last_handed_to(WorkerId worker);
  // False, and nothing is changed: results came since it was decided. Safe to repeat.
  bool end_lease(const LeaseEnding& ending);
  std::vector<RetryRow> retries(ExperimentId of);
  // By cause, that of the lowest scenario first.
  std::vector<FailureGroup> failure_groups(ExperimentId of);
  // Rising; the second, those of some scenarios.
  std::vector<experiment::FailedScenario> failures(ExperimentId of, std::size_t at_most);
  std::vector<experiment::FailedScenario> failures(ExperimentId of, experiment::IndexRange within,
                                                   std::size_t at_most);
  std::vector<experiment::IndexRange> failed_ranges(ExperimentId of);

  // --- results (results.cpp)
  // Stores a chunk if its lease is open, the token is the holder's, and the range is the lease's next.
  CommitResult commit(const ChunkRow& chunk, const std::string& token, TimePoint when);
  // The same of scenarios that failed: the lease goes on behind them.
  CommitResult commit(const FailedChunkRow& chunk, const std::string& token, TimePoint when);
  // All that have results, also those that failed for them.
  std::vector<experiment::IndexRange> done_ranges(ExperimentId of);
  std::vector<experiment::IndexRange> not_finite_ranges(ExperimentId of);
  // Those that have a scenario in common with `within`.
  std::vector<experiment::IndexRange> not_finite_ranges(ExperimentId of, experiment::IndexRange within);
  // The first chunk that begins at or after scenario `from`; of one worker only if given. So that results are
  // read in order with other work in between.
  std::optional<ChunkRow> next_chunk(ExperimentId of, std::uint64_t from, std::optional<WorkerId> by = {});
  // The chunk that holds that scenario.
  std::optional<ChunkRow> chunk_with(ExperimentId of, std::uint64_t scenario);

  // --- files that programs wrote (files.cpp)
  // Keeps the content of one for a chunk to come, and gives its hash. Conflict: the lease is not open, or the
  // token another's. Limit: the files of the experiment would come to more than `most` bytes.
  Result<std::string> keep_file(LeaseId lease, WorkerId worker, const std::string& token,
                                const std::string& content, std::uint64_t most);
  // By scenario and name, those behind `after`; of one worker only if given.
  std::vector<FileRow> files(ExperimentId of, const std::optional<FileRow>& after, std::size_t at_most,
                             std::optional<WorkerId> by = {});
  std::optional<std::string> file_content(ExperimentId of, std::uint64_t scenario, const std::string& name);

  // --- journal (journal.cpp)
  std::int64_t append(const experiment::JournalEvent& event);
  std::vector<experiment::JournalEvent> journal(std::int64_t after, std::optional<ExperimentId> of,
                                                std::size_t at_most);
  std::int64_t last_event();

  // --- budgets (tokens.cpp)
  experiment::Spending spending(const std::string& account);  // so far
  void spend(const std::string& account, const experiment::Spending& more);

  // --- access tokens (tokens.cpp)
  bool add_access_token(const experiment::AccessToken& token);  // false: there is one of that name
  std::vector<experiment::AccessToken> access_tokens();         // by name
  bool revoke_access_token(const std::string& name);            // false: there is none

 private:
  std::int64_t add_to_journal(const experiment::JournalEvent& event);  // within a transaction

  Database database_;
};

}  // namespace flowyard::controller::store
