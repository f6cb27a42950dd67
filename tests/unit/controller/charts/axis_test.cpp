#include "controller/charts/axis.hpp"

#include <cmath>

#include <gmock/gmock.h>

namespace flowyard::controller::charts {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ticks, AreAtMultiplesOfOneTwoOrFive) {
  EXPECT_THAT(ticks_of({0, 10}, 5).at, ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(ticks_of({0, 1}, 2).at, ElementsAre(0, 0.5, 1));
  EXPECT_THAT(ticks_of({-3, 3}, 6).at, ElementsAre(-3, -2, -1, 0, 1, 2, 3));
  EXPECT_THAT(ticks_of({1987, 2013}, 6).at, ElementsAre(1990, 1995, 2000, 2005, 2010));
  for (double span = 1e-9; span < 1e9; span *= 1.7) {
    const auto ticks = ticks_of({0.3 * span, 1.3 * span}, 7);
    EXPECT_GE(ticks.at.size(), 2u) << span;
    EXPECT_LE(ticks.at.size(), 8u) << span;
    EXPECT_GE(ticks.at.front(), 0.3 * span * (1 - 1e-6));
    EXPECT_LE(ticks.at.back(), 1.3 * span * (1 + 1e-6));
    const double mantissa = ticks.step / std::pow(10, std::floor(std::log10(ticks.step) + 1e-9));
    EXPECT_TRUE(std::abs(mantissa - 1) < 1e-6 || std::abs(mantissa - 2) < 1e-6 ||
                std::abs(mantissa - 5) < 1e-6)
        << mantissa;
  }
}

TEST(Ticks, SayWhatTheyMeanInFewDigits) {
  EXPECT_THAT(ticks_of({0, 1}, 2).labels, ElementsAre("0.0", "0.5", "1.0"));
  EXPECT_THAT(ticks_of({0, 15'000}, 3).labels, ElementsAre("0", "5,000", "10,000", "15,000"));
  EXPECT_THAT(ticks_of({2000, 2020}, 2).labels, ElementsAre("2000", "2010", "2020"));  // years have no comma
  EXPECT_THAT(ticks_of({-200'000, 200'000}, 2).labels, ElementsAre("-200,000", "0", "200,000"));
  const auto millions = ticks_of({0, 3e6}, 3);
  EXPECT_THAT(millions.labels, ElementsAre("0", "1", "2", "3"));
  EXPECT_EQ(millions.factor, "×10⁶");
  const auto thousandths = ticks_of({0, 4e-4}, 2);
  EXPECT_THAT(thousandths.labels, ElementsAre("0", "200", "400"));
  EXPECT_EQ(thousandths.factor, "×10⁻⁶");
  EXPECT_EQ(with_factor("people", "×10⁶"), "people, ×10⁶");
  EXPECT_EQ(with_factor("", "×10⁶"), "×10⁶");
}

TEST(Ticks, AreNoneWhereThereIsNoSpan) {
  EXPECT_THAT(ticks_of({1, 1}, 5).at, IsEmpty());
  EXPECT_THAT(ticks_of({0, INFINITY}, 5).at, IsEmpty());
}

TEST(Range, IsRoundedOutToTheStep) {
  const auto range = rounded_out({0.3, 9.1}, 5);
  EXPECT_THAT(range.low, DoubleEq(0));
  EXPECT_THAT(range.high, DoubleEq(10));
}

TEST(Range, HasZeroWhereThatIsNear) {
  EXPECT_EQ(axis_of({10, 100}).low, 0);
  EXPECT_EQ(axis_of({-100, -10}).high, 0);
  EXPECT_EQ(axis_of({90, 100}).low, 90);  // the differences would be lost
  EXPECT_LT(axis_of({5, 5}).low, 5);
  EXPECT_GT(axis_of({5, 5}).high, 5);
  EXPECT_LT(axis_of({0, 0}).low, axis_of({0, 0}).high);
}

TEST(Extent, IsOfFiniteValues) {
  Extent extent;
  const double values[] = {NAN, 3, INFINITY, -2};
  extent.take(values);
  EXPECT_EQ(extent.count, 2u);
  EXPECT_EQ(extent.range.low, -2);
  EXPECT_EQ(extent.range.high, 3);
}

}  // namespace
}  // namespace flowyard::controller::charts
