// Service: the use cases, the one facade that REST and MCP share. Lives on the controller's I/O executor;
// every method may be called side by side. What the caller got wrong comes back as Error; what the world does
// wrong is thrown.
#pragma once

#include <functional>
#include <variant>

#include "common/async/task.hpp"
#include "common/base/result.hpp"
#include "controller/experiment/bundle.hpp"
#include "controller/experiment/journal_event.hpp"
#include "controller/experiment/submission.hpp"
#include "controller/results/archive.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::service {

using experiment::SubmitOptions;
using experiment::Submitted;

using MissingFiles = std::vector<experiment::MissingFile>;

struct WorkerFilter {
  std::optional<experiment::ExperimentId> experiment;
  bool include_gone = false;
};

struct LogOptions {
  std::optional<std::size_t> tail;  // last lines only
  std::optional<TimePoint> since;
  bool follow = false;
};

class Service {
 public:
  virtual ~Service() = default;

  // Reads, checks and compiles; starts nothing. All errors at once, or the files that are missing.
  virtual async::Task<Results<std::variant<service::PlanView, MissingFiles>>> plan(experiment::Bundle bundle,
                                                                                   SubmitOptions options) = 0;
  // The same, then stores the experiment durably and lets it run.
  virtual async::Task<Results<std::variant<Submitted, MissingFiles>>> submit(experiment::Bundle bundle,
                                                                             SubmitOptions options) = 0;

  // `which`: an id, a name (the newest of that name), a unique prefix of a name, or "@latest".
  virtual async::Task<Result<experiment::ExperimentId>> find_experiment(std::string which) = 0;
  virtual async::Task<std::vector<service::ExperimentView>> experiments() = 0;  // newest first
  virtual async::Task<Result<service::ExperimentDetail>> experiment(experiment::ExperimentId id) = 0;
  // How far it is, without its results: cheap, for watchers who ask several times a second.
  virtual async::Task<Result<service::ExperimentView>> progress(experiment::ExperimentId id) {
    auto views = co_await experiments();
    for (auto& view : views) {
      if (view.id == id) co_return std::move(view);
    }
    co_return failure(ErrorCode::NotFound, "no experiment " + to_string(id));
  }
  virtual async::Task<Result<void>> cancel(experiment::ExperimentId id) = 0;
  // Forgets a finished experiment with its results and logs; a running one is a Conflict.
  virtual async::Task<Result<void>> delete_experiment(experiment::ExperimentId id) = 0;

  // Newest first. Names stay known after the container is gone.
  virtual async::Task<std::vector<service::WorkerView>> workers(WorkerFilter filter) = 0;
  // `which`: a worker's name or a unique prefix of one.
  virtual async::Task<Result<service::WorkerView>> worker(std::string which) = 0;
  // Replaces the worker by a new one; what it had not committed is run again.
  virtual async::Task<Result<void>> restart_worker(std::string which) = 0;
  // Removes a worker's container (its unfinished work goes to others) and its stored log and record; a busy
  // one is a Conflict unless `force`.
  enum class DeleteMode { FinishedOnly, Force };
  virtual async::Task<Result<void>> delete_worker(std::string which, DeleteMode mode) = 0;
  // Forgets what finished longer than `older_than` ago; returns the names of what was, or with DryRun would
  // be, forgotten.
  enum class PruneMode { DryRun, Really };
  virtual async::Task<std::vector<std::string>> prune(Milliseconds older_than, PruneMode mode) = 0;

  // The log of a worker (live or stored), whole lines, through `sink`; returns at its end, or with follow
  // when the worker has ended.
  using LineSink = std::function<async::Task<>(std::string lines)>;
  virtual async::Task<Result<void>> log(std::string which, LogOptions options, LineSink sink) = 0;

  // `which`: a worker or an experiment.
  virtual async::Task<Result<service::WhyView>> why(std::string which) = 0;

  // The files of a checkout of an experiment, or of one worker's part of it, in an order of the service's
  // choosing, one after another through `sink`, so that no more than one is in memory.
  using FileSink = std::function<async::Task<>(results::ExportFile)>;
  virtual async::Task<Result<void>> checkout(std::string which, FileSink sink) = 0;

  // Journal events after the one numbered `after`, of one experiment or of all; waits up to `limit` for the
  // first one.
  virtual async::Task<std::vector<experiment::JournalEvent>> events(
      std::optional<experiment::ExperimentId> of, std::int64_t after, Milliseconds limit) = 0;
  virtual std::int64_t last_event() const = 0;

  virtual async::Task<service::ControllerView> status() = 0;
  // Begins an orderly shutdown; running experiments go on when a controller starts again.
  virtual void request_stop() = 0;
};

}  // namespace flowyard::controller::service
