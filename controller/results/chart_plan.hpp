// ChartPlan: what a chart of an experiment's results shows, as the command line, REST and MCP ask for it, in
// the same words. Pure.
#pragma once

#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "controller/experiment/annotations.hpp"
#include "controller/experiment/experiment.hpp"
#include "controller/experiment/scenario.hpp"
#include "controller/results/result_table.hpp"

namespace flowyard::controller::results {

// As it comes in; all but `of` may be empty.
struct ChartRequest {
  std::string of = {};    // a series, "population[north]" for one element of it, or an outcome
  std::string kind = {};  // a word of ChartKind; empty: lines of a series, a histogram of an outcome
  std::string by = {};    // a factor: each of its values has a band, or a group of bars, of its own
  std::string x = {};     // factors of a heat map; empty: the first two axes of the experiment
  std::string y = {};
  std::string where = {};  // a formula: row_filter.hpp
};

enum class ChartKind { Lines, Histogram, HeatMap };
const char* to_string(ChartKind kind);  // "lines", "histogram", "heatmap"

// What tells runs apart: the named scenario, the region, or a parameter that is a number.
class Factor {
 public:
  enum class Kind { Scenario, Region, Parameter };

  Factor(Kind kind, std::string name, std::string unit = {})
      : kind_(kind), name_(std::move(name)), unit_(std::move(unit)) {}

  const std::string& name() const { return name_; }
  std::string title() const;  // with the unit
  bool is_number() const { return kind_ == Kind::Parameter; }
  // A text or a number; nothing where the run has none.
  Cell of(const experiment::ScenarioPoint& point, const experiment::Experiment& experiment) const;

 private:
  Kind kind_;
  std::string name_, unit_;
};

struct ChartPlan {
  ChartKind kind = ChartKind::Lines;
  std::string of;           // as the experiment has it
  std::string element;      // of a series by subscript; empty: none was named
  std::size_t outcome = 0;  // its number, of the other kinds
  std::string unit, time_unit;
  std::optional<Factor> by, x, y;
  std::vector<Factor> varying;  // what can differ between runs, for the names of lines
  bool has_draws = false;       // runs differ by sample or replication, too
};

// All mistakes at once. Names are compared as formulas compare them. Where nothing is said of `by`, the named
// scenarios of an experiment are told apart if they are few enough.
Results<ChartPlan> plan_chart(const ChartRequest& request, const experiment::Experiment& experiment,
                              const experiment::Annotations& annotations);

// "population (people)"
std::string with_unit(const std::string& name, const std::string& unit);

}  // namespace flowyard::controller::results
