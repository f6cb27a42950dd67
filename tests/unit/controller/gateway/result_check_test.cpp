#include "controller/gateway/result_check.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::gateway {
namespace {

using ::testing::HasSubstr;
using worker::protocol::ResultChunk;

experiment::ExpectedResults expected() {
  return {.outcomes = {"final", "peak"},
          .series = {{.name = "Population", .elements = {}}, {.name = "Stock", .elements = {"a", "b"}}},
          .times = std::vector<double>{0, 1, 2}};
}

// Two scenarios as they should be.
ResultChunk chunk() {
  ResultChunk chunk;
  chunk.count = 2;
  chunk.compute_seconds = 0.5;
  chunk.outcome_names = {"final", "peak"};
  chunk.outcomes = {{1, 2}, {3, std::nan("")}};
  chunk.times = {0, 1, 2};
  chunk.series = {{.name = "Population", .elements = {}, .values = std::vector<double>(6)},
                  {.name = "Stock", .elements = {"a", "b"}, .values = std::vector<double>(12)}};
  return chunk;
}

TEST(ResultCheck, TakesWhatWasAskedFor) {
  EXPECT_EQ(misfit_of(chunk(), expected()), "");
}

TEST(ResultCheck, RefusesOtherOutcomes) {
  auto other = chunk();
  other.outcome_names = {"peak", "final"};
  EXPECT_THAT(misfit_of(other, expected()), HasSubstr("outcomes are 'peak', 'final'"));
  other = chunk();
  other.outcomes.pop_back();
  EXPECT_NE(misfit_of(other, expected()), "");
  other = chunk();
  other.outcomes[1].push_back(4);
  EXPECT_THAT(misfit_of(other, expected()), HasSubstr("'peak' has 3 values for 2 scenarios"));
}

TEST(ResultCheck, RefusesOtherSeriesAndOtherElements) {
  auto other = chunk();
  other.series.pop_back();
  EXPECT_THAT(misfit_of(other, expected()), HasSubstr("series are 'Population'"));
  other = chunk();
  other.series[0].elements = {"a"};
  EXPECT_THAT(misfit_of(other, expected()), HasSubstr("'Population' has the elements 'a'"));
  other = chunk();
  other.series[1].elements = {"b", "a"};
  EXPECT_NE(misfit_of(other, expected()), "");
  other = chunk();
  other.series[1].values.pop_back();
  EXPECT_THAT(misfit_of(other, expected()), HasSubstr("11 values for 12"));
}

TEST(ResultCheck, RefusesOtherTimes) {
  for (const auto& times : std::vector<std::vector<double>>{{0, 1}, {0, 1, 3}, {0, 2, 1}, {0, 1, HUGE_VAL}}) {
    auto other = chunk();
    other.times = times;
    for (auto& series : other.series)
      series.values.resize(times.size() * std::max<std::size_t>(1, series.elements.size()) * 2);
    EXPECT_THAT(misfit_of(other, expected()), HasSubstr("times")) << times.size();
  }
}

TEST(ResultCheck, TakesTimesThatDifferByRounding) {
  auto other = chunk();
  other.times[1] += 1e-12;
  EXPECT_EQ(misfit_of(other, expected()), "");
}

TEST(ResultCheck, TakesAnyRisingTimesWhereParametersDecideThem) {
  auto free = expected();
  free.times.reset();
  auto other = chunk();
  other.times = {0, 5, 10};
  EXPECT_EQ(misfit_of(other, free), "");
  other.times = {0, 5, 5};
  EXPECT_NE(misfit_of(other, free), "");
}

TEST(ResultCheck, RefusesATimeThatNothingTakes) {
  for (const double seconds : {-1e308, -0.1, HUGE_VAL, std::nan("")}) {
    auto other = chunk();
    other.compute_seconds = seconds;
    EXPECT_THAT(misfit_of(other, expected()), HasSubstr("compute_seconds"));
  }
}

TEST(NotFiniteIn, TellsTheScenariosInRuns) {
  auto results = chunk();
  results.first = 10;
  results.outcomes = {{1, 2}, {3, 4}};
  EXPECT_TRUE(not_finite_in(results, expected()).empty());
  results.outcomes[1][1] = std::nan("");
  EXPECT_EQ(not_finite_in(results, expected()), (std::vector<experiment::IndexRange>{{11, 1}}));
  // The last element of the array at the last time, of the first scenario.
  results.series[1].values[10] = -std::numeric_limits<double>::infinity();
  EXPECT_EQ(not_finite_in(results, expected()), (std::vector<experiment::IndexRange>{{10, 2}}));
}

TEST(NotFiniteIn, TakesWhatMayBeUndefinedForAnAnswer) {
  auto when = expected();
  when.may_be_undefined = {false, true};
  EXPECT_TRUE(not_finite_in(chunk(), when).empty());
}

}  // namespace
}  // namespace flowyard::controller::gateway
