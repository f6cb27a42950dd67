// Views: what the use cases tell of experiments, workers and results. Plain values that the service fills,
// rest turns into JSON, and the command line shows. Durations are seconds of wall time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "controller/experiment/experiment_state.hpp"
#include "controller/experiment/ids.hpp"
#include "controller/experiment/summary/summary.hpp"
#include "controller/experiment/worker.hpp"

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

// One worker as `list` shows it.
struct WorkerView {
  experiment::Worker worker;
  std::string experiment_name;
  std::string status;      // for people: "running", "idle", "finished", "failed", ...
  double cpu_percent = 0;  // since the last heartbeat; 0 when it is gone
  double age_seconds = 0;
};

// One line of the table at the end of a run: a named scenario as one worker ran it.
struct ScenarioSummary {
  std::string worker, title, scenario, region;
  std::map<std::string, double> parameters;  // those with one value within this line
  std::uint64_t iterations = 0, failed = 0;
  double total_seconds = 0;  // compute time of its iterations
  double per_iteration_seconds = 0;
  std::map<std::string, double> outcomes;  // mean over the iterations; NaN where there is none
};

struct ExperimentDetail {
  ExperimentView view;
  std::vector<ScenarioSummary> summaries;  // at most 1,000 lines
  std::vector<experiment::summary::OutcomeSummary> outcomes;
  std::vector<std::string> where;  // commands and places: results, logs
};

// Why something failed, on one screen.
struct WhyView {
  std::string subject;  // worker or experiment asked about
  std::string cause;    // one word of DeathCause, or "ok"
  std::string explanation;
  std::string spec_excerpt;           // the parameters and settings that applied
  std::vector<std::string> log_tail;  // the last lines
  std::vector<std::string> again;     // commands that run just this again
};

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

}  // namespace flowyard::controller::service
