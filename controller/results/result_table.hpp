// ResultTable: the main table of an experiment, a row for each named scenario x region x point of the axes.
// Samples and replications are folded into a row; scenarios and regions never are. Nothing is kept of a row
// but while it is filled, so that a table of a million rows costs no memory. Pure; an object may be read from
// any thread.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "controller/experiment/annotations.hpp"
#include "controller/experiment/design/scenario_space.hpp"
#include "controller/results/tables.hpp"

namespace flowyard::controller::results {

enum class ColumnKind { Text, Number };

struct ResultColumn {
  std::string name;
  ColumnKind kind = ColumnKind::Number;
  bool is_shown = true;   // where nobody chose columns
  std::string outcome;    // whose statistic it is; empty for all else
  std::string unit = {};  // of its numbers; empty: none, or not known
};

// A text, a number that may be infinite, or nothing: what a row has no value of, and NaN.
using Cell = std::variant<std::monostate, double, std::string>;

struct ResultRow {
  std::uint64_t number = 0;  // as ScenarioSpace numbers them
  std::vector<Cell> cells;   // one for each column
};

class ResultTable {
 public:
  // The first two outlive it.
  ResultTable(const experiment::Experiment& experiment, const experiment::design::ScenarioSpace& space,
              const experiment::Annotations& annotations = {});

  // In this order: row, first (its first scenario), scenario, region, the parameters that are numbers and not
  // drawn, status, runs (that are done), the outcomes, cause and reason of a failure. Where a row has several
  // runs, an outcome is its .mean, .sd, .p05, .median, .p95 and .left_out: how many runs have no finite value
  // and count in none of the others. Names are unique: a parameter or an outcome that is called as another
  // column is `parameter.` or `outcome.` and its name.
  const std::vector<ResultColumn>& columns() const { return columns_; }

  // The rows of which anything is run: consecutive.
  std::uint64_t first_row() const { return first_row_; }
  std::uint64_t end_row() const { return end_row_; }
  // Whether something of each of them was asked for.
  bool has_no_gaps() const { return asked_for_.size() == 1; }
  std::uint64_t most_runs_of_a_row() const { return space_.most_runs_of_a_row(); }

  // A row while its results come in.
  struct Filling {
    experiment::ScenarioRow row;
    std::vector<experiment::IndexRange> asked_for;  // those of its runs that the experiment was asked for
    std::vector<std::vector<double>> outcomes;      // [outcome][run]
    std::uint64_t done = 0, failed = 0, not_finite = 0;
    experiment::FailedScenario failure;  // the first
  };
  Filling begin(std::uint64_t row) const;
  // Takes what of the block belongs to that part of the row, one of asked_for.
  void add(Filling& row, experiment::IndexRange part, const ResultBlock& block) const;
  // After the blocks: what failed for its results has some, too.
  void add(Filling& row, const experiment::FailedScenario& failed) const;
  ResultRow finish(Filling row) const;

 private:
  void ask_for(std::vector<experiment::IndexRange> ranges);
  void add_column(std::string name, ColumnKind kind, bool is_shown, const char* prefix = "");

  const experiment::Experiment& experiment_;
  const experiment::design::ScenarioSpace& space_;
  std::vector<ResultColumn> columns_;
  std::vector<std::string> parameters_;            // those that have a column
  bool is_folded_ = false;                         // an outcome is statistics
  std::vector<experiment::IndexRange> asked_for_;  // rising
  std::uint64_t first_row_ = 0, end_row_ = 0;
};

}  // namespace flowyard::controller::results
