#include "controller/experiment/parameter.hpp"

#include <gmock/gmock.h>

#include "controller/experiment/policy.hpp"

namespace flowyard::controller::experiment {
namespace {

TEST(Axis, KeepsItsEndsExactAndTakesRangesWithoutDrift) {
  const Axis tenths{.spacing = Axis::Spacing::Linear, .values = {}, .first = 0, .last = 1, .count = 11};
  EXPECT_EQ(tenths.at(3), 0.3);
  EXPECT_EQ(tenths.at(10), 1.0);
  const Axis decades{
      .spacing = Axis::Spacing::Logarithmic, .values = {}, .first = 0.001, .last = 1000, .count = 7};
  EXPECT_EQ(decades.at(0), 0.001);
  EXPECT_DOUBLE_EQ(decades.at(3), 1.0);
  EXPECT_EQ(decades.at(6), 1000.0);
}

TEST(Parameter, IsDescribedForPeople) {
  EXPECT_EQ(describe(Fixed{0.05}), "0.05");
  EXPECT_EQ(describe(Axis{
                .spacing = Axis::Spacing::Linear, .values = {}, .first = 0.01, .last = 0.1, .count = 100}),
            "100 values from 0.01 to 0.1");
  EXPECT_EQ(describe(Axis{
                .spacing = Axis::Spacing::Listed, .values = {5000, 1e4}, .first = 0, .last = 0, .count = 0}),
            "5000, 10000");
  Random random;
  random.distribution = Distribution::Normal;
  random.a = 100;
  random.b = 10;
  random.min = 0;
  EXPECT_EQ(describe(random), "normal(100, 10), at least 0");
  EXPECT_EQ(describe(Array{{2, 3}, {1, 2, 3, 4, 5, 6}}), "an array of 2 x 3");
  EXPECT_EQ(describe(Series{{{0, 1}, {1, 2}}}), "a series of 2 points");
}

TEST(Failures, CountOrFractionDecidesWhenItIsTooMany) {
  EXPECT_FALSE(Failures{}.exceeded(10, 10));
  EXPECT_FALSE(Failures{FailureFraction{0.05}}.exceeded(5, 100));
  EXPECT_TRUE(Failures{FailureFraction{0.05}}.exceeded(6, 100));
  EXPECT_FALSE(Failures{FailureCount{2}}.exceeded(2, 1000));
  EXPECT_TRUE(Failures{FailureCount{2}}.exceeded(3, 1000));
}

}  // namespace
}  // namespace flowyard::controller::experiment
