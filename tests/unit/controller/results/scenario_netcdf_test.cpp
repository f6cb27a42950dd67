#include "controller/results/scenario_netcdf.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "controller/model/name.hpp"
#include "tests/support/netcdf_reader.hpp"

namespace flowyard::controller::results {
namespace {

using experiment::design::ScenarioSpace;
using testing::ElementsAre;

// Two named scenarios over two points of an axis.
experiment::Experiment two_by_two() {
  experiment::Experiment e;
  e.name = "grid";
  for (const char* name : {"Base", "High Growth"}) {
    auto& scenario = e.scenarios.emplace_back();
    scenario.name = name;
    scenario.parameters = {
        {"growth rate", experiment::Target::Parameter,
         experiment::Axis{.spacing = experiment::Axis::Spacing::Listed, .values = {0.1, 0.2}}},
        {"Level", experiment::Target::InitialValue, experiment::Fixed{5}}};
  }
  e.outputs.outcomes = {{.name = "final", .expression = "last(Level)"}};
  return e;
}

experiment::Annotations units() {
  return {.units = {{model::key_of("Level"), "litre"}, {model::key_of("growth rate"), "1/year"}},
          .time_units = "year",
          .outcome_units = {"litre"},
          .dimensions = {{"Side", {"left", "right"}}}};
}

// Values tell where they are from: hundreds the scenario, tens the time, ones the element.
ResultBlock block_of(experiment::IndexRange range, std::vector<double> times) {
  ResultBlock block;
  block.range = range;
  block.outcomes.emplace_back();
  block.times = std::move(times);
  block.series = {{"Level", {}, {}}, {"Stock", {"left", "right"}, {}}};
  for (std::uint64_t i = 0; i < range.count; ++i)
    block.outcomes[0].push_back(static_cast<double>(range.first + i));
  for (const double time : block.times) {
    for (int element = 0; element < 2; ++element) {
      for (std::uint64_t i = 0; i < range.count; ++i) {
        const double value = 100.0 * static_cast<double>(range.first + i) + 10 * time + element;
        if (element == 0) block.series[0].values.push_back(value);
        block.series[1].values.push_back(value);
      }
    }
  }
  return block;
}

const ResultBlock* holder_of(std::uint64_t index, const std::vector<ResultBlock>& blocks) {
  for (const auto& block : blocks)
    if (index >= block.range.first && index < block.range.end()) return &block;
  return nullptr;
}

// The file, with every scenario of `indices`; bytes are taken after each.
std::string written(const experiment::Experiment& e, const std::vector<ResultBlock>& blocks,
                    const std::vector<std::uint64_t>& indices, bool is_whole) {
  const auto space = ScenarioSpace::create(e).value();
  const auto annotations = units();
  ScenarioNetcdf netcdf(e, space, annotations, is_whole);
  for (const auto& block : blocks) netcdf.learn(block);
  std::vector<std::string> streams;
  for (const auto index : indices) {
    const auto* block = holder_of(index, blocks);
    netcdf.add(space.at(index), {.status = block ? "done" : "pending"}, block);
    streams.resize(netcdf.streams());
    for (std::size_t i = 0; i < streams.size(); ++i) streams[i] += netcdf.take(i);
  }
  std::string bytes;
  for (const auto& part : netcdf.parts().value())
    bytes += part.bytes + (part.then_stream ? streams[*part.then_stream] : "");
  return bytes;
}

TEST(ScenarioNetcdf, HasTheAxesOfAGridAsDimensions) {
  const std::vector blocks{block_of({0, 3}, {0, 1}), block_of({3, 1}, {0, 1})};
  const test::NetcdfReader read(written(two_by_two(), blocks, {0, 1, 2, 3}, true));
  EXPECT_THAT(read.dimensions, ElementsAre("scenario", "scenario_characters", "growth_rate", "time",
                                           "status_characters", "Side", "Side_characters"));
  EXPECT_THAT(read.lengths, ElementsAre(2, 11, 2, 2, 10, 2, 5));
  EXPECT_THAT(read.numbers.at("growth_rate"), ElementsAre(0.1, 0.2));
  EXPECT_EQ(read.attributes.at("growth_rate").at("units"), "1/year");
  EXPECT_EQ(read.texts.at("scenario"), std::string("Base\0\0\0\0\0\0\0High Growth", 22));
  EXPECT_EQ(read.attributes.at("time").at("units"), "year");
  EXPECT_THAT(read.shapes.at("final"), ElementsAre(0, 2));
  EXPECT_THAT(read.numbers.at("final"), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(read.attributes.at("final").at("units"), "litre");
  EXPECT_THAT(read.shapes.at("Level"), ElementsAre(0, 2, 3));
  EXPECT_THAT(read.numbers.at("Level"), ElementsAre(0, 10, 100, 110, 200, 210, 300, 310));
  EXPECT_THAT(read.shapes.at("Stock"), ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(read.numbers.at("Stock"),
              ElementsAre(0, 1, 10, 11, 100, 101, 110, 111, 200, 201, 210, 211, 300, 301, 310, 311));
  EXPECT_THAT(read.numbers.at("initial_Level"), ElementsAre(5, 5, 5, 5));
}

TEST(ScenarioNetcdf, LeavesWhatIsNotThereEmpty) {
  const std::vector blocks{block_of({1, 1}, {0, 1}), block_of({2, 1}, {0, 2})};
  const test::NetcdfReader read(written(two_by_two(), blocks, {0, 1, 2, 3}, true));
  EXPECT_THAT(read.numbers.at("time"), ElementsAre(0, 1, 2));
  using testing::IsNan;
  EXPECT_THAT(read.numbers.at("Level"), ElementsAre(IsNan(), IsNan(), IsNan(), 100, 110, IsNan(), 200,
                                                    IsNan(), 220, IsNan(), IsNan(), IsNan()));
  EXPECT_EQ(read.texts.at("status").substr(0, 14), std::string("pending\0\0\0done", 14));
}

TEST(ScenarioNetcdf, HasOneDimensionWhereScenariosFillNoGrid) {
  const std::vector blocks{block_of({0, 4}, {0})};
  const test::NetcdfReader read(written(two_by_two(), blocks, {1, 2}, false));
  EXPECT_EQ(read.dimensions.front(), "runs");
  EXPECT_EQ(read.lengths.front(), 2u);
  EXPECT_THAT(read.numbers.at("run"), ElementsAre(1, 2));
  EXPECT_THAT(read.numbers.at("growth_rate"), ElementsAre(0.2, 0.1));
  EXPECT_THAT(read.numbers.at("Level"), ElementsAre(100, 200));
  // An axis that one scenario overrides makes no grid either.
  auto e = two_by_two();
  e.scenarios[1].parameters[0].value = experiment::Fixed{0.5};
  const test::NetcdfReader other(written(e, {block_of({0, 3}, {0})}, {0, 1, 2}, true));
  EXPECT_EQ(other.dimensions.front(), "runs");
  EXPECT_THAT(other.numbers.at("growth_rate"), ElementsAre(0.1, 0.2, 0.5));
}

TEST(ScenarioNetcdf, IsAFileWithoutScenariosToo) {
  EXPECT_TRUE(test::NetcdfReader(written(two_by_two(), {}, {}, false)).dimensions.empty());
}

}  // namespace
}  // namespace flowyard::controller::results
