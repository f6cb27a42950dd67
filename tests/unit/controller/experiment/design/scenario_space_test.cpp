#include "controller/experiment/design/scenario_space.hpp"

#include <map>
#include <set>
#include <tuple>

#include <gmock/gmock.h>

#include "controller/experiment/design/sampler.hpp"

namespace flowyard::controller::experiment::design {
namespace {

using experiment::Axis;
using experiment::Distribution;
using experiment::Experiment;
using experiment::Fixed;
using experiment::ParameterSpec;
using experiment::Random;
using experiment::ScenarioColumns;
using experiment::Target;

ParameterSpec fixed(std::string name, double value) {
  return {std::move(name), Target::Parameter, Fixed{value}};
}

ParameterSpec axis(std::string name, std::vector<double> values) {
  Axis shape;
  shape.values = std::move(values);
  return {std::move(name), Target::Parameter, shape};
}

ParameterSpec uniform(std::string name, double a, double b) {
  Random shape;
  shape.a = a;
  shape.b = b;
  return {std::move(name), Target::Parameter, shape};
}

Experiment experiment_of(std::vector<std::vector<ParameterSpec>> scenarios) {
  Experiment experiment;
  experiment.name = "test";
  for (auto& parameters : scenarios) {
    experiment::NamedScenario named;
    named.name = "s" + std::to_string(experiment.scenarios.size());
    named.parameters = std::move(parameters);
    experiment.scenarios.push_back(std::move(named));
  }
  return experiment;
}

ScenarioSpace space_of(const Experiment& experiment) {
  return ScenarioSpace::create(experiment).value();
}

double value_of(const experiment::ScenarioPoint& point, const std::string& name) {
  for (const auto& setting : point.settings)
    if (setting.name == name) return std::get<double>(setting.value);
  throw std::runtime_error("no setting " + name);
}

TEST(ScenarioSpace, CrossesAxesTheFirstSlowestAndReplicationsFastest) {
  auto experiment = experiment_of({{axis("x", {1, 2}), fixed("f", 7), axis("y", {10, 20, 30})}});
  experiment.replications = 2;
  const auto space = space_of(experiment);
  ASSERT_EQ(space.size(), 12u);
  const auto point = space.at(9);  // x: 2, y: 20, replication 1
  EXPECT_EQ(point.point, 4u);
  EXPECT_EQ(point.replication, 1u);
  ASSERT_EQ(point.settings.size(), 3u);
  EXPECT_EQ(point.settings[0].name, "x");
  EXPECT_EQ(point.settings[1].name, "f");
  EXPECT_EQ(value_of(point, "x"), 2);
  EXPECT_EQ(value_of(point, "f"), 7);
  EXPECT_EQ(value_of(point, "y"), 20);
}

TEST(ScenarioSpace, NumbersEachCombinationOnce) {
  auto experiment = experiment_of(
      {{axis("x", {1, 2, 3}), uniform("u", 0, 1)}, {fixed("x", 9), uniform("u", 0, 1)}, {fixed("x", 1)}});
  experiment.design.samples = 5;
  experiment.replications = 3;
  experiment.regions = {{"north", {fixed("r", 1)}}, {"south", {}}};
  const auto space = space_of(experiment);
  ASSERT_EQ(space.size(), 2u * (3 * 5 * 3 + 5 * 3 + 3));
  EXPECT_EQ(space.groups(), 6u);
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t, std::uint64_t, std::uint64_t>> seen;
  std::tuple<std::uint32_t, std::uint32_t, std::uint64_t, std::uint64_t, std::uint64_t> last;
  for (std::uint64_t i = 0; i < space.size(); ++i) {
    const auto p = space.at(i);
    EXPECT_EQ(p.index, i);
    const auto key = std::tuple(p.named, p.region, p.point, p.sample, p.replication);
    EXPECT_TRUE(i == 0 || last < key) << "index order at " << i;
    EXPECT_TRUE(seen.insert(key).second);
    last = key;
  }
}

// What was there keeps its number; what is new has the draws that the larger one has from the beginning.
TEST(ScenarioSpace, NumbersWhatALaterRoundAddsAfterAllThatWasThere) {
  auto experiment =
      experiment_of({{axis("x", {1, 2}), uniform("u", 0, 1)}, {uniform("u", 5, 6)}, {fixed("u", 1)}});
  experiment.regions = {{"north", {fixed("r", 1)}}, {"south", {}}};
  experiment.replications = 2;
  for (const auto method : {DesignMethod::Random, DesignMethod::Halton}) {
    experiment.design.sampling = method;
    experiment.design.rounds = {};
    experiment.design.samples = 3;
    const auto before = space_of(experiment);
    experiment.design.samples = 7;
    const auto fresh = space_of(experiment);
    experiment.design.rounds = {3, 4, 7};
    const auto extended = space_of(experiment);
    ASSERT_EQ(extended.size(), fresh.size());
    const auto key = [](const auto& p) {
      return std::tuple(p.named, p.region, p.point, p.sample, p.replication);
    };
    std::map<decltype(key(fresh.at(0))), std::uint64_t> by_key;
    for (std::uint64_t i = 0; i < fresh.size(); ++i) by_key[key(fresh.at(i))] = i;
    for (std::uint64_t i = 0; i < extended.size(); ++i) {
      const auto p = extended.at(i);
      if (i < before.size()) {
        EXPECT_EQ(key(p), key(before.at(i)));
      }
      ASSERT_TRUE(by_key.contains(key(p)));
      const auto same = fresh.at(by_key[key(p)]);
      by_key.erase(key(p));
      EXPECT_EQ(p.draw, same.draw);
      EXPECT_EQ(value_of(p, "u"), value_of(same, "u"));
    }
    EXPECT_TRUE(by_key.empty());
  }
}

TEST(ScenarioSpace, HasNoLaterRoundOfALatinHypercube) {
  auto experiment = experiment_of({{uniform("u", 0, 1)}});
  experiment.design = {
      .axes = DesignMethod::Grid, .sampling = DesignMethod::LatinHypercube, .samples = 4, .rounds = {2, 4}};
  EXPECT_NE(ScenarioSpace::create(experiment).error().message.find("cannot be extended"), std::string::npos);
}

TEST(ScenarioSpace, GroupsShareScenarioRegionAndNames) {
  auto experiment = experiment_of({{axis("x", {1, 2})}, {fixed("x", 3)}});
  experiment.replications = 4;
  experiment.regions = {{"north", {fixed("r", 1)}}, {"south", {fixed("r", 2)}}};
  const auto space = space_of(experiment);
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i < space.size(); ++i) {
    const auto group = space.group_of(i);
    if (i == space.group_end(first)) first = i;
    EXPECT_EQ(group.first, first);
    EXPECT_EQ(group.end, space.group_end(i));
    EXPECT_EQ(space.at(i).named, group.named);
    EXPECT_EQ(space.at(i).region, group.region);
    EXPECT_EQ(space.at(i).settings.size(), group.common.size() + group.varying.size());
  }
  EXPECT_EQ(space.group_of(0).varying.at(0).name, "x");
  EXPECT_EQ(space.group_of(0).common.at(0).name, "r");
  EXPECT_EQ(space.group_of(space.size() - 1).common.size(), 2u);
}

TEST(ScenarioSpace, FillsColumnsAsPointsSay) {
  auto experiment = experiment_of({{axis("x", {1, 2, 3}), uniform("u", 0, 1), uniform("v", 5, 6)}});
  experiment.design.samples = 7;
  experiment.replications = 3;
  const auto space = space_of(experiment);
  ScenarioColumns columns;
  const std::uint64_t first = 11;
  space.fill(first, 40, columns);
  ASSERT_EQ(columns.values.size(), 3u);
  for (std::uint64_t i = 0; i < 40; ++i) {
    const auto point = space.at(first + i);
    EXPECT_EQ(columns.draws[i], point.draw);
    EXPECT_EQ(columns.values[0][i], value_of(point, "x"));
    EXPECT_EQ(columns.values[1][i], value_of(point, "u"));
    EXPECT_EQ(columns.values[2][i], value_of(point, "v"));
  }
}

// Every value by what it is for, not by where it stands.
std::map<std::tuple<double, std::uint64_t, std::uint64_t>, std::tuple<double, std::uint64_t>>
values_by_location(const ScenarioSpace& space) {
  std::map<std::tuple<double, std::uint64_t, std::uint64_t>, std::tuple<double, std::uint64_t>> values;
  for (std::uint64_t i = 0; i < space.size(); ++i) {
    const auto point = space.at(i);
    values[{value_of(point, "x"), point.sample, point.replication}] = {value_of(point, "u"), point.draw};
  }
  return values;
}

TEST(ScenarioSpace, WideningKeepsEveryEarlierValueAndDraw) {
  for (const auto method : {experiment::DesignMethod::Random, experiment::DesignMethod::Halton}) {
    auto experiment = experiment_of({{axis("x", {1, 2}), uniform("u", 0, 1)}});
    experiment.design.sampling = method;
    experiment.design.samples = 8;
    experiment.replications = 2;
    const auto narrow = values_by_location(space_of(experiment));
    auto wide_experiment = experiment_of({{axis("x", {0, 1, 2, 3}), uniform("u", 0, 1), uniform("w", 0, 1)}});
    wide_experiment.design.sampling = method;
    wide_experiment.design.samples = 50;
    wide_experiment.replications = 5;
    const auto wide = values_by_location(space_of(wide_experiment));
    for (const auto& [location, value] : narrow) EXPECT_EQ(wide.at(location), value);
  }
}

TEST(ScenarioSpace, ComparedScenariosAndRegionsShareTheirNoise) {
  auto experiment = experiment_of({{fixed("x", 1), uniform("u", 0, 1)}, {fixed("x", 2), uniform("u", 0, 1)}});
  experiment.regions = {{"north", {}}, {"south", {}}};
  experiment.design.samples = 10;
  const auto space = space_of(experiment);
  for (std::uint64_t i = 0; i < 10; ++i)
    for (std::uint64_t group = 1; group < 4; ++group) {
      EXPECT_EQ(value_of(space.at(i), "u"), value_of(space.at(group * 10 + i), "u"));
      EXPECT_EQ(space.at(i).draw, space.at(group * 10 + i).draw);
    }
}

TEST(ScenarioSpace, AnotherSeedGivesOtherValues) {
  auto experiment = experiment_of({{uniform("u", 0, 1)}});
  const double before = value_of(space_of(experiment).at(0), "u");
  experiment.seed = 2;
  EXPECT_NE(value_of(space_of(experiment).at(0), "u"), before);
}

TEST(ScenarioSpace, ZipsAxesSideBySide) {
  auto experiment = experiment_of({{axis("x", {1, 2, 3}), axis("y", {4, 5, 6})}});
  experiment.design.axes = experiment::DesignMethod::Zip;
  const auto space = space_of(experiment);
  ASSERT_EQ(space.size(), 3u);
  EXPECT_EQ(value_of(space.at(2), "x"), 3);
  EXPECT_EQ(value_of(space.at(2), "y"), 6);
}

TEST(ScenarioSpace, RefusesToZipUnequalAxes) {
  auto experiment = experiment_of({{axis("x", {1, 2, 3}), axis("y", {4, 5})}});
  experiment.design.axes = experiment::DesignMethod::Zip;
  EXPECT_FALSE(ScenarioSpace::create(experiment).has_value());
}

TEST(ScenarioSpace, CountsHugeDesignsWithoutExpandingOrOverflowing) {
  Axis huge;
  huge.spacing = Axis::Spacing::Linear;
  huge.last = 1;
  huge.count = 1'000'000;
  auto experiment = experiment_of({{ParameterSpec{"x", Target::Parameter, huge}}});
  experiment.replications = 1000;
  EXPECT_EQ(space_of(experiment).size(), 1'000'000'000u);
  EXPECT_EQ(value_of(space_of(experiment).at(999'999'999), "x"), 1.0);
  experiment.scenarios[0].parameters.push_back({"y", Target::Parameter, huge});
  experiment.scenarios[0].parameters.push_back({"z", Target::Parameter, huge});
  const auto refused = ScenarioSpace::create(experiment);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::Limit);
}

TEST(ScenarioSpace, ScenarioOverridesTheRegionWhichOverridesTheExperiment) {
  auto experiment = experiment_of({{fixed("x", 1)}, {fixed("x", 2)}});
  experiment.scenarios[1].overridden = {"x"};
  experiment.regions = {{"north", {fixed("x", 10)}}};
  const auto space = space_of(experiment);
  EXPECT_EQ(value_of(space.at(0), "x"), 10);
  EXPECT_EQ(value_of(space.at(1), "x"), 2);
}

TEST(ScenarioSpace, ARegionThatFixesAnAxisKeepsItsDesignPoints) {
  auto experiment = experiment_of({{axis("x", {1, 2}), axis("y", {5, 6})}});
  experiment.regions = {{"north", {fixed("x", 10)}}, {"south", {}}};
  const auto space = space_of(experiment);
  ASSERT_EQ(space.size(), 8u);
  for (std::uint64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(space.at(i).point, space.at(4 + i).point);
    EXPECT_EQ(value_of(space.at(i), "x"), 10);
    EXPECT_EQ(value_of(space.at(i), "y"), value_of(space.at(4 + i), "y"));
  }
}

TEST(ScenarioSpace, HandsOutArraysAndSeriesThatOutliveCopies) {
  auto experiment = experiment_of({{{"a", Target::Parameter, experiment::Array{{2}, {3, 4}}},
                                    {"s", Target::Parameter, experiment::Series{}}}});
  experiment::ScenarioPoint point;
  const ScenarioSpace copy = space_of(experiment);
  {
    const ScenarioSpace other = copy;
    point = other.at(0);
  }
  EXPECT_EQ(std::get<const experiment::Array*>(point.settings[0].value)->values[1], 4);
  EXPECT_TRUE(std::holds_alternative<const experiment::Series*>(point.settings[1].value));
}

// Two scenarios in two regions, with samples: the second has no axis, and so a single point.
Experiment with_rows() {
  auto experiment = experiment_of(
      {{axis("x", {1, 2, 3}), uniform("u", 0, 1), fixed("f", 7)}, {fixed("x", 9), uniform("u", 0, 1)}});
  experiment.design.samples = 5;
  experiment.replications = 2;
  experiment.regions = {{.name = "north", .parameters = {}},
                        {.name = "south", .parameters = {fixed("f", 8)}}};
  return experiment;
}

TEST(ScenarioSpace, HasARowForEachScenarioRegionAndPoint) {
  const auto space = space_of(with_rows());
  ASSERT_EQ(space.rows(), 8u);
  EXPECT_EQ(space.most_runs_of_a_row(), 10u);
  const auto row = space.row(4);  // the first scenario in the south, x: 2
  EXPECT_EQ(row.number, 4u);
  EXPECT_EQ(row.named, 0u);
  EXPECT_EQ(row.region, 1u);
  EXPECT_EQ(row.point, 1u);
  ASSERT_EQ(row.settings.size(), 2u);  // what is drawn has no value of its own
  EXPECT_EQ(row.settings[0].name, "x");
  EXPECT_EQ(std::get<double>(row.settings[0].value), 2);
  EXPECT_EQ(row.settings[1].name, "f");
  EXPECT_EQ(std::get<double>(row.settings[1].value), 8);
  EXPECT_EQ(row.runs, (std::vector<IndexRange>{{40, 10}}));
}

TEST(ScenarioSpace, ARowHasTheRunsOfAllRounds) {
  auto experiment = with_rows();
  experiment.design.samples = 5;
  const auto fresh = space_of(experiment);
  experiment.design.rounds = {2, 5};
  const auto extended = space_of(experiment);
  ASSERT_EQ(extended.rows(), fresh.rows());
  EXPECT_EQ(extended.most_runs_of_a_row(), fresh.most_runs_of_a_row());
  std::uint64_t runs = 0;
  for (std::uint64_t number = 0; number < extended.rows(); ++number) {
    const auto row = extended.row(number), same = fresh.row(number);
    EXPECT_EQ(row.named, same.named);
    EXPECT_EQ(row.region, same.region);
    EXPECT_EQ(row.point, same.point);
    std::uint64_t of_this = 0, of_same = 0;
    for (const auto& range : same.runs) of_same += range.count;
    for (const auto& range : row.runs) {
      of_this += range.count;
      for (auto index = range.first; index < range.end(); ++index) EXPECT_EQ(extended.row_of(index), number);
    }
    EXPECT_EQ(of_this, of_same);
    runs += of_this;
  }
  EXPECT_EQ(runs, extended.size());
}

TEST(ScenarioSpace, GivesEachScenarioToOneRow) {
  const auto space = space_of(with_rows());
  std::uint64_t next = 0;
  for (std::uint64_t number = 0; number < space.rows(); ++number) {
    for (const auto& range : space.row(number).runs) {
      ASSERT_EQ(range.first, next);
      for (; next < range.end(); ++next) {
        ASSERT_EQ(space.row_of(next), number);
        ASSERT_EQ(space.at(next).named, space.row(number).named);
        ASSERT_EQ(space.at(next).region, space.row(number).region);
        ASSERT_EQ(space.at(next).point, space.row(number).point);
      }
    }
  }
  EXPECT_EQ(next, space.size());
}

}  // namespace
}  // namespace flowyard::controller::experiment::design
