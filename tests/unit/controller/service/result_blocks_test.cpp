#include "controller/service/result_blocks.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/protocol/columns.hpp"

namespace flowyard::controller::service {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

store::ChunkRow a_row() {
  worker::protocol::ResultChunk chunk;
  chunk.first = 4;
  chunk.count = 2;
  chunk.outcome_names = {"final"};
  chunk.outcomes = {{1.5, kNaN}};
  chunk.times = {0, 1};
  chunk.series = {{.name = "Level", .elements = {"a", "b"}, .values = {1, 2, 3, 4, 5, 6, 7, 8}}};
  store::ChunkRow row;
  row.range = {4, 2};
  row.compute_seconds = 0.25;
  row.body = worker::protocol::to_columns(chunk);
  return row;
}

TEST(ResultBlock, SaysWhatTheStoredChunkSays) {
  const auto block = block_of(a_row(), "novel-poodle").value();
  EXPECT_EQ(block.range, (experiment::IndexRange{4, 2}));
  EXPECT_EQ(block.worker, "novel-poodle");
  EXPECT_EQ(block.compute_seconds, 0.25);
  EXPECT_THAT(block.outcome_names, ElementsAre("final"));
  EXPECT_EQ(block.outcomes[0][0], 1.5);
  EXPECT_TRUE(std::isnan(block.outcomes[0][1]));
  ASSERT_EQ(block.series.size(), 1u);
  EXPECT_THAT(block.series[0].elements, ElementsAre("a", "b"));
  EXPECT_EQ(block.series[0].values.size(), 8u);
}

TEST(ResultBlock, FailsOnADamagedChunk) {
  auto row = a_row();
  row.body.resize(row.body.size() / 2);
  EXPECT_FALSE(block_of(row, "novel-poodle"));
}

// Two named scenarios, each with a fixed parameter and an axis of two values, twice: four scenarios each.
class SummariesTest : public ::testing::Test {
 protected:
  static experiment::NamedScenario named(const std::string& name, double fixed) {
    experiment::NamedScenario scenario;
    scenario.name = name;
    scenario.title = "The " + name;
    const experiment::Axis axis{.spacing = {}, .values = {5000, 10000}, .first = 0, .last = 0, .count = 0};
    scenario.parameters = {
        {.name = "rate", .target = experiment::Target::Parameter, .value = experiment::Fixed{fixed}},
        {.name = "capacity", .target = experiment::Target::Parameter, .value = axis}};
    return scenario;
  }
  static experiment::Experiment an_experiment() {
    experiment::Experiment e;
    e.scenarios = {named("slow", 0.1), named("fast", 0.2)};
    e.replications = 2;
    return e;
  }
  static results::ResultBlock block(experiment::IndexRange range, const std::string& worker,
                                    std::vector<double> final) {
    results::ResultBlock b;
    b.range = range;
    b.worker = worker;
    b.compute_seconds = 1;
    b.outcome_names = {"final"};
    b.outcomes = {std::move(final)};
    return b;
  }

  experiment::Experiment experiment = an_experiment();
  experiment::design::ScenarioSpace space = experiment::design::ScenarioSpace::create(experiment).value();
  Summaries summaries{experiment, space};
};

TEST_F(SummariesTest, GatherOneLineForEachWorkerAndNamedScenario) {
  summaries.add(block({0, 2}, "novel-poodle", {1, 3}));
  summaries.add(block({2, 2}, "calm-otter", {5, 7}));
  summaries.add(block({4, 4}, "novel-poodle", {2, 2, 2, 2}));
  const auto lines = summaries.lines(10);
  ASSERT_EQ(lines.size(), 3u);
  std::vector<std::pair<std::string, std::string>> who;
  for (const auto& line : lines) who.emplace_back(line.worker, line.scenario);
  EXPECT_THAT(who, UnorderedElementsAre(Pair("novel-poodle", "slow"), Pair("calm-otter", "slow"),
                                        Pair("novel-poodle", "fast")));
}

TEST_F(SummariesTest, AverageOutcomesAndTimesWithinALine) {
  summaries.add(block({0, 2}, "novel-poodle", {1, 3}));
  summaries.add(block({2, 2}, "novel-poodle", {kNaN, 5}));
  const auto line = summaries.lines(10).at(0);
  EXPECT_EQ(line.title, "The slow");
  EXPECT_EQ(line.iterations, 4u);
  EXPECT_EQ(line.total_seconds, 2);
  EXPECT_EQ(line.per_iteration_seconds, 0.5);
  EXPECT_EQ(line.outcomes.at("final"), 3);  // of the values that are there
  EXPECT_EQ(line.left_out.at("final"), 1u);
  EXPECT_EQ(summaries.outcomes().at(0).count, 3u);
  EXPECT_EQ(summaries.outcomes().at(0).left_out, 1u);
}

TEST_F(SummariesTest, ShowOnlyParametersThatHaveOneValueInTheLine) {
  // Replications of the first value only.
  summaries.add(block({0, 2}, "novel-poodle", {1, 1}));
  EXPECT_THAT(summaries.lines(1).at(0).parameters,
              UnorderedElementsAre(Pair("rate", 0.1), Pair("capacity", 5000)));
  // Then the second one, too.
  summaries.add(block({2, 2}, "novel-poodle", {1, 1}));
  EXPECT_THAT(summaries.lines(1).at(0).parameters, UnorderedElementsAre(Pair("rate", 0.1)));
}

TEST_F(SummariesTest, LookAtTheWholeBlockAndNotItsEndsAlone) {
  // Three values, the first and the last of them equal.
  experiment.scenarios.resize(1);
  experiment.replications = 1;
  std::get<experiment::Axis>(experiment.scenarios[0].parameters[1].value).values = {5000, 10000, 5000};
  const auto three = experiment::design::ScenarioSpace::create(experiment).value();
  Summaries of_three(experiment, three);
  of_three.add(block({0, 3}, "novel-poodle", {1, 2, 3}));
  EXPECT_THAT(of_three.lines(1).at(0).parameters, UnorderedElementsAre(Pair("rate", 0.1)));
}

TEST_F(SummariesTest, CountEachOutcomeOverAllScenarios) {
  summaries.add(block({0, 4}, "novel-poodle", {1, 2, 3, kNaN}));
  const auto outcomes = summaries.outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].name, "final");
  EXPECT_EQ(outcomes[0].count, 3u);
  EXPECT_EQ(outcomes[0].mean, 2);
}

TEST_F(SummariesTest, StopAtSoManyLines) {
  summaries.add(block({0, 4}, "novel-poodle", {1, 2, 3, 4}));
  summaries.add(block({4, 4}, "novel-poodle", {1, 2, 3, 4}));
  EXPECT_EQ(summaries.lines(1).size(), 1u);
}

}  // namespace
}  // namespace flowyard::controller::service
