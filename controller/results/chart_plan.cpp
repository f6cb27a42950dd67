#include "controller/results/chart_plan.hpp"

#include <algorithm>

#include "common/base/suggest.hpp"
#include "controller/charts/colours.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::Annotations;
using experiment::Experiment;
using experiment::ParameterSpec;

constexpr ChartKind kChartKinds[] = {ChartKind::Lines, ChartKind::Histogram, ChartKind::HeatMap};

std::string unit_of(const std::string& name, const Annotations& annotations) {
  const auto found = annotations.units.find(model::key_of(name));
  return found == annotations.units.end() ? "" : found->second;
}

// The place of a name; none where it is not there.
std::optional<std::size_t> place_of(std::string_view name, const std::vector<std::string>& names) {
  const auto exact = std::find(names.begin(), names.end(), name);
  if (exact != names.end()) return static_cast<std::size_t>(exact - names.begin());
  const auto same = [key = model::key_of(name)](const std::string& one) { return model::key_of(one) == key; };
  const auto found = std::find_if(names.begin(), names.end(), same);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<std::string> outcomes_of(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const auto& outcome : experiment.outputs.outcomes) names.push_back(outcome.name);
  return names;
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMostListed = 12;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) list += (i ? ", " : "") + names[i];
  return names.empty() ? "none" : list + (names.size() > kMostListed ? ", ..." : "");
}

struct Differing {
  std::vector<Factor> axes, others;  // parameters: those that are an axis somewhere, and the rest
};

// The parameters that are a number; a region or a named scenario may have some that the others have not.
Differing parameters_of(const Experiment& experiment, const Annotations& annotations) {
  std::vector<std::string> names, axes;
  const auto add = [&](const std::vector<ParameterSpec>& parameters) {
    for (const auto& spec : parameters) {
      if (std::holds_alternative<experiment::Array>(spec.value) ||
          std::holds_alternative<experiment::Series>(spec.value))
        continue;
      if (!place_of(spec.name, names)) names.push_back(spec.name);
      if (std::holds_alternative<experiment::Axis>(spec.value) && !place_of(spec.name, axes))
        axes.push_back(spec.name);
    }
  };
  for (const auto& scenario : experiment.scenarios) add(scenario.parameters);
  for (const auto& region : experiment.regions) add(region.parameters);
  Differing found;
  for (const auto& name : names)
    (place_of(name, axes) ? found.axes : found.others)
        .emplace_back(Factor::Kind::Parameter, name, unit_of(name, annotations));
  return found;
}

// What one asks for by name.
std::vector<Factor> factors_of(const Experiment& experiment, const Differing& parameters) {
  std::vector<Factor> factors{{Factor::Kind::Scenario, "scenario"}};
  if (!experiment.regions.empty()) factors.emplace_back(Factor::Kind::Region, "region");
  factors.insert(factors.end(), parameters.axes.begin(), parameters.axes.end());
  factors.insert(factors.end(), parameters.others.begin(), parameters.others.end());
  return factors;
}

class ChartPlanner {
 public:
  ChartPlanner(const ChartRequest& request, const Experiment& experiment, const Annotations& annotations)
      : request_(request),
        experiment_(experiment),
        annotations_(annotations),
        parameters_(parameters_of(experiment, annotations)),
        factors_(factors_of(experiment, parameters_)) {}

  Results<ChartPlan> plan() {
    find_subject();
    plan_.time_unit = annotations_.time_units;
    plan_.by = factor("by", request_.by);
    plan_.x = factor("x", request_.x);
    plan_.y = factor("y", request_.y);
    if (errors_.empty()) check_factors();
    if (!errors_.empty()) return errors_;
    const bool has_several = experiment_.scenarios.size() > 1;
    if (plan_.kind != ChartKind::HeatMap && !plan_.by && has_several &&
        experiment_.scenarios.size() <= charts::kCategories)
      plan_.by = factors_.front();
    if (has_several) plan_.varying.push_back(factors_.front());
    if (!experiment_.regions.empty()) plan_.varying.push_back(factors_[1]);
    plan_.varying.insert(plan_.varying.end(), parameters_.axes.begin(), parameters_.axes.end());
    plan_.has_draws = experiment_.design.samples > 1 || experiment_.replications > 1;
    return std::move(plan_);
  }

 private:
  void fail(std::string message) { errors_.push_back(invalid(std::move(message))); }

  void find_subject() {
    const auto outcomes = outcomes_of(experiment_);
    const auto& series = experiment_.outputs.series;
    std::string name = request_.of;
    const auto bracket = name.find('[');
    if (bracket != std::string::npos && name.ends_with(']')) name.resize(bracket);
    const auto outcome = place_of(request_.of, outcomes), of_series = place_of(name, series);
    const auto kind = std::find_if(std::begin(kChartKinds), std::end(kChartKinds),
                                   [&](ChartKind one) { return request_.kind == to_string(one); });
    if (!request_.kind.empty() && kind == std::end(kChartKinds)) {
      fail("the kind of a chart is lines, histogram or heatmap, not '" + request_.kind + "'" +
           suggestion(request_.kind, {"lines", "histogram", "heatmap"}, 0));
    }
    if (!outcome && !of_series) {
      auto known = outcomes;
      known.insert(known.end(), series.begin(), series.end());
      fail(request_.of.empty()
               ? "say of what: an outcome (" + list_of(outcomes) + ") or a series (" + list_of(series) + ")"
               : "there is no outcome or series '" + request_.of + "'" + suggestion(request_.of, known, 24));
    }
    if (!errors_.empty()) return;
    plan_.kind = !request_.kind.empty() ? *kind : of_series ? ChartKind::Lines : ChartKind::Histogram;
    if (plan_.kind == ChartKind::Lines && !of_series) {
      fail("'" + outcomes[*outcome] +
           "' is an outcome, which has a histogram or a heatmap; lines are of a series: " + list_of(series));
    } else if (plan_.kind != ChartKind::Lines && !outcome) {
      fail("'" + series[*of_series] + "' is a series, which has lines; a " + to_string(plan_.kind) +
           " is of an outcome: " + list_of(outcomes));
    } else if (plan_.kind == ChartKind::Lines) {
      plan_.of = series[*of_series];
      plan_.unit = unit_of(plan_.of, annotations_);
      if (name != request_.of)
        plan_.element = request_.of.substr(bracket + 1, request_.of.size() - bracket - 2);
    } else {
      plan_.of = outcomes[*outcome];
      plan_.outcome = *outcome;
      if (*outcome < annotations_.outcome_units.size()) plan_.unit = annotations_.outcome_units[*outcome];
    }
  }

  std::optional<Factor> factor(const char* word, const std::string& name) {
    if (name.empty()) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& one : factors_) names.push_back(one.name());
    if (const auto place = place_of(name, names)) return factors_[*place];
    fail(std::string("'") + word + "': there is no parameter or column '" + name + "' that tells runs apart" +
         suggestion(name, names, 24));
    return std::nullopt;
  }

  void check_factors() {
    if (plan_.kind != ChartKind::HeatMap) {
      if (plan_.x || plan_.y) fail("'x' and 'y' are of kind heatmap");
      return;
    }
    if (plan_.by) fail("'by' is of the kinds lines and histogram; a heatmap has 'x' and 'y'");
    // The first axes that are not taken, then what is drawn.
    std::vector<Factor> free = parameters_.axes;
    for (const auto& one : parameters_.others) free.push_back(one);
    for (auto* place : {&plan_.x, &plan_.y}) {
      for (auto candidate = free.begin(); candidate != free.end() && !*place; ++candidate) {
        const auto is_taken = [&](const std::optional<Factor>& other) {
          return other && other->name() == candidate->name();
        };
        if (!is_taken(plan_.x) && !is_taken(plan_.y) && varies(candidate->name())) place->emplace(*candidate);
      }
    }
    if (!plan_.x || !plan_.y) fail("a heatmap wants two parameters that vary: say which with 'x' and 'y'");
    if (plan_.x && plan_.y && plan_.x->name() == plan_.y->name()) fail("'x' and 'y' are the same");
  }

  bool varies(const std::string& name) const {
    return std::any_of(experiment_.scenarios.begin(), experiment_.scenarios.end(), [&](const auto& scenario) {
      return std::any_of(scenario.parameters.begin(), scenario.parameters.end(),
                         [&](const ParameterSpec& spec) {
                           return spec.name == name && !std::holds_alternative<experiment::Fixed>(spec.value);
                         });
    });
  }

  const ChartRequest& request_;
  const Experiment& experiment_;
  const Annotations& annotations_;
  Differing parameters_;
  std::vector<Factor> factors_;
  ChartPlan plan_;
  Errors errors_;
};

}  // namespace

const char* to_string(ChartKind kind) {
  switch (kind) {
    case ChartKind::Lines:
      return "lines";
    case ChartKind::Histogram:
      return "histogram";
    case ChartKind::HeatMap:
      return "heatmap";
  }
  return "";
}

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : name + " (" + unit + ")";
}

std::string Factor::title() const {
  return with_unit(name_, unit_);
}

Cell Factor::of(const experiment::ScenarioPoint& point, const Experiment& experiment) const {
  switch (kind_) {
    case Kind::Scenario:
      return experiment.scenarios[point.named].name;
    case Kind::Region:
      return experiment.regions.empty() ? Cell() : Cell(experiment.regions[point.region].name);
    case Kind::Parameter:
      break;
  }
  for (const auto& setting : point.settings)
    if (const auto* number = std::get_if<double>(&setting.value); number && setting.name == name_)
      return *number;
  return {};
}

Results<ChartPlan> plan_chart(const ChartRequest& request, const Experiment& experiment,
                              const Annotations& annotations) {
  return ChartPlanner(request, experiment, annotations).plan();
}

}  // namespace flowyard::controller::results
