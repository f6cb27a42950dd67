// ChartCollector: takes the results of an experiment run by run and makes the chart of a plan. Holds a
// bounded number of runs: of more, some that stand evenly apart, and it says so. One thread at a time; pure.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "controller/charts/chart.hpp"
#include "controller/results/chart_plan.hpp"
#include "controller/results/tables.hpp"

namespace flowyard::controller::results {

struct Chart {
  std::variant<charts::LineChart, charts::Histogram, charts::HeatMap> drawing;
  std::uint64_t runs = 0;   // that were looked at
  bool is_sampled = false;  // not all of them are in the drawing
  std::string told;         // what is seen, in a sentence
};

class ChartCollector {
 public:
  virtual ~ChartCollector() = default;
  // A run of the block.
  virtual void add(const ResultBlock& block, const experiment::ScenarioPoint& point) = 0;
  // Errors where the results do not have what the plan asks for: an element, or few enough values of `by`.
  virtual Result<Chart> finish() = 0;
};

// At most so many runs have a line each; more are shown as a median and bands.
inline constexpr std::size_t kMostChartLines = 12;
// Of a heat map, values along an axis; more are put into bins.
inline constexpr std::size_t kMostCells = 40;

// Both outlive it.
std::unique_ptr<ChartCollector> collect_chart(const ChartPlan& plan,
                                              const experiment::Experiment& experiment);
std::unique_ptr<ChartCollector> collect_lines(const ChartPlan& plan,
                                              const experiment::Experiment& experiment);
std::unique_ptr<ChartCollector> collect_histogram(const ChartPlan& plan,
                                                  const experiment::Experiment& experiment);
std::unique_ptr<ChartCollector> collect_heat_map(const ChartPlan& plan,
                                                 const experiment::Experiment& experiment);

}  // namespace flowyard::controller::results
