// Poisson numbers against exact probabilities: chi-square over bins of the distribution, and its moments.
#include "worker/engine/random.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace flowyard::worker::engine {
namespace {

constexpr int kDraws = 200'000;
constexpr double kMost = std::numeric_limits<double>::infinity();

double poisson(double mean, std::uint64_t draw) {
  const double parameters[2] = {mean, 0};
  return random_between({.key = 11, .draw = draw, .step = 3}, Distribution::Poisson, parameters,
                        {.least = 0, .most = kMost});
}

double probability(double k, double mean) {
  return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
}

// The chi-square of the counts and its degrees of freedom, in bins of at least 20 expected numbers.
std::pair<double, int> chi_square(double mean) {
  const auto most = static_cast<std::size_t>(mean + 12 * std::sqrt(mean) + 20);
  std::vector<int> counts(most + 1);
  for (int i = 0; i < kDraws; ++i) {
    const double k = poisson(mean, static_cast<std::uint64_t>(i));
    EXPECT_EQ(k, std::floor(k));
    EXPECT_GE(k, 0);
    ++counts[std::min(most, static_cast<std::size_t>(k))];
  }
  double sum = 0;
  int bins = 0;
  double expected = 0;
  double below = 0;  // the probability of all bins before
  int found = 0;
  for (std::size_t k = 0; k <= most; ++k) {
    expected += kDraws * probability(static_cast<double>(k), mean);
    found += counts[k];
    const bool rest_is_enough = kDraws * (1 - below) - expected > 20;
    if (k < most && (expected < 20 || !rest_is_enough)) continue;
    if (k == most) expected = kDraws * (1 - below);
    sum += (found - expected) * (found - expected) / expected;
    ++bins;
    below += expected / kDraws;
    expected = found = 0;
  }
  return {sum, bins - 1};
}

TEST(Poisson, HasItsProbabilities) {
  for (const double mean : {0.1, 1.0, 4.5, 9.999, 10.0, 10.5, 16.0, 25.3, 64.0, 150.0, 1000.0, 20000.0}) {
    const auto [sum, freedom] = chi_square(mean);
    ASSERT_GE(freedom, 1) << mean;
    // Beyond this one in 10,000 would be by chance (Wilson and Hilferty).
    const double c = 2.0 / (9.0 * freedom);
    const double limit = freedom * std::pow(1 - c + 3.719 * std::sqrt(c), 3);
    EXPECT_LT(sum, limit) << "mean " << mean << ", " << freedom << " degrees of freedom";
  }
}

TEST(Poisson, HasItsMoments) {
  for (const double mean : {3.0, 12.0, 99.0, 1e4, 1e5, 1e6, 3e7, 1e9, 1e12, 1e15}) {
    double sum = 0, squares = 0, cubes = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double z = (poisson(mean, static_cast<std::uint64_t>(i)) - mean) / std::sqrt(mean);
      sum += z;
      squares += z * z;
      cubes += z * z * z;
    }
    const double n = kDraws;
    EXPECT_NEAR(sum / n, 0, 4.5 / std::sqrt(n)) << mean;
    EXPECT_NEAR(squares / n, 1, 4.5 * std::sqrt((2 + 1 / mean) / n)) << mean;
    EXPECT_NEAR(cubes / n, 1 / std::sqrt(mean), 4.5 * std::sqrt(15 + 60 / mean) / std::sqrt(n)) << mean;
  }
}

TEST(Poisson, IsNoNumberOfWhatIsNoMean) {
  for (const double mean : {-1.0, 2e15, std::nan("")}) EXPECT_TRUE(std::isnan(poisson(mean, 1))) << mean;
  EXPECT_EQ(poisson(0, 1), 0);
}

}  // namespace
}  // namespace flowyard::worker::engine
