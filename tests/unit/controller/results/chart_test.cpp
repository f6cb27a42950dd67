// What charts show of results: names, groups, quantiles, bins.
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/results/chart_collector.hpp"
#include "controller/results/thinned.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::Axis;
using experiment::Experiment;
using experiment::Fixed;
using experiment::ParameterSpec;
using experiment::Target;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ParameterSpec swept(std::string name, double first, double last, std::uint64_t count) {
  Axis axis;
  axis.spacing = Axis::Spacing::Linear;
  axis.first = first, axis.last = last, axis.count = count;
  return {std::move(name), Target::Parameter, axis};
}

ParameterSpec drawn(std::string name) {
  return {std::move(name), Target::Parameter,
          experiment::Random{.a = 0, .b = 1, .choices = {}, .weights = {}, .min = {}, .max = {}}};
}

experiment::NamedScenario named(std::string name, std::vector<ParameterSpec> parameters) {
  experiment::NamedScenario scenario;
  scenario.name = std::move(name);
  scenario.parameters = std::move(parameters);
  return scenario;
}

Experiment experiment_of(std::vector<experiment::NamedScenario> scenarios, std::uint64_t samples = 1) {
  Experiment experiment;
  experiment.name = "growth";
  experiment.scenarios = std::move(scenarios);
  experiment.design.samples = samples;
  experiment.outputs.series = {"Population", "by age"};
  experiment.outputs.outcomes = {{.name = "final", .expression = "last(Population)"}};
  return experiment;
}

// Runs with the outcome n, and a series that is n all the time, for the scenario n.
class Charted {
 public:
  explicit Charted(Experiment of)
      : experiment_(std::move(of)), space_(experiment::design::ScenarioSpace::create(experiment_).value()) {
    annotations_.units["population"] = "people";
    annotations_.time_units = "year";
    annotations_.outcome_units = {"people"};
  }

  std::string mistake(const ChartRequest& request) const {
    const auto plan = plan_chart(request, experiment_, annotations_);
    if (!plan) return plan.error().front().message;
    const auto chart = collect(*plan);
    return chart ? "" : chart.error().message;
  }
  Chart chart(const ChartRequest& request) const {
    const auto plan = plan_chart(request, experiment_, annotations_);
    if (!plan) throw std::runtime_error(plan.error().front().message);
    return collect(*plan).value();
  }
  template <class Drawing>
  Drawing drawn_as(const ChartRequest& request) const {
    return std::get<Drawing>(chart(request).drawing);
  }

  std::vector<double> times{0, 1, 2};
  std::function<double(std::uint64_t)> value = [](std::uint64_t n) { return static_cast<double>(n); };

 private:
  Result<Chart> collect(const ChartPlan& plan) const {
    const auto collector = collect_chart(plan, experiment_);
    // In blocks of three.
    for (std::uint64_t first = 0; first < space_.size(); first += 3) {
      ResultBlock block;
      block.range = {first, std::min<std::uint64_t>(3, space_.size() - first)};
      block.outcome_names = {"final"};
      block.outcomes.emplace_back();
      block.times = times;
      block.series = {{.name = "Population", .elements = {}, .values = {}},
                      {.name = "by age", .elements = {"young", "old"}, .values = {}}};
      for (std::uint64_t n = 0; n < block.range.count; ++n) block.outcomes[0].push_back(value(first + n));
      for (std::size_t saved = 0; saved < times.size(); ++saved) {
        for (std::uint64_t n = 0; n < block.range.count; ++n)
          block.series[0].values.push_back(value(first + n));
        for (const double element : {100.0, 200.0})
          for (std::uint64_t n = 0; n < block.range.count; ++n)
            block.series[1].values.push_back(element + static_cast<double>(first + n));
      }
      for (std::uint64_t n = 0; n < block.range.count; ++n) collector->add(block, space_.at(first + n));
    }
    return collector->finish();
  }

  Experiment experiment_;
  experiment::Annotations annotations_;
  experiment::design::ScenarioSpace space_;
};

TEST(Chart, HasALineForEachOfFewRuns) {
  const Charted charted(experiment_of(
      {named("low", {swept("rate", 0.1, 0.2, 2)}), named("high", {swept("rate", 0.1, 0.2, 2)})}));
  const auto lines = charted.drawn_as<charts::LineChart>({.of = "population"});
  EXPECT_EQ(lines.title, "growth: Population");
  EXPECT_EQ(lines.x_title, "time (year)");
  EXPECT_EQ(lines.y_title, "Population (people)");
  EXPECT_THAT(lines.x, ElementsAre(0, 1, 2));
  EXPECT_THAT(lines.bands, IsEmpty());
  ASSERT_THAT(lines.lines, SizeIs(4));
  EXPECT_EQ(lines.lines[1].name, "low, rate = 0.2");
  EXPECT_EQ(lines.lines[2].name, "high, rate = 0.1");
  EXPECT_THAT(lines.lines[2].y, ElementsAre(2, 2, 2));
  EXPECT_THAT(charted.chart({.of = "population"}).told,
              HasSubstr("4 runs; at the end: low, rate = 0.1 0; low, rate = 0.2 1"));
}

TEST(Chart, HasOneElementOfASeries) {
  const Charted charted(experiment_of({named("one", {})}));
  EXPECT_THAT(charted.drawn_as<charts::LineChart>({.of = "by age[Old]"}).lines[0].y,
              ElementsAre(200, 200, 200));
  EXPECT_THAT(charted.mistake({.of = "by age"}), HasSubstr("say which, as in by age[young]"));
  EXPECT_THAT(charted.mistake({.of = "by age[yung]"}), HasSubstr("did you mean 'young'?"));
  EXPECT_THAT(charted.mistake({.of = "Population[young]"}), HasSubstr("has no elements"));
}

TEST(Chart, ShowsManyRunsAsMedianAndBands) {
  const Charted charted(experiment_of({named("one", {drawn("rate")})}, 101));
  const auto lines = charted.drawn_as<charts::LineChart>({.of = "Population"});
  ASSERT_THAT(lines.lines, SizeIs(1));
  EXPECT_EQ(lines.lines[0].name, "median");
  EXPECT_THAT(lines.lines[0].y, ElementsAre(50, 50, 50));
  ASSERT_THAT(lines.bands, SizeIs(2));
  EXPECT_EQ(lines.bands[0].name, "90 % of runs");
  EXPECT_THAT(lines.bands[0].low, ElementsAre(5, 5, 5));
  EXPECT_THAT(lines.bands[0].high, ElementsAre(95, 95, 95));
  EXPECT_THAT(lines.bands[1].low, ElementsAre(25, 25, 25));
  EXPECT_THAT(lines.bands[1].high, ElementsAre(75, 75, 75));
  EXPECT_EQ(lines.title, "growth: Population, median, 50 % and 90 % of 101 runs");
}

TEST(Chart, LeavesWhatIsNotFiniteOutOfQuantiles) {
  Charted charted(experiment_of({named("one", {drawn("rate")})}, 101));
  charted.value = [](std::uint64_t n) { return n % 2 == 0 ? static_cast<double>(n) : NAN; };
  EXPECT_THAT(charted.drawn_as<charts::LineChart>({.of = "Population"}).lines[0].y, ElementsAre(50, 50, 50));
  charted.value = [](std::uint64_t) { return NAN; };
  EXPECT_TRUE(std::isnan(charted.drawn_as<charts::LineChart>({.of = "Population"}).lines[0].y[0]));
}

TEST(Chart, TellsNamedScenariosAndValuesApart) {
  const Charted charted(experiment_of({named("low", {drawn("rate")}), named("high", {drawn("rate")})}, 20));
  const auto lines = charted.drawn_as<charts::LineChart>({.of = "Population"});
  ASSERT_THAT(lines.lines, SizeIs(2));
  EXPECT_EQ(lines.lines[1].name, "high");
  EXPECT_THAT(lines.lines[1].y[0], DoubleNear(29.5, 1e-9));
  EXPECT_EQ(lines.bands[2].line, 1u);
  const auto bars = charted.drawn_as<charts::Histogram>({.of = "final"});
  ASSERT_THAT(bars.groups, SizeIs(2));
  EXPECT_EQ(bars.groups[0].name, "low");
  EXPECT_EQ(std::accumulate(bars.groups[0].counts.begin(), bars.groups[0].counts.end(), 0.0), 20);

  const Charted swept_one(experiment_of({named("one", {swept("rate", 3, 1, 3), drawn("noise")})}, 20));
  const auto by_rate = swept_one.drawn_as<charts::LineChart>({.of = "Population", .by = "Rate"});
  ASSERT_THAT(by_rate.lines, SizeIs(3));
  EXPECT_EQ(by_rate.lines[0].name, "rate = 1");  // rising, though it comes last
  EXPECT_THAT(by_rate.lines[0].y[0], DoubleNear(49.5, 1e-9));
  EXPECT_THAT(swept_one.mistake({.of = "Population", .by = "noise"}), HasSubstr("more than 7 values"));
}

TEST(Chart, PutsAnOutcomeIntoNiceBins) {
  Charted charted(experiment_of({named("one", {drawn("rate")})}, 100));
  const auto bars = charted.drawn_as<charts::Histogram>({.of = "final"});
  EXPECT_THAT(bars.edges, ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(bars.groups[0].counts, ElementsAre(20, 20, 20, 20, 20));
  EXPECT_EQ(bars.x_title, "final (people)");
  charted.value = [](std::uint64_t) { return 7.0; };
  const auto one = charted.drawn_as<charts::Histogram>({.of = "final"});
  EXPECT_THAT(one.groups[0].counts, ElementsAre(100));
  EXPECT_LT(one.edges.front(), 7);
  charted.value = [](std::uint64_t n) { return n < 10 ? NAN : 7.0; };
  EXPECT_THAT(charted.chart({.of = "final"}).told, HasSubstr("10 of them without a finite value"));
}

TEST(Chart, HasTheMeanOfAnOutcomeOverTwoParameters) {
  const Charted charted(
      experiment_of({named("one", {swept("rate", 1, 3, 3), swept("cap", 10, 20, 2), drawn("noise")})}, 2));
  const auto map = charted.drawn_as<charts::HeatMap>({.of = "final", .kind = "heatmap"});
  EXPECT_EQ(map.x_title, "rate");
  EXPECT_EQ(map.y_title, "cap");
  EXPECT_THAT(map.x_labels, ElementsAre("1", "2", "3"));
  EXPECT_THAT(map.y_labels, ElementsAre("10", "20"));
  // Scenarios by rate, cap, sample.
  EXPECT_THAT(map.values, ElementsAre(0.5, 4.5, 8.5, 2.5, 6.5, 10.5));
  EXPECT_THAT(charted.chart({.of = "final", .kind = "heatmap"}).told,
              HasSubstr("highest 10.5 at rate = 3, cap = 20"));
}

TEST(Chart, BinsMoreThanFortyValues) {
  const Charted charted(experiment_of({named("one", {swept("rate", 0, 99, 100), swept("cap", 1, 2, 2)})}));
  const auto map = charted.drawn_as<charts::HeatMap>({.of = "final", .kind = "heatmap"});
  EXPECT_THAT(map.x_labels, SizeIs(20));
  EXPECT_EQ(map.x_labels[0], "2.5");
  EXPECT_EQ(map.x_title, "rate, middle of bins");
  EXPECT_THAT(map.values, SizeIs(40));
  EXPECT_EQ(map.values[0], 4);  // of 0, 2, 4, 6, 8
  EXPECT_EQ(map.values[39], 195);
}

TEST(Chart, SaysWhatItCannotShow) {
  const Charted charted(experiment_of({named("one", {swept("rate", 1, 3, 3)})}));
  EXPECT_THAT(charted.mistake({.of = "Populaton"}),
              HasSubstr("there is no outcome or series 'Populaton', did you mean 'Population'?"));
  EXPECT_THAT(charted.mistake({}),
              HasSubstr("say of what: an outcome (final) or a series (Population, by age)"));
  EXPECT_THAT(charted.mistake({.of = "final", .kind = "line"}), HasSubstr("did you mean 'lines'?"));
  EXPECT_THAT(charted.mistake({.of = "final", .kind = "lines"}),
              HasSubstr("lines are of a series: Population"));
  EXPECT_THAT(charted.mistake({.of = "Population", .kind = "histogram"}),
              HasSubstr("is of an outcome: final"));
  EXPECT_THAT(charted.mistake({.of = "final", .by = "rat"}), HasSubstr("did you mean 'rate'?"));
  EXPECT_THAT(charted.mistake({.of = "final", .kind = "heatmap"}), HasSubstr("two parameters"));
  EXPECT_THAT(charted.mistake({.of = "final", .x = "rate"}), HasSubstr("'x' and 'y' are of kind heatmap"));
  EXPECT_THAT(charted.mistake({.of = "final", .kind = "heatmap", .x = "rate", .y = "rate"}),
              HasSubstr("are the same"));
}

TEST(Chart, OfRunsThatAreSavedAtOtherTimesHasAllTimes) {
  const Charted charted(experiment_of({named("one", {swept("rate", 1, 2, 2)})}));
  const auto experiment = experiment_of({named("one", {swept("rate", 1, 2, 2)})});
  const auto plan = plan_chart({.of = "Population"}, experiment, {});
  const auto space = experiment::design::ScenarioSpace::create(experiment);
  const auto collector = collect_chart(*plan, experiment);
  for (std::uint64_t n = 0; n < 2; ++n) {
    ResultBlock block;
    block.range = {n, 1};
    block.times = n == 0 ? std::vector<double>{0, 2} : std::vector<double>{0, 1, 2, 3};
    block.series = {{.name = "Population", .elements = {}, .values = block.times}};
    collector->add(block, space->at(n));
  }
  const auto chart = collector->finish();
  const auto& lines = std::get<charts::LineChart>(chart->drawing);
  EXPECT_THAT(lines.x, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(lines.lines[0].y, ElementsAre(0, 1, 2, ::testing::IsNan()));
  EXPECT_THAT(lines.lines[1].y, ElementsAre(0, 1, 2, 3));
}

TEST(Chart, TakesSomeOfVeryManyRuns) {
  Charted charted(experiment_of({named("one", {drawn("rate")})}, 10'000));
  const auto chart = charted.chart({.of = "Population"});
  EXPECT_TRUE(chart.is_sampled);
  EXPECT_EQ(chart.runs, 10'000u);
  EXPECT_NEAR(std::get<charts::LineChart>(chart.drawing).lines[0].y[0], 5'000, 50);
}

TEST(Thinned, KeepsWhatStandsEvenlyApart) {
  Thinned<int> thinned(4);
  for (int i = 0; i < 4; ++i) thinned.add([i] { return i; });
  EXPECT_TRUE(thinned.is_whole());
  for (int i = 4; i < 17; ++i) thinned.add([i] { return i; });
  EXPECT_EQ(thinned.seen(), 17u);
  EXPECT_FALSE(thinned.is_whole());
  EXPECT_THAT(thinned.kept(), ElementsAre(0, 8, 16));
}

}  // namespace
}  // namespace flowyard::controller::results
