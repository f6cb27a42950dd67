// Views: what the use cases tell of experiments, workers and results. Plain values that the service fills,
// rest turns into JSON, and the command line shows. Durations are seconds of wall time.
//
// The JSON of a view is its description (BOOST_DESCRIBE_STRUCT): the members named there travel under their
// own names and in that order. A test holds the descriptions against docs/openapi.yaml.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "common/base/clock.hpp"
#include "controller/experiment/experiment_state.hpp"
#include "controller/experiment/ids.hpp"
#include "controller/experiment/summary/summary.hpp"
#include "controller/experiment/worker.hpp"

// Values of the domain that travel within views.
namespace flowyard::controller::experiment {
BOOST_DESCRIBE_STRUCT(Exit, (), (code, oom_killed, vanished))
}  // namespace flowyard::controller::experiment

namespace flowyard::controller::experiment::summary {
BOOST_DESCRIBE_STRUCT(OutcomeSummary, (), (name, count, mean, sd, min, max, median, p05, p95))
}  // namespace flowyard::controller::experiment::summary

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
  std::uint64_t workers_in_all = 0;  // equals workers_at_once unless isolation is fresh
  std::uint64_t memory_bytes = 0;    // limit of one worker times workers at once
  std::uint64_t output_bytes = 0;    // of all results, uncompressed
  std::string isolation, fleet;
  std::vector<std::string> outcomes, series;
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(PlanView::NamedScenario, (), (name, points, model))
BOOST_DESCRIBE_STRUCT(PlanView, (),
                      (name, scenarios, named, axes, regions, replications, batches, workers_at_once,
                       workers_in_all, memory_bytes, output_bytes, isolation, fleet, outcomes, series,
                       warnings))

struct ExperimentView {
  experiment::ExperimentId id;
  std::string name;
  experiment::ExperimentState state = experiment::ExperimentState::Running;
  std::string reason;  // why it failed, or empty
  TimePoint submitted{};
  std::optional<TimePoint> finished;
  std::uint64_t scenarios = 0, done = 0, failed = 0, running = 0;
  std::uint64_t workers_live = 0, workers_in_all = 0, retries = 0;
  std::string fleet;
  double wall_seconds = 0;
  double compute_seconds = 0;  // summed over workers: time in the engine
  double start_seconds = 0;    // summed over workers: from create to hello
};
BOOST_DESCRIBE_STRUCT(ExperimentView, (),
                      (id, name, state, reason, submitted, finished, scenarios, done, failed, running,
                       workers_live, workers_in_all, retries, fleet, wall_seconds, compute_seconds,
                       start_seconds))

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
                       cpu_percent, cpu_seconds, compute_seconds, memory_bytes, age_seconds, cause, reason,
                       exit, fleet, handle, pool, stop_wanted, created, started, ready, exited, last_heard))

// One line of the table at the end of a run: a named scenario as one worker ran it.
struct ScenarioSummary {
  std::string worker, title, scenario, region;
  std::map<std::string, double> parameters;  // those with one value within this line
  std::uint64_t iterations = 0, failed = 0;
  double total_seconds = 0;  // compute time of its iterations
  double per_iteration_seconds = 0;
  std::map<std::string, double> outcomes;  // mean over the iterations; NaN where there is none
};
BOOST_DESCRIBE_STRUCT(ScenarioSummary, (),
                      (worker, title, scenario, region, parameters, iterations, failed, total_seconds,
                       per_iteration_seconds, outcomes))

struct ExperimentDetail : ExperimentView {
  std::vector<ScenarioSummary> summaries;  // at most 1,000 lines
  std::vector<experiment::summary::OutcomeSummary> outcomes;
  std::vector<std::string> where;  // commands and places: results, logs
};
BOOST_DESCRIBE_STRUCT(ExperimentDetail, (ExperimentView), (summaries, outcomes, where))

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
};
BOOST_DESCRIBE_STRUCT(ControllerView, (),
                      (version, fleet, fleet_detail, data_folder, run_folder, endpoints, pid, started,
                       experiments_running, workers_live, memory_bytes))

}  // namespace flowyard::controller::service
