// The tables of a checkout: which scenario had which values, what came of it, and its series. Each table
// takes the results chunk by chunk, in the order of the scenarios, and holds only what it has to write, in
// the format it is given. Pure.
#pragma once

#include <string>
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

// scenarios: scenario, named scenario, region, point, sample, replication, then every setting; one that
// is an array or a series is referred to the experiment.
class ScenarioTable {
 public:
  ScenarioTable(const experiment::Experiment& experiment, const TableFormat& format);
  void add(const experiment::ScenarioPoint& point);
  std::string take() { return rows_->take(); }

 private:
  const experiment::Experiment& experiment_;
  std::vector<std::string> columns_;
  std::unique_ptr<TableWriter> rows_;
};

// outcomes: scenario, worker, then every outcome.
class OutcomeTable {
 public:
  explicit OutcomeTable(const TableFormat& format) : rows_(format.open()) {}
  void add(const ResultBlock& block);
  std::string take() { return rows_->take(); }

 private:
  std::unique_ptr<TableWriter> rows_;
  bool begun_ = false;
};

// series: scenario, time, then every series, one row for each saved time. Long ones come in parts.
class SeriesTable {
 public:
  explicit SeriesTable(const TableFormat& format) : rows_(format.open()) {}
  void add(const ResultBlock& block);
  bool empty() const { return rows_->bytes() == 0; }
  std::size_t bytes() const { return rows_->bytes(); }
  // What was written since the last take(), each part with its heading.
  std::string take();

 private:
  void head(const ResultBlock& block);

  std::unique_ptr<TableWriter> rows_;
};

}  // namespace flowyard::controller::results
