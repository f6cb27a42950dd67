// The mean of an outcome over two factors.
#include <algorithm>
#include <cmath>

#include "controller/charts/axis.hpp"
#include "controller/results/chart_collector.hpp"
#include "controller/results/chart_text.hpp"
#include "controller/results/thinned.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::Experiment;
using experiment::ScenarioPoint;

constexpr std::size_t kMostRunsOfMap = 500'000;
constexpr int kBins = 20;

// The values along one side: each of them, or bins where they are too many.
class Side {
 public:
  explicit Side(std::vector<Cell> values) : values_(std::move(values)) {
    const auto is_number = [](const Cell& cell) { return std::holds_alternative<double>(cell); };
    if (!std::all_of(values_.begin(), values_.end(), is_number)) {
      keep_first_of_each();  // texts as they come
      return;
    }
    std::sort(values_.begin(), values_.end());
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
    if (values_.size() <= kMostCells) return;
    const double low = std::get<double>(values_.front()), high = std::get<double>(values_.back());
    width_ = charts::nice_step(high - low, kBins);
    first_ = std::floor(low / width_ + 1e-9) * width_;
    bins_ = static_cast<std::size_t>(std::ceil((high - first_) / width_ - 1e-9));
  }

  bool is_binned() const { return bins_ > 0; }
  std::size_t size() const { return is_binned() ? bins_ : values_.size(); }

  std::size_t place_of(const Cell& value) const {
    if (is_binned()) {
      const double place = std::floor((std::get<double>(value) - first_) / width_ + 1e-9);
      return std::min(static_cast<std::size_t>(std::max(0.0, place)), bins_ - 1);
    }
    return static_cast<std::size_t>(std::find(values_.begin(), values_.end(), value) - values_.begin());
  }

  // Of a bin, its middle.
  std::string label(std::size_t place) const {
    if (is_binned()) return chart_number(first_ + (static_cast<double>(place) + 0.5) * width_);
    if (const auto* text = std::get_if<std::string>(&values_[place])) return *text;
    const auto* number = std::get_if<double>(&values_[place]);
    return number ? chart_number(*number) : "none";
  }

  std::vector<std::string> labels() const {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < size(); ++i) labels.push_back(label(i));
    return labels;
  }

 private:
  void keep_first_of_each() {
    std::vector<Cell> kept;
    for (auto& value : values_)
      if (std::find(kept.begin(), kept.end(), value) == kept.end()) kept.push_back(std::move(value));
    values_ = std::move(kept);
  }

  std::vector<Cell> values_;
  double first_ = 0, width_ = 0;
  std::size_t bins_ = 0;
};

class HeatMapCollector final : public ChartCollector {
 public:
  HeatMapCollector(const ChartPlan& plan, const Experiment& experiment)
      : plan_(plan), experiment_(experiment), runs_(kMostRunsOfMap) {}

  void add(const ResultBlock& block, const ScenarioPoint& point) override {
    if (plan_.outcome >= block.outcomes.size()) return;
    const double value = block.outcomes[plan_.outcome][point.index - block.range.first];
    runs_.add([&] {
      return Run{.x = plan_.x->of(point, experiment_), .y = plan_.y->of(point, experiment_), .value = value};
    });
  }

  Result<Chart> finish() override {
    std::vector<Cell> xs, ys;
    for (const auto& run : runs_.kept()) {
      xs.push_back(run.x);
      ys.push_back(run.y);
    }
    const Side x(std::move(xs)), y(std::move(ys));
    if (std::max(x.size(), y.size()) > kMostBoxes)
      return invalid("'" + (x.size() > y.size() ? *plan_.x : *plan_.y).name() +
                     "' has more texts than a heatmap has room for: choose some with 'where'");
    std::vector<double> sums(x.size() * y.size()), counts(sums.size());
    for (const auto& run : runs_.kept()) {
      if (!std::isfinite(run.value)) continue;
      const auto cell = y.place_of(run.y) * x.size() + x.place_of(run.x);
      sums[cell] += run.value;
      ++counts[cell];
    }
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = counts[i] == 0 ? NAN : sums[i] / counts[i];
    Chart chart{.drawing = {}, .runs = runs_.seen(), .is_sampled = !runs_.is_whole(), .told = {}};
    chart.told = tell(x, y, sums);
    chart.drawing = charts::HeatMap{
        .title = experiment_.name + ": mean of " + plan_.of + " over " + plural_runs(runs_.seen()),
        .x_title = title_of(*plan_.x, x),
        .y_title = title_of(*plan_.y, y),
        .value_title = with_unit(plan_.of, plan_.unit),
        .x_labels = x.labels(),
        .y_labels = y.labels(),
        .values = std::move(sums)};
    return chart;
  }

 private:
  struct Run {
    Cell x, y;
    double value = 0;
  };

  static constexpr std::size_t kMostBoxes = 200;

  static std::string title_of(const Factor& factor, const Side& side) {
    return factor.title() + (side.is_binned() ? ", middle of bins" : "");
  }

  std::string tell(const Side& x, const Side& y, const std::vector<double>& means) const {
    std::string told = "mean of " + with_unit(plan_.of, plan_.unit) + " over " + plan_.x->name() + " and " +
                       plan_.y->name() + ", " + plural_runs(runs_.seen());
    std::optional<std::size_t> least, most;
    for (std::size_t i = 0; i < means.size(); ++i) {
      if (!std::isfinite(means[i])) continue;
      if (!least || means[i] < means[*least]) least = i;
      if (!most || means[i] > means[*most]) most = i;
    }
    if (!least) return told + ": no values yet";
    const auto place = [&](std::size_t cell) {
      return chart_number(means[cell]) + " at " + plan_.x->name() + " = " + x.label(cell % x.size()) + ", " +
             plan_.y->name() + " = " + y.label(cell / x.size());
    };
    return told + ": lowest " + place(*least) + "; highest " + place(*most);
  }

  const ChartPlan& plan_;
  const Experiment& experiment_;
  Thinned<Run> runs_;
};

}  // namespace

std::unique_ptr<ChartCollector> collect_heat_map(const ChartPlan& plan, const Experiment& experiment) {
  return std::make_unique<HeatMapCollector>(plan, experiment);
}

}  // namespace flowyard::controller::results
