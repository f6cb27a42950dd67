// Accuracy of the engine's own elementary functions against long double, and their special cases.
#include "worker/engine/vector_math.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace flowyard::worker::engine::fn {
namespace {

constexpr int kSamples = 200'000;

double ulps(double ours, long double exact) {
  const double nearest = static_cast<double>(exact);
  if (ours == nearest) return 0;
  const double step = std::nextafter(std::abs(nearest), HUGE_VAL) - std::abs(nearest);
  return static_cast<double>(std::abs(static_cast<long double>(ours) - exact) /
                             static_cast<long double>(step));
}

template <class Ours, class Exact>
double worst(double low, double high, Ours ours, Exact exact) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> between(low, high);
  double most = 0;
  for (int i = 0; i < kSamples; ++i) {
    const double x = between(random);
    most = std::max(most, ulps(ours(x), exact(static_cast<long double>(x))));
  }
  return most;
}

#define FLOWYARD_ERROR(name, low, high) \
  worst(                                \
      low, high, [](double x) { return fn::name(x); }, [](long double x) { return std::name(x); })

TEST(VectorMath, IsAsAccurateAsItsHeaderSays) {
  EXPECT_LE(FLOWYARD_ERROR(exp, -708, 709), 1);
  EXPECT_LE(FLOWYARD_ERROR(exp, -1, 1), 1);
  const auto log = [](long double x) { return std::log(x); };
  EXPECT_LE(worst(
                0, 10, [](double x) { return ln(x); }, log),
            1);
  EXPECT_LE(worst(
                0.9, 1.1, [](double x) { return ln(x); }, log),
            1);
  EXPECT_LE(worst(
                0, 1e300, [](double x) { return ln(x); }, log),
            1);
  EXPECT_LE(FLOWYARD_ERROR(sin, -10, 10), 1);
  EXPECT_LE(FLOWYARD_ERROR(cos, -10, 10), 1);
  EXPECT_LE(FLOWYARD_ERROR(sin, -1e9, 1e9), 1);
  EXPECT_LE(FLOWYARD_ERROR(cos, -1e9, 1e9), 1);
  EXPECT_LE(FLOWYARD_ERROR(tan, -10, 10), 2.5);
  EXPECT_LE(FLOWYARD_ERROR(atan, -5, 5), 1);
  EXPECT_LE(FLOWYARD_ERROR(atan, -1e6, 1e6), 1);
  EXPECT_LE(FLOWYARD_ERROR(asin, -1, 1), 3);
  EXPECT_LE(FLOWYARD_ERROR(acos, -1, 1), 3);
  EXPECT_LE(FLOWYARD_ERROR(sinh, -1, 1), 2);
  EXPECT_LE(FLOWYARD_ERROR(sinh, -700, 700), 2);
  EXPECT_LE(FLOWYARD_ERROR(cosh, -5, 5), 2);
  EXPECT_LE(FLOWYARD_ERROR(tanh, -2, 2), 3);
}

TEST(VectorMath, PowersAreAccurateToTheirRangesEnds) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> exponent(-700, 700);
  std::uniform_real_distribution<double> base(-5, 5);
  double most = 0;
  for (int i = 0; i < kSamples; ++i) {
    const double x = std::exp(base(random));
    const double y = exponent(random) / std::log(x);
    most =
        std::max(most, ulps(power(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y))));
  }
  EXPECT_LE(most, 1.5);
}

TEST(VectorMath, PowersOfSpecialNumbersFollowTheStandard) {
  const double inf = HUGE_VAL;
  const double all[] = {0.0, -0.0, 1,     -1,     2,      -2,  0.5,  -0.5,
                        3,   -3,   1e300, -1e300, 5e-324, inf, -inf, std::nan("")};
  for (const double x : all) {
    for (const double y : all) {
      const double want = std::pow(x, y);
      const double have = power(x, y);
      if (want != want)
        EXPECT_NE(have, have) << x << "^" << y;
      else
        EXPECT_TRUE(have == want || ulps(have, want) <= 1) << x << "^" << y;
    }
  }
}

TEST(VectorMath, EndsOfTheRangesAreWhatLimitsAre) {
  EXPECT_EQ(exp(-HUGE_VAL), 0);
  EXPECT_EQ(exp(HUGE_VAL), HUGE_VAL);
  EXPECT_EQ(exp(1000), HUGE_VAL);
  EXPECT_EQ(exp(0), 1);
  EXPECT_NEAR(exp(-745) / 5e-324, 1, 0.01);
  EXPECT_EQ(ln(0), -HUGE_VAL);
  EXPECT_EQ(ln(1), 0);
  EXPECT_EQ(ln(HUGE_VAL), HUGE_VAL);
  EXPECT_TRUE(std::isnan(ln(-1)));
  EXPECT_NEAR(ln(5e-324), -744.4400719213812, 1e-10);
  EXPECT_EQ(asin(1), std::asin(1.0));
  EXPECT_EQ(acos(-1), std::acos(-1.0));
  EXPECT_EQ(atan(HUGE_VAL), std::atan(HUGE_VAL));
  EXPECT_EQ(tanh(1000), 1);
  EXPECT_EQ(tanh(-1000), -1);
  EXPECT_TRUE(std::isnan(asin(2)));
  for (const double x : {std::nan("")}) {
    EXPECT_TRUE(std::isnan(exp(x)) && std::isnan(ln(x)) && std::isnan(sin(x)) && std::isnan(atan(x)));
    EXPECT_TRUE(std::isnan(sinh(x)) && std::isnan(tanh(x)));
  }
  EXPECT_NEAR(atan2(1, -1), std::atan2(1.0, -1.0), 1e-15);
  EXPECT_NEAR(atan2(-1, 0), std::atan2(-1.0, 0.0), 1e-15);
}

}  // namespace
}  // namespace flowyard::worker::engine::fn
