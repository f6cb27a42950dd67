// The tables of a checkout: which scenario had which values, what came of it, and its series. Each table
// takes the results chunk by chunk, in the order of the scenarios, and holds only what it has to write, in
// the format it is given. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/experiment/experiment.hpp"
#include "controller/experiment/lease.hpp"
#include "controller/experiment/scenario.hpp"
#include "controller/results/table_format.hpp"

namespace flowyard::controller::results {

// Results of consecutive scenarios, as export needs them.
struct ResultBlock {
  experiment::IndexRange range;
  std::vector<std::string> outcome_names;
  std::vector<std::vector<double>> outcomes;  // [outcome][scenario]
  std::vector<double> times;
  struct Series {
    std::string name;
    std::vector<std::string> elements;  // empty for a scalar
    std::vector<double> values;         // [(saved * max(1, elements) + element) * count + scenario]
  };
  std::vector<Series> series;
  std::string worker;
  double compute_seconds = 0;
};

// What became of a scenario.
struct ScenarioStatus {
  std::string_view status = "pending";  // or "done", "not_finite", "failed"
  std::string_view cause = {};          // of failing: a word of DeathCause
  std::string_view worker = {};         // the last that had it
};

// scenarios: scenario, named scenario, region, point, sample, replication, what became of it, then every
// setting; one that is an array or a series is referred to the experiment.
class ScenarioTable {
 public:
  ScenarioTable(const experiment::Experiment& experiment, const TableFormat& format);
  void add(const experiment::ScenarioPoint& point, const ScenarioStatus& status);
  std::string take() { return rows_->take(); }  // what was written since the last take()

 private:
  const experiment::Experiment& experiment_;
  std::vector<std::string> columns_;
  std::unique_ptr<TableWriter> rows_;
};

// outcomes: scenario, then every outcome; of those that are done.
class OutcomeTable {
 public:
  explicit OutcomeTable(const TableFormat& format) : rows_(format.open()) {}
  void add(const ResultBlock& block, std::uint64_t scenario);  // one of the block
  std::string take() { return rows_->take(); }

 private:
  std::unique_ptr<TableWriter> rows_;
  bool begun_ = false;
};

// series: scenario, time, then every series, one row for each saved time; of those that are done.
class SeriesTable {
 public:
  explicit SeriesTable(const TableFormat& format) : rows_(format.open()) {}
  void add(const ResultBlock& block, std::uint64_t scenario);  // one of the block
  std::string take() { return rows_->take(); }

 private:
  void head(const ResultBlock& block);

  std::unique_ptr<TableWriter> rows_;
  bool begun_ = false;
};

}  // namespace flowyard::controller::results
