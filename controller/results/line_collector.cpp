// Series: few runs as lines, many as a median with bands.
#include <algorithm>
#include <cmath>

#include "common/base/suggest.hpp"
#include "controller/experiment/summary/summary.hpp"
#include "controller/model/name.hpp"
#include "controller/results/chart_collector.hpp"
#include "controller/results/chart_text.hpp"
#include "controller/results/thinned.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::Experiment;
using experiment::ScenarioPoint;

constexpr std::size_t kMostTimes = 1000;        // of a series; a chart has fewer pixels
constexpr std::size_t kMostValues = 4'000'000;  // in memory, about
constexpr std::size_t kLeastRuns = 50, kMostRunsOfGroup = 2000;

struct LineRun {
  std::uint64_t number = 0;  // in the order in which they came
  std::string label;
  std::size_t grid = 0;  // its times
  std::vector<double> values;
};

// Linear between times; NaN outside of them and beside what is no number.
double value_at(const std::vector<double>& times, const std::vector<double>& values, double time) {
  const auto after = std::lower_bound(times.begin(), times.end(), time);
  if (after == times.end()) return NAN;
  const auto i = static_cast<std::size_t>(after - times.begin());
  if (*after == time) return values[i];
  if (i == 0) return NAN;
  const double part = (time - times[i - 1]) / (times[i] - times[i - 1]);
  return values[i - 1] + part * (values[i] - values[i - 1]);
}

class LineCollector final : public ChartCollector {
 public:
  LineCollector(const ChartPlan& plan, const Experiment& experiment)
      : plan_(plan), experiment_(experiment), groups_(plan.by ? plan.by->name() : "") {}

  void add(const ResultBlock& block, const ScenarioPoint& point) override {
    if (error_) return;
    const auto series = std::find_if(block.series.begin(), block.series.end(), [this](const auto& one) {
      return model::key_of(one.name) == model::key_of(plan_.of);
    });
    if (series == block.series.end()) return;
    const auto element = element_of(*series);
    const auto group = groups_.of(plan_.by ? plan_.by->of(point, experiment_) : Cell());
    if (!group && !error_) error_ = groups_.too_many();
    if (error_) return;
    const auto grid = grid_of(block.times);
    if (*group == runs_.size()) runs_.emplace_back(most_runs(grids_[grid].times.size()));
    runs_[*group].add([&] {
      LineRun run{.number = count_, .label = label(point), .grid = grid, .values = {}};
      const auto elements = std::max<std::size_t>(1, series->elements.size());
      const auto scenario = point.index - block.range.first;
      for (const auto saved : grids_[grid].kept)
        run.values.push_back(series->values[(saved * elements + element) * block.range.count + scenario]);
      return run;
    });
    ++count_;
  }

  Result<Chart> finish() override {
    if (error_) return *error_;
    Chart chart{.drawing = {}, .runs = count_, .is_sampled = false, .told = {}};
    for (const auto& runs : runs_) chart.is_sampled |= !runs.is_whole();
    charts::LineChart drawing{.title = title(),
                              .x_title = with_unit("time", plan_.time_unit),
                              .y_title = with_unit(name(), plan_.unit),
                              .x = times(),
                              .lines = {},
                              .bands = {}};
    chart.told = with_unit(name(), plan_.unit) + " over " + with_unit("time", plan_.time_unit);
    if (drawing.x.empty()) {
      chart.told += ": no values yet";
    } else if (count_ <= kMostChartLines) {
      draw_lines(drawing, chart.told);
    } else {
      draw_bands(drawing, chart.told);
    }
    chart.drawing = std::move(drawing);
    return chart;
  }

 private:
  struct Grid {
    std::vector<double> all;        // as the results have it
    std::vector<std::size_t> kept;  // of these; first and last among them
    std::vector<double> times;
  };

  std::string name() const { return plan_.element.empty() ? plan_.of : plan_.of + "[" + plan_.element + "]"; }

  std::string title() const {
    const std::string title = experiment_.name + ": " + name();
    return count_ <= kMostChartLines ? title : title + ", median, 50 % and 90 % of " + plural_runs(count_);
  }

  std::size_t element_of(const ResultBlock::Series& series) {
    if (series.elements.empty() && plan_.element.empty()) return 0;
    for (std::size_t i = 0; i < series.elements.size(); ++i)
      if (model::key_of(series.elements[i]) == model::key_of(plan_.element)) return i;
    if (series.elements.size() == 1 && plan_.element.empty()) return 0;
    if (series.elements.empty()) {
      error_ = invalid("'" + plan_.of + "' has no elements");
    } else if (plan_.element.empty()) {
      error_ = invalid("'" + plan_.of + "' has elements: say which, as in " + plan_.of + "[" +
                       series.elements.front() + "]" + suggestion("", series.elements));
    } else {
      error_ = invalid("'" + plan_.of + "' has no element '" + plan_.element + "'" +
                       suggestion(plan_.element, series.elements));
    }
    return 0;
  }

  std::size_t grid_of(const std::vector<double>& times) {
    for (std::size_t i = 0; i < grids_.size(); ++i)
      if (grids_[i].all == times) return i;
    auto& grid = grids_.emplace_back();
    grid.all = times;
    const auto stride = (times.size() + kMostTimes - 1) / kMostTimes;
    for (std::size_t i = 0; i < times.size(); i += stride) grid.kept.push_back(i);
    if (!times.empty() && grid.kept.back() + 1 != times.size()) grid.kept.push_back(times.size() - 1);
    for (const auto i : grid.kept) grid.times.push_back(times[i]);
    return grids_.size() - 1;
  }

  static std::size_t most_runs(std::size_t times) {
    return std::clamp(kMostValues / 7 / std::max<std::size_t>(1, times), kLeastRuns, kMostRunsOfGroup);
  }

  std::string label(const ScenarioPoint& point) const {
    std::string label;
    const auto add = [&label](const std::string& part) { label += (label.empty() ? "" : ", ") + part; };
    for (const auto& factor : plan_.varying) {
      const auto value = factor.of(point, experiment_);
      if (!std::holds_alternative<std::monostate>(value)) add(label_of(factor.name(), value));
    }
    if (experiment_.design.samples > 1) add("sample " + std::to_string(point.sample));
    if (experiment_.replications > 1) add("replication " + std::to_string(point.replication));
    return label;
  }

  // All times of all runs.
  std::vector<double> times() const {
    std::vector<double> times;
    for (const auto& grid : grids_) times.insert(times.end(), grid.times.begin(), grid.times.end());
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
  }

  std::vector<double> on(const std::vector<double>& times, const LineRun& run) const {
    const auto& own = grids_[run.grid].times;
    if (own == times) return run.values;
    std::vector<double> values;
    for (const double time : times) values.push_back(value_at(own, run.values, time));
    return values;
  }

  static std::string last_of(const std::vector<double>& values) {
    const auto last = std::find_if(values.rbegin(), values.rend(), [](double v) { return std::isfinite(v); });
    return last == values.rend() ? "no value" : chart_number(*last);
  }

  void draw_lines(charts::LineChart& drawing, std::string& told) const {
    std::vector<const LineRun*> runs;
    for (const auto& group : runs_)
      for (const auto& run : group.kept()) runs.push_back(&run);
    std::sort(runs.begin(), runs.end(),
              [](const LineRun* a, const LineRun* b) { return a->number < b->number; });
    told += ", " + plural_runs(count_) + "; at the end:";
    for (const auto* run : runs) {
      drawing.lines.push_back({.name = runs.size() == 1 ? "" : run->label, .y = on(drawing.x, *run)});
      told += (run == runs.front() ? " " : "; ") + (run->label.empty() ? "" : run->label + " ") +
              last_of(drawing.lines.back().y);
    }
  }

  void draw_bands(charts::LineChart& drawing, std::string& told) const {
    using experiment::summary::quantile;
    const bool is_alone = runs_.size() == 1;
    told += ", median with the ranges of 50 % and 90 % of " + plural_runs(count_) + "; at the end:";
    for (const auto group : groups_.order()) {
      std::vector<std::vector<double>> all;
      for (const auto& run : runs_[group].kept()) all.push_back(on(drawing.x, run));
      const auto number = drawing.lines.size();
      charts::LineChart::Line median{
          .name = is_alone && groups_.label(group).empty() ? "median" : groups_.label(group), .y = {}};
      charts::LineChart::Band outer{
          .name = is_alone ? "90 % of runs" : "", .low = {}, .high = {}, .line = number};
      charts::LineChart::Band inner{
          .name = is_alone ? "50 % of runs" : "", .low = {}, .high = {}, .line = number};
      std::vector<double> sorted;
      for (std::size_t i = 0; i < drawing.x.size(); ++i) {
        sorted.clear();
        for (const auto& values : all)
          if (std::isfinite(values[i])) sorted.push_back(values[i]);
        std::sort(sorted.begin(), sorted.end());
        median.y.push_back(quantile(sorted, 0.5));
        outer.low.push_back(quantile(sorted, 0.05));
        outer.high.push_back(quantile(sorted, 0.95));
        inner.low.push_back(quantile(sorted, 0.25));
        inner.high.push_back(quantile(sorted, 0.75));
      }
      told += (number == 0 ? " " : "; ") + (median.name.empty() ? "" : median.name + " ") +
              last_of(median.y) + " (90 %: " + last_of(outer.low) + " to " + last_of(outer.high) + ")";
      drawing.lines.push_back(std::move(median));
      drawing.bands.push_back(std::move(outer));
      drawing.bands.push_back(std::move(inner));
    }
  }

  const ChartPlan& plan_;
  const Experiment& experiment_;
  ChartGroups groups_;
  std::vector<Thinned<LineRun>> runs_;  // of each group
  std::vector<Grid> grids_;             // the times of different programs
  std::uint64_t count_ = 0;
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<ChartCollector> collect_lines(const ChartPlan& plan, const Experiment& experiment) {
  return std::make_unique<LineCollector>(plan, experiment);
}

std::unique_ptr<ChartCollector> collect_chart(const ChartPlan& plan, const Experiment& experiment) {
  switch (plan.kind) {
    case ChartKind::Lines:
      return collect_lines(plan, experiment);
    case ChartKind::Histogram:
      return collect_histogram(plan, experiment);
    case ChartKind::HeatMap:
      return collect_heat_map(plan, experiment);
  }
  return nullptr;
}

}  // namespace flowyard::controller::results
