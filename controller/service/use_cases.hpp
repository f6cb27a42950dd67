// The use cases: the requests that an interface (REST, MCP) may make of the service, and the views returned.
// Views are plain values that the service fills, rest turns into JSON, and the command line shows. Durations
// are seconds of wall time.
//
// The JSON of a view is its description (BOOST_DESCRIBE_STRUCT): the members named there travel under their
// own names and in that order. A test holds the descriptions against docs/openapi.yaml.
//
// FLOWYARD_USE_CASES, at the end, names each use case once; the interface, what implements it and what tests
// put in its place are declared from it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "controller/charts/chart.hpp"
#include "controller/experiment/access_token.hpp"
#include "controller/experiment/experiment_state.hpp"
#include "controller/experiment/ids.hpp"
#include "controller/experiment/worker.hpp"
#include "controller/results/chart_plan.hpp"
#include "controller/results/table_query.hpp"
#include "controller/service/preview_view.hpp"

// Values of the domain that travel within views.
namespace flowyard::controller::experiment {
BOOST_DESCRIBE_STRUCT(Exit, (), (code, oom_killed, vanished))
}  // namespace flowyard::controller::experiment

namespace flowyard::controller::service {

struct PlanView {
  std::string name;
  std::uint64_t scenarios = 0;  // all points of the experiment
  struct NamedScenario {
    std::string name;
    std::uint64_t points = 0;  // scenarios of it
    std::string model;
  };
  std::vector<NamedScenario> named;
  std::vector<std::string> axes;  // "growth_rate: 100 values from 0.01 to 0.1"
  std::uint64_t regions = 1, replications = 1;
  std::uint64_t batches = 0;
  std::uint64_t workers_at_once = 0;
  std::uint64_t workers_in_all = 0;              // equals workers_at_once unless isolation is fresh
  std::uint64_t memory_bytes = 0;                // limit of one worker times workers at once
  std::uint64_t output_bytes = 0;                // of all results, as they are stored
  std::optional<std::uint64_t> free_bytes = {};  // of the file system that they are stored on
  // Of computing, all workers at it, by a short trial; none: only running it would tell.
  std::optional<double> seconds = {};
  std::string isolation, fleet;
  std::string image;  // that may have to be fetched from a registry, as it is named; empty: none
  std::vector<std::string> outcomes, series;
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(PlanView::NamedScenario, (), (name, points, model))
BOOST_DESCRIBE_STRUCT(PlanView, (),
                      (name, scenarios, named, axes, regions, replications, batches, workers_at_once,
                       workers_in_all, memory_bytes, output_bytes, free_bytes, seconds, isolation, fleet,
                       image, outcomes, series, warnings))

struct ExperimentView {
  experiment::ExperimentId id;
  std::string name;
  experiment::ExperimentState state = experiment::ExperimentState::Running;
  std::string reason;  // why it failed, or empty
  TimePoint submitted{};
  std::optional<TimePoint> finished;
  std::uint64_t round = 0;  // how often it went on after an end
  std::uint64_t scenarios = 0, done = 0, failed = 0, running = 0;
  std::uint64_t not_finite =
      0;  // of those done or failed: results that hold NaN or infinity without a reason
  std::uint64_t workers_live = 0, workers_in_all = 0, retries = 0;
  // Of one that runs; as here of all others.
  int priority = 0;
  std::uint64_t tried_again = 0;     // scenarios whose batch was lost, that wait for another or are in it
  std::uint64_t most_tries = 0;      // that one of these failed alone
  std::uint64_t smallest_batch = 0;  // of these, in scenarios
  std::uint64_t attempts = 0;        // that each scenario has
  std::optional<std::uint64_t> failures_max = {};  // scenarios that may fail; none: all
  double part_done = 0;  // of scenarios at hand, where their program says so: summed, each 0 to 1
  std::optional<double> eta_seconds = {};  // until it has ended; none: not known
  std::string fleet;
  std::string image;      // of its program, as it is named; empty: none
  std::string image_ran;  // what that was: "name@sha256:...", or an id; empty: not known yet
  std::string fetching;   // "the image python:3.12-slim, 43 of 120 MB"; empty: nothing is being fetched
  std::map<std::string, std::string> overrides;  // what was asked for otherwise than the file says, as YAML
  double wall_seconds = 0;
  double compute_seconds = 0;  // summed over workers: time in the engine
  double start_seconds = 0;    // summed over workers: from create to hello
};
BOOST_DESCRIBE_STRUCT(ExperimentView, (),
                      (id, name, state, reason, submitted, finished, round, scenarios, done, failed, running,
                       not_finite, workers_live, workers_in_all, retries, priority, tried_again, most_tries,
                       smallest_batch, attempts, failures_max, part_done, eta_seconds, fleet, image,
                       image_ran, fetching, overrides, wall_seconds, compute_seconds, start_seconds))

// One worker as `list` shows it: what is known of it and what it does, side by side.
struct WorkerView {
  experiment::WorkerId id;
  std::string name;
  experiment::ExperimentId experiment_id;
  std::string experiment;  // its name
  std::string scenario;    // the named scenario it serves, or empty where it serves several
  std::string status;      // for people: "running", "idle", "finished", "failed", ...
  experiment::WorkerState state = experiment::WorkerState::Planned;
  int attempt = 1;
  std::uint64_t runs = 0;          // scenarios committed
  double cpu_percent = 0;          // since the last heartbeat; 0 when it is gone
  double progress = 0;             // of the scenario at hand, 0 to 1, where its program says so
  double cpu_seconds = 0;          // as it reported, or as the fleet measured
  double compute_seconds = 0;      // wall time spent in the engine
  std::uint64_t memory_bytes = 0;  // the most that was seen
  double age_seconds = 0;
  experiment::DeathCause cause = experiment::DeathCause::None;
  std::string reason;  // for people: why it ended or what it waits for
  std::optional<experiment::Exit> exit;
  std::string fleet;         // "docker" or "process"
  std::string handle;        // container id or process id, once known
  int pool = 0;              // index into the experiment's pools
  bool stop_wanted = false;  // a user or the controller wants it gone
  std::optional<TimePoint> created, started, ready, exited;
  TimePoint last_heard{};
};
BOOST_DESCRIBE_STRUCT(WorkerView, (),
                      (id, name, experiment_id, experiment, scenario, status, state, attempt, runs,
                       cpu_percent, progress, cpu_seconds, compute_seconds, memory_bytes, age_seconds, cause,
                       reason, exit, fleet, handle, pool, stop_wanted, created, started, ready, exited,
                       last_heard))

// What one container, or process, did of an experiment.
struct ContainerView {
  std::string worker, title, scenario;  // the named scenario; both empty where it served several
  std::uint64_t iterations = 0;
  double total_seconds = 0;  // computing
  double per_iteration_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(ContainerView, (),
                      (worker, title, scenario, iterations, total_seconds, per_iteration_seconds))

// What came of it is a table of its own: the use case `results`.
struct ExperimentDetail : ExperimentView {
  // Those that computed something, in their order; none where they are more than kMostContainers.
  std::vector<ContainerView> containers;
  std::vector<std::string> where;  // commands and places: results, logs

  static constexpr std::size_t kMostContainers = 10;
};
BOOST_DESCRIBE_STRUCT(ExperimentDetail, (ExperimentView), (containers, where))

// Rows of the table of results (results/result_table.hpp), each with a cell for each column.
struct ResultPage {
  struct Column {
    std::string name;
    results::ColumnKind kind = results::ColumnKind::Number;
    std::string outcome;    // whose statistic it is, or empty
    std::string unit = {};  // of its numbers, or empty
  };
  std::vector<Column> columns;
  std::vector<std::vector<results::Cell>> rows;
  std::optional<std::string> next;     // cursor of the following page; none on the last one
  std::optional<std::uint64_t> total;  // of rows that are let through, where that is known
};

// A file that a scenario's program wrote (`outputs: {files: ...}`).
struct FileView {
  std::uint64_t scenario = 0;
  std::string name;  // where it was, below the program's folder
  std::uint64_t bytes = 0;
  std::string sha256;
};
BOOST_DESCRIBE_STRUCT(FileView, (), (scenario, name, bytes, sha256))

// Where a page of files begins: behind this one.
struct FilePlace {
  std::uint64_t scenario = 0;
  std::string name;
};

// A chart of results, and what it shows.
struct ChartView {
  std::string kind;         // "lines", "histogram", "heatmap"
  std::string of, unit;     // the series or outcome
  std::uint64_t runs = 0;   // scenarios that it is made of
  bool is_sampled = false;  // only some of these, evenly apart, are in it
  std::string told;         // what is seen, in a sentence
  std::string png;
};
BOOST_DESCRIBE_STRUCT(ChartView, (), (kind, of, unit, runs, is_sampled, told))

// Why something failed, on one screen.
struct WhyView {
  std::string subject;  // worker or experiment asked about
  std::string cause;    // one word of DeathCause, or "ok"
  std::string explanation;
  std::string spec_excerpt;           // the parameters and settings that applied
  std::vector<std::string> log_tail;  // the last lines
  std::vector<std::string> again;     // commands that run just this again
};
BOOST_DESCRIBE_STRUCT(WhyView, (), (subject, cause, explanation, spec_excerpt, log_tail, again))

// The largest difference of one outcome or series between two results, and where it is.
struct DifferenceView {
  std::string name;
  std::string kind;     // "outcome", "series"
  double absolute = 0;  // infinite where only one of the two is a number
  double relative = 0;  // of the larger of the two
  std::uint64_t scenario = 0;
  std::string element;         // of a series by subscript
  std::optional<double> time;  // of a series
  double first = 0, second = 0;
  std::uint64_t compared = 0;  // values
};
BOOST_DESCRIBE_STRUCT(DifferenceView, (),
                      (name, kind, absolute, relative, scenario, element, time, first, second, compared))

struct ComparisonView {
  std::string first, second;  // names
  std::uint64_t first_scenarios = 0, second_scenarios = 0;
  std::uint64_t compared = 0;  // scenarios that are done in both
  bool same_times = true;      // not: some series are saved at other times, and were left out
  // Of `checked` scenarios, evenly apart, those whose parameters or initial values differ.
  std::uint64_t checked = 0, unlike = 0;
  std::vector<DifferenceView> differences;
};
BOOST_DESCRIBE_STRUCT(ComparisonView, (),
                      (first, second, first_scenarios, second_scenarios, compared, same_times, checked,
                       unlike, differences))

struct ControllerView {
  std::string version;
  std::string fleet;         // "docker" or "process"
  std::string fleet_detail;  // Engine version, or why there is none
  std::string data_folder, run_folder;
  std::vector<std::string> endpoints;
  std::int64_t pid = 0;
  TimePoint started{};
  std::uint64_t experiments_running = 0, workers_live = 0;
  std::uint64_t memory_bytes = 0;
  std::string store;  // "being checked", "ok", or what was found to be wrong with it
};
BOOST_DESCRIBE_STRUCT(ControllerView, (),
                      (version, fleet, fleet_detail, data_folder, run_folder, endpoints, pid, started,
                       experiments_running, workers_live, memory_bytes, store))

// A container that is no worker's: it holds the network that
// an experiment's workers join.
struct SystemContainerView {
  std::string name;
  std::string fleet;
  std::string experiment;  // whom it serves; empty: nobody yet, it is the spare
  std::string status;      // "running", "created", "exited"
};
BOOST_DESCRIBE_STRUCT(SystemContainerView, (), (name, fleet, experiment, status))

struct TokenView {  // one that was created and not revoked; without the token itself
  std::string name;
  bool read_only = false;
  TimePoint created{};
  std::string budget = {};  // as experiment::parse_budget reads it
  std::uint64_t spent_runs = 0;
  double spent_cpu_seconds = 0;
  std::uint64_t spent_output_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(TokenView, (),
                      (name, read_only, created, budget, spent_runs, spent_cpu_seconds, spent_output_bytes))

// Shown once only.
struct NewTokenView : TokenView {
  std::string token;
};
BOOST_DESCRIBE_STRUCT(NewTokenView, (TokenView), (token))

// What was, or would be, forgotten.
struct Forgotten {
  std::vector<std::string> names;
  std::uint64_t freed_bytes = 0;  // given back to the file system
};
BOOST_DESCRIBE_STRUCT(Forgotten, (), (names, freed_bytes))

// What /metrics tells of the experiments in one state; `running` are scenarios.
struct StateTotals {
  experiment::ExperimentState state = experiment::ExperimentState::Running;
  std::uint64_t experiments = 0;
  std::uint64_t done = 0, failed = 0, running = 0, retries = 0;
  double compute_seconds = 0;
};

// --- what is asked

// Newest first.
struct ExperimentFilter {
  std::optional<experiment::ExperimentState> state;  // none: all
  std::optional<experiment::ExperimentId> before;    // those that are older
  std::size_t at_most = 100;
};

struct WorkerFilter {
  std::optional<experiment::ExperimentId> experiment;
  bool include_gone = false;
};

struct LogOptions {
  std::optional<std::size_t> tail;  // last lines only
  std::optional<TimePoint> since;
  bool follow = false;
};

struct CheckoutOptions {
  std::string format;  // of its tables, a word of results::table_formats(); empty: the default
  // Which rows of the table of results; the files have the scenarios of these alone. Its `limit` and `cursor`
  // are not used.
  results::TableRequest rows = {};
  std::optional<std::uint64_t> limit = {};

  bool chooses() const { return !rows.where.empty() || !rows.sort.empty() || !rows.columns.empty() || limit; }
};

struct ChartOptions {
  results::ChartRequest request;
  charts::Size size = {};
};

// How an experiment goes on.
struct GoingOn {
  enum class How { Rest, Failed, Extended };
  How how = How::Rest;        // what was not done; what failed; further samples
  std::uint64_t samples = 0;  // in all; Extended
  Secret registry_auth = {};  // as in SubmitOptions
  std::vector<experiment::Charge> charges = {};
};

enum class DeleteMode { FinishedOnly, Force };
enum class PruneMode { DryRun, Really };

// USE_CASE(name, answer, arguments): async::Task<answer> name arguments.
#define FLOWYARD_USE_CASES(USE_CASE)                                                                         \
  /* Reads, checks and compiles; starts nothing. All errors at once, or the files that are missing. */       \
  USE_CASE(plan, service::Planned, (experiment::Bundle bundle, experiment::SubmitOptions options))           \
  /* The same, then runs the first scenario here and at once, with all that its model computes. */           \
  USE_CASE(preview, service::Previewed,                                                                      \
           (experiment::Bundle bundle, experiment::SubmitOptions options, service::PreviewRequest wanted))   \
  /* Like plan, then stores the experiment durably and lets it run. */                                       \
  USE_CASE(submit, service::Accepted, (experiment::Bundle bundle, experiment::SubmitOptions options))        \
                                                                                                             \
  /* `which`: an id, a name (the newest of that name), a unique prefix of a name, or "@latest". */           \
  USE_CASE(find_experiment, Result<experiment::ExperimentId>, (std::string which))                           \
  USE_CASE(experiments, std::vector<service::ExperimentView>, (service::ExperimentFilter filter))            \
  /* Over all experiments, a line for each state that there is. */                                           \
  USE_CASE(totals, std::vector<service::StateTotals>, ())                                                    \
  USE_CASE(experiment, Result<service::ExperimentDetail>, (experiment::ExperimentId id))                     \
  /* A page of what came of it: a row for each named scenario, region and point of the axes, those that      \
     the request lets through. All mistakes of the request at once. */                                       \
  USE_CASE(results, Results<service::ResultPage>,                                                            \
           (experiment::ExperimentId id, results::TableRequest request))                                     \
  /* The same without pages: columns first, then all rows up to `limit`, which are read once in whatever     \
     order they are wanted. `limit` and `cursor` of the request are not used. */                             \
  USE_CASE(all_results, Results<void>,                                                                       \
           (experiment::ExperimentId id, results::TableRequest request, std::optional<std::uint64_t> limit,  \
            service::PageSink sink))                                                                         \
  /* A picture of what came of it. All mistakes of the request at once. */                                   \
  USE_CASE(chart, Results<service::ChartView>, (experiment::ExperimentId id, service::ChartOptions options)) \
  /* The files that its scenarios wrote, by scenario and name, those behind `after`; and the content of      \
     one. */                                                                                                 \
  USE_CASE(written_files, std::vector<service::FileView>,                                                    \
           (experiment::ExperimentId id, std::optional<service::FilePlace> after, std::size_t at_most))      \
  USE_CASE(written_file, Result<std::string>,                                                                \
           (experiment::ExperimentId id, std::uint64_t scenario, std::string name))                          \
  /* What was submitted: the experiment file, where `path` is empty, or a file that it names. */             \
  USE_CASE(source_file, Result<std::string>, (experiment::ExperimentId id, std::string path))                \
  /* How far the results of two experiments of the same scenarios are apart. */                              \
  USE_CASE(compare, Result<service::ComparisonView>,                                                         \
           (experiment::ExperimentId first, experiment::ExperimentId second))                                \
  /* How far it is, without its results: cheap, for watchers who ask several times a second. */              \
  USE_CASE(progress, Result<service::ExperimentView>, (experiment::ExperimentId id))                         \
  USE_CASE(cancel, Result<void>, (experiment::ExperimentId id))                                              \
  /* What is under way ends, nothing new begins; it can go on. */                                            \
  USE_CASE(pause, Result<void>, (experiment::ExperimentId id))                                               \
  /* Lets one that has ended go on in another round. All that is done is kept. */                            \
  USE_CASE(go_on, Result<void>, (experiment::ExperimentId id, service::GoingOn how))                         \
  /* Forgets a finished experiment with its results and logs; a running one is a Conflict. */                \
  USE_CASE(delete_experiment, Result<service::Forgotten>, (experiment::ExperimentId id))                     \
                                                                                                             \
  /* Newest first. Names stay known after the container is gone. */                                          \
  USE_CASE(workers, std::vector<service::WorkerView>, (service::WorkerFilter filter))                        \
  /* `which`: a worker's name or a unique prefix of one. */                                                  \
  USE_CASE(worker, Result<service::WorkerView>, (std::string which))                                         \
  /* Replaces the worker by a new one; what it had not committed is run again. */                            \
  USE_CASE(restart_worker, Result<void>, (std::string which))                                                \
  /* Removes a worker's container (its unfinished work goes to others) and its stored log and record; a      \
     busy one is a Conflict unless `mode` is Force. */                                                       \
  USE_CASE(delete_worker, Result<void>, (std::string which, service::DeleteMode mode))                       \
  /* Forgets what finished longer than `older_than` ago; tells what was, or with DryRun                      \
     would be, forgotten. */                                                                                 \
  USE_CASE(prune, service::Forgotten, (Milliseconds older_than, service::PruneMode mode))                    \
                                                                                                             \
  /* The log of a worker (live or stored), whole lines, through `sink`; returns at its end, or with follow   \
     when the worker has ended. */                                                                           \
  USE_CASE(log, Result<void>, (std::string which, service::LogOptions options, service::LineSink sink))      \
  /* `which`: a worker or an experiment. */                                                                  \
  USE_CASE(why, Result<service::WhyView>, (std::string which))                                               \
  /* The files of a checkout of an experiment, or of one worker's part of it, in an order of the service's   \
     choosing, one after another through `sink`, so that no more than one is in memory. */                   \
  USE_CASE(checkout, Result<void>,                                                                           \
           (std::string which, service::CheckoutOptions options, service::FileSink sink))                    \
                                                                                                             \
  /* Journal events after the one numbered `after`, of one experiment or of all; waits up to `limit` for     \
     the first one. */                                                                                       \
  USE_CASE(events, std::vector<experiment::JournalEvent>,                                                    \
           (std::optional<experiment::ExperimentId> of, std::int64_t after, Milliseconds limit))             \
  USE_CASE(status, service::ControllerView, ())                                                              \
  /* Asks every fleet. */                                                                                    \
  USE_CASE(system_containers, std::vector<service::SystemContainerView>, ())                                 \
                                                                                                             \
  /* Who may ask over the network, beside the bearer of the token file. A name is used once at a time. */    \
  USE_CASE(create_token, Result<service::NewTokenView>,                                                      \
           (std::string name, experiment::Access access, experiment::Budget budget))                         \
  USE_CASE(tokens, std::vector<service::TokenView>, ())                                                      \
  USE_CASE(revoke_token, Result<void>, (std::string name))

}  // namespace flowyard::controller::service
