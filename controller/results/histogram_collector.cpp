// The distribution of an outcome over runs.
#include <algorithm>
#include <cmath>

#include "controller/charts/axis.hpp"
#include "controller/experiment/summary/summary.hpp"
#include "controller/results/chart_collector.hpp"
#include "controller/results/chart_text.hpp"
#include "controller/results/thinned.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::Experiment;
using experiment::ScenarioPoint;

constexpr std::size_t kMostRunsOfBars = 100'000;  // of a group
constexpr double kLeastBins = 5, kMostBins = 40;

// Of a nice width, about as many as Rice's rule has: twice the cube root of the number of values.
std::vector<double> edges_of(charts::Range range, std::size_t values) {
  if (!(range.span() > 1e-12 * std::max(std::abs(range.low), std::abs(range.high)))) {
    const double room = range.low == 0 ? 1 : std::abs(range.low) / 10;
    return {range.low - room, range.low + room};
  }
  const double wanted = std::clamp(2 * std::cbrt(static_cast<double>(values)), kLeastBins, kMostBins);
  const double width = charts::nice_step(range.span(), static_cast<int>(wanted));
  std::vector<double> edges;
  const double first = std::floor(range.low / width + 1e-9), last = std::ceil(range.high / width - 1e-9);
  for (double edge = first; edge <= last; ++edge) edges.push_back(edge * width);
  return edges;
}

class HistogramCollector final : public ChartCollector {
 public:
  HistogramCollector(const ChartPlan& plan, const Experiment& experiment)
      : plan_(plan), experiment_(experiment), groups_(plan.by ? plan.by->name() : "") {}

  void add(const ResultBlock& block, const ScenarioPoint& point) override {
    if (has_too_many_ || plan_.outcome >= block.outcomes.size()) return;
    const auto group = groups_.of(plan_.by ? plan_.by->of(point, experiment_) : Cell());
    has_too_many_ = !group;
    if (has_too_many_) return;
    if (*group == values_.size()) values_.emplace_back(kMostRunsOfBars);
    ++count_;
    const double value = block.outcomes[plan_.outcome][point.index - block.range.first];
    if (!std::isfinite(value)) {
      ++left_out_;
      return;
    }
    values_[*group].add([value] { return value; });
  }

  Result<Chart> finish() override {
    if (has_too_many_) return groups_.too_many();
    Chart chart{.drawing = {}, .runs = count_, .is_sampled = false, .told = {}};
    charts::Extent extent;
    for (const auto& values : values_) {
      extent.take(values.kept());
      chart.is_sampled |= !values.is_whole();
    }
    charts::Histogram drawing{.title = experiment_.name + ": " + plan_.of + " over " + plural_runs(count_),
                              .x_title = with_unit(plan_.of, plan_.unit),
                              .y_title = "runs",
                              .edges = {},
                              .groups = {}};
    chart.told = with_unit(plan_.of, plan_.unit) + " over " + plural_runs(count_);
    if (left_out_ > 0) chart.told += ", " + std::to_string(left_out_) + " of them without a finite value";
    if (extent.count == 0) {
      chart.told += ": no values yet";
    } else {
      draw(drawing, extent, chart.told);
    }
    chart.drawing = std::move(drawing);
    return chart;
  }

 private:
  void draw(charts::Histogram& drawing, const charts::Extent& extent, std::string& told) const {
    drawing.edges = edges_of(extent.range, extent.count);
    const double first = drawing.edges.front(), width = drawing.edges[1] - first;
    for (const auto group : groups_.order()) {
      auto sorted = values_[group].kept();
      std::sort(sorted.begin(), sorted.end());
      auto& bars = drawing.groups.emplace_back();
      bars.name = groups_.label(group);
      bars.counts.assign(drawing.edges.size() - 1, 0);
      // A sample stands for all.
      const double each =
          sorted.empty() ? 0
                         : static_cast<double>(values_[group].seen()) / static_cast<double>(sorted.size());
      for (const double value : sorted) {
        const auto bin = static_cast<std::size_t>(std::max(0.0, std::floor((value - first) / width + 1e-9)));
        bars.counts[std::min(bin, bars.counts.size() - 1)] += each;
      }
      if (sorted.empty()) continue;
      told += (drawing.groups.size() == 1 ? ": " : "; ") + (bars.name.empty() ? "" : bars.name + " ") +
              "from " + chart_number(sorted.front()) + " to " + chart_number(sorted.back()) + ", median " +
              chart_number(experiment::summary::quantile(sorted, 0.5));
    }
  }

  const ChartPlan& plan_;
  const Experiment& experiment_;
  ChartGroups groups_;
  std::vector<Thinned<double>> values_;  // of each group
  std::uint64_t count_ = 0, left_out_ = 0;
  bool has_too_many_ = false;
};

}  // namespace

std::unique_ptr<ChartCollector> collect_histogram(const ChartPlan& plan, const Experiment& experiment) {
  return std::make_unique<HistogramCollector>(plan, experiment);
}

}  // namespace flowyard::controller::results
