#include "controller/results/comparison.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace flowyard::controller::results {
namespace {

// Two scenarios from `first` on, saved at 0 and 1: an outcome, and a series by subscript.
ResultBlock block(std::uint64_t first, std::vector<double> outcomes, std::vector<std::string> elements,
                  std::vector<double> values) {
  ResultBlock block;
  block.range = {first, outcomes.size()};
  block.outcome_names = {"final"};
  block.outcomes = {std::move(outcomes)};
  block.times = {0, 1};
  block.series = {{.name = "Stock", .elements = std::move(elements), .values = std::move(values)}};
  return block;
}

TEST(Comparison, FindsTheLargestDifferenceAndItsPlace) {
  Comparison comparison;
  const auto one = block(0, {1, 2}, {"north", "south"}, {1, 2, 3, 4, 5, 6, 7, 8});
  // The elements in another order: they are matched by name.
  const auto other = block(0, {1, 4}, {"South", "north"}, {3, 4, 1, 2, 7, 8, 5, 9});
  EXPECT_TRUE(comparison.add(one, other, {0, 2}));
  ASSERT_EQ(comparison.differences().size(), 2u);
  const auto& outcome = comparison.differences()[0];
  EXPECT_EQ(outcome.absolute, 2);
  EXPECT_EQ(outcome.relative, 0.5);
  EXPECT_EQ(outcome.scenario, 1u);
  EXPECT_EQ(outcome.compared, 2u);
  const auto& series = comparison.differences()[1];
  EXPECT_EQ(series.absolute, 3);
  EXPECT_EQ(series.element, "north");
  EXPECT_EQ(series.time, 1);
  EXPECT_EQ(series.scenario, 1u);
  EXPECT_EQ(series.first, 6);
  EXPECT_EQ(series.second, 9);
}

TEST(Comparison, LooksOnlyAtWhatBothHold) {
  Comparison comparison;
  const auto one = block(0, {1, 2, 3}, {}, {1, 2, 3, 4, 5, 6});
  const auto other = block(2, {3, 9}, {}, {3, 9, 6, 9});
  EXPECT_TRUE(comparison.add(one, other, {2, 1}));
  EXPECT_EQ(comparison.scenarios(), 1u);
  for (const auto& difference : comparison.differences())
    EXPECT_EQ(difference.absolute, 0) << difference.name;
}

TEST(Comparison, TakesNoNumberForTheSameAsNoNumberOnly) {
  Comparison comparison;
  const double none = std::nan("");
  EXPECT_TRUE(comparison.add(block(0, {none}, {}, {none, 1}), block(0, {none}, {}, {1, 1}), {0, 1}));
  EXPECT_EQ(comparison.differences()[0].absolute, 0);
  EXPECT_EQ(comparison.differences()[1].absolute, INFINITY);
}

TEST(Comparison, LeavesOutSeriesAtOtherTimes) {
  Comparison comparison;
  auto other = block(0, {1}, {}, {1, 2});
  other.times = {0, 2};
  EXPECT_FALSE(comparison.add(block(0, {1}, {}, {1, 2}), other, {0, 1}));
  EXPECT_EQ(comparison.differences().size(), 1u);
}

}  // namespace
}  // namespace flowyard::controller::results
