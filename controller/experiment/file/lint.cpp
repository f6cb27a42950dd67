#include "controller/experiment/file/lint.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <tuple>
#include <utility>

#include "controller/experiment/file/model_names.hpp"
#include "controller/model/formula/expression_parser.hpp"
#include "worker/engine/addressing.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using experiment::Distribution;

std::string shown(double number) {
  return experiment::describe(experiment::Fixed{number});
}

// Derived from numbers in the file: four digits are enough.
std::string about(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

// The least and the greatest of the values that are to be expected.
struct Extent {
  double low = 0;
  double high = 0;
};

// Of a distribution without ends, three standard deviations to each side: what lies beyond comes once in 370
// draws.
std::optional<Extent> extent_of(const experiment::Random& random) {
  constexpr double kDeviations = 3;
  Extent extent;
  switch (random.distribution) {
    case Distribution::Uniform:
    case Distribution::LogUniform:
    case Distribution::Integers:
      extent = {random.a, random.b};
      break;
    case Distribution::Triangular:
      extent = {random.a, random.c};
      break;
    case Distribution::Beta:
      extent = {0, 1};
      break;
    case Distribution::Normal:
      extent = {random.a - kDeviations * random.b, random.a + kDeviations * random.b};
      break;
    case Distribution::LogNormal:
      extent = {std::exp(random.a - kDeviations * random.b), std::exp(random.a + kDeviations * random.b)};
      break;
    case Distribution::Choice: {
      const auto [low, high] = std::minmax_element(random.choices.begin(), random.choices.end());
      if (low == random.choices.end()) return std::nullopt;
      return Extent{*low, *high};
    }
    case Distribution::Gamma:
    case Distribution::Exponential:
    case Distribution::Poisson:
      return std::nullopt;
  }
  if (random.min) extent.low = std::max(extent.low, *random.min);
  if (random.max) extent.high = std::min(extent.high, *random.max);
  return extent;
}

struct ExtentOf {
  std::optional<Extent> operator()(const experiment::Fixed& fixed) const {
    return Extent{fixed.value, fixed.value};
  }
  std::optional<Extent> operator()(const experiment::Axis& axis) const {
    if (axis.spacing != experiment::Axis::Spacing::Listed)
      return Extent{std::min(axis.first, axis.last), std::max(axis.first, axis.last)};
    return among(axis.values);
  }
  std::optional<Extent> operator()(const experiment::Random& random) const { return extent_of(random); }
  std::optional<Extent> operator()(const experiment::Series& series) const {
    std::vector<double> values;
    for (const auto& point : series.points) values.push_back(point.value);
    return among(values);
  }
  std::optional<Extent> operator()(const experiment::Array& array) const { return among(array.values); }

  static std::optional<Extent> among(const std::vector<double>& values) {
    if (values.empty()) return std::nullopt;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return Extent{*low, *high};
  }
};

std::string limits_text(const model::Limits& limits) {
  if (limits.low && limits.high) return "[" + shown(*limits.low) + ", " + shown(*limits.high) + "]";
  return limits.low ? "at least " + shown(*limits.low) : "at most " + shown(*limits.high);
}

class Lint {
 public:
  Lint(const ParsedExperiment& parsed, const experiment::Experiment& experiment, const Models& models)
      : parsed_(parsed), experiment_(experiment), models_(models) {
    for (const auto& outcome : parsed.outputs.outcomes) {
      auto expression = model::formula::parse_expression(outcome.expression.text, {});
      if (expression) outcomes_.emplace_back(&outcome, std::move(*expression));
    }
  }

  std::vector<std::string> all() {
    for (std::size_t i = 0; i < experiment_.scenarios.size(); ++i) {
      const auto& loaded = models_.at(experiment_.scenarios[i].program);
      look_at(parsed_.parameters, loaded);
      for (const auto& region : parsed_.regions) look_at(region.parameters, loaded);
      const ParsedScenario* own = parsed_.scenarios.empty() ? nullptr : &parsed_.scenarios[i];
      if (own) look_at(own->parameters, loaded);
      look_at_time(experiment_.scenarios[i], own, loaded);
      if (own) look_at_draws(experiment_.scenarios[i], *own);
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.location.line, a.location.column) < std::tie(b.location.line, b.location.column);
    });
    std::vector<std::string> lines;
    for (const auto& finding : found_) {
      auto line = to_string(finding.location) + ": " + finding.message;
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  struct Finding {
    FileLocation location;
    std::string message;
  };

  void report(const FileLocation& location, std::string message) {
    found_.push_back({location, std::move(message)});
  }

  void look_at(const std::vector<ParsedParameter>& parameters, const LoadedModel& loaded) {
    for (const auto& parameter : parameters) {
      const auto& [name, target, value] = parameter.spec;
      const auto* axis = std::get_if<experiment::Axis>(&value);
      if (axis && axis->size() == 1)
        report(parameter.value_location,
               "'" + name + "' steps through one value only, " + shown(axis->at(0)));
      const auto* random = std::get_if<experiment::Random>(&value);
      if (random && random->distribution == Distribution::LogNormal)
        look_at_lognormal(parameter, *random, loaded);
      if (target == experiment::Target::Parameter) look_at_limits(parameter, loaded);
    }
  }

  // The file's mean and sd are those of the logarithm. Whoever gave those of the values themselves gets
  // values that are far from the model's own, or spread over many orders of magnitude.
  void look_at_lognormal(const ParsedParameter& parameter, const experiment::Random& random,
                         const LoadedModel& loaded) {
    constexpr double kUnlikely = 4, kWidest = 3;  // standard deviations of the logarithm
    const auto address = worker::engine::parameter_at(*loaded.program, parameter.spec.name);
    double own = 0;  // none, unless it is one positive number
    if (address && address->count == 1 && !address->parameter->is_lookup)
      own = address->parameter->defaults[address->first];
    const bool far = own > 0 && std::abs(std::log(own) - random.a) > kUnlikely * random.b;
    if (!far && random.b <= kWidest) return;
    const double mean = std::exp(random.a + random.b * random.b / 2);
    const double p95 = std::exp(random.a + 1.6448536269514722 * random.b);
    std::string message = "mean and sd of a lognormal are those of the logarithm: '" + parameter.spec.name +
                          "' gets values with the mean " + about(mean) + " and a 95th percentile of " +
                          about(p95);
    if (far) message += ", and the model's own value is " + shown(own);
    report(parameter.value_location, message);
  }

  void look_at_limits(const ParsedParameter& parameter, const LoadedModel& loaded) {
    const auto* variable = variable_named(loaded.model, parameter.spec.name);
    if (!variable || (!variable->limits.low && !variable->limits.high)) return;
    const auto extent = std::visit(ExtentOf(), parameter.spec.value);
    if (!extent) return;
    const auto& limits = variable->limits;
    const bool below = limits.low && extent->low < *limits.low;
    const bool above = limits.high && extent->high > *limits.high;
    if (!below && !above) return;
    report(parameter.value_location, "'" + parameter.spec.name + "' is set to " +
                                         experiment::describe(parameter.spec.value) +
                                         ", outside the model's own limits, " + limits_text(limits));
  }

  void look_at_draws(const experiment::NamedScenario& scenario, const ParsedScenario& own) {
    const bool draws =
        std::any_of(scenario.parameters.begin(), scenario.parameters.end(), experiment::is_random);
    const auto samples = experiment_.design.samples;
    if (draws || samples < 2) return;
    report(own.location, "scenario '" + scenario.name +
                             "' sets all that is random, so that it is run once and not " +
                             std::to_string(samples) + " times");
  }

  void look_at_time(const experiment::NamedScenario& scenario, const ParsedScenario* own,
                    const LoadedModel& loaded) {
    const auto& defaults = loaded.program->time;
    if (defaults.varies) return;
    const double stop = scenario.time.stop.value_or(defaults.default_stop);
    const double start = scenario.time.start.value_or(defaults.default_start);
    for (const auto& [outcome, expression] : outcomes_) look_at_times(expression, *outcome, start, stop);
    const bool here = own && own->time.location.line > 0;
    const auto& location = here ? own->time.location : parsed_.time.location;
    const double step = scenario.time.step.value_or(defaults.default_step);
    if (!scenario.time.save_every || location.line == 0 || !(step > 0)) return;
    const double steps = *scenario.time.save_every / step;
    if (std::abs(steps - std::round(steps)) <= 1e-6 * steps) return;
    report(location, "the time step " + shown(step) + " does not divide save_every, " +
                         shown(*scenario.time.save_every) + ": what is saved does not lie evenly in time");
  }

  // Trees are limited in depth.
  void look_at_times(const model::Expression& e, const ParsedOutcome& outcome, double start, double stop) {
    for (const auto& argument : e.arguments) look_at_times(argument, outcome, start, stop);
    const bool asks =
        e.kind == model::Expression::Kind::Call && e.name.key == "value_at" && e.arguments.size() == 2;
    if (!asks || e.arguments[1].kind != model::Expression::Kind::Number) return;
    const double at = e.arguments[1].number;
    const double slack = 1e-9 * std::max(std::abs(start), std::abs(stop));
    if (at >= start - slack && at <= stop + slack) return;
    report(yaml::location_in(outcome.expression.node, 0),
           "outcome '" + outcome.name + "' asks for the value at time " + shown(at) +
               ", but a run goes from " + shown(start) + " to " + shown(stop));
  }

  const ParsedExperiment& parsed_;
  const experiment::Experiment& experiment_;
  const Models& models_;
  std::vector<std::pair<const ParsedOutcome*, model::Expression>> outcomes_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<std::string> lint(const ParsedExperiment& parsed, const experiment::Experiment& experiment,
                              const Models& models) {
  return Lint(parsed, experiment, models).all();
}

}  // namespace flowyard::controller::experiment::file
