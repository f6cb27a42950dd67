#include "controller/experiment/design/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include "controller/experiment/design/distribution.hpp"
#include "controller/experiment/design/unit_cube.hpp"
#include "controller/experiment/design/unit_draw.hpp"

namespace flowyard::controller::experiment::design {
namespace {

using experiment::DesignMethod;
using experiment::Distribution;
using experiment::Random;

Random random_of(Distribution distribution, double a, double b = 0, double c = 0) {
  Random random;
  random.distribution = distribution;
  random.a = a;
  random.b = b;
  random.c = c;
  return random;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

constexpr std::uint64_t kSampleCount = 20'000;

Moments moments_of(const Random& random) {
  const Sampler sampler = Sampler::create(random).value();
  double sum = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < kSampleCount; ++i) {
    const double x = sampler.at(unit_draw(7, i, stream_of("p")));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / static_cast<double>(kSampleCount);
  return {mean, std::sqrt(squares / static_cast<double>(kSampleCount) - mean * mean)};
}

struct KnownMoments {
  Random random;
  double mean;
  double deviation;
};

// Means and deviations from the textbook formula of each distribution.
std::vector<KnownMoments> known_moments() {
  const double root = std::sqrt(12.0);
  const double log_mean = std::exp(0.5 * 0.25);
  return {
      {random_of(Distribution::Uniform, 2, 5), 3.5, 3 / root},
      {random_of(Distribution::LogUniform, 1, std::exp(1.0)), std::exp(1.0) - 1,
       std::sqrt((std::exp(2.0) - 1) / 2 - (std::exp(1.0) - 1) * (std::exp(1.0) - 1))},
      {random_of(Distribution::Normal, 100, 10), 100, 10},
      {random_of(Distribution::LogNormal, 0, 0.5), log_mean, log_mean * std::sqrt(std::exp(0.25) - 1)},
      {random_of(Distribution::Triangular, 0, 1, 5), 2, std::sqrt((0 + 1 + 25 - 0 - 0 - 5) / 18.0)},
      {random_of(Distribution::Beta, 2, 3), 0.4, std::sqrt(6.0 / (25 * 6))},
      {random_of(Distribution::Gamma, 3, 2), 6, std::sqrt(12.0)},
      {random_of(Distribution::Exponential, 4), 4, 4},
      {random_of(Distribution::Poisson, 6), 6, std::sqrt(6.0)},
      {random_of(Distribution::Integers, 1, 6), 3.5, std::sqrt(35.0 / 12)},
  };
}

TEST(Sampler, GivesEachDistributionItsMeanAndDeviation) {
  for (const auto& known : known_moments()) {
    const Moments found = moments_of(known.random);
    // Four standard errors of the mean.
    const double error = 4 * known.deviation / std::sqrt(static_cast<double>(kSampleCount));
    EXPECT_NEAR(found.mean, known.mean, error) << to_string(known.random.distribution);
    EXPECT_NEAR(found.deviation, known.deviation, 0.04 * known.deviation)
        << to_string(known.random.distribution);
  }
}

TEST(Sampler, RisesWithU) {
  for (const auto& known : known_moments()) {
    const Sampler sampler = Sampler::create(known.random).value();
    double last = sampler.at(0x1p-54);
    EXPECT_TRUE(std::isfinite(last)) << to_string(known.random.distribution);
    for (int i = 1; i < 100; ++i) {
      const double x = sampler.at(i / 100.0);
      EXPECT_GE(x, last) << to_string(known.random.distribution);
      last = x;
    }
    EXPECT_TRUE(std::isfinite(sampler.at(1 - 0x1p-53))) << to_string(known.random.distribution);
  }
}

TEST(Sampler, TruncationKeepsTheShapeBetweenItsBounds) {
  Random normal = random_of(Distribution::Normal, 0, 1);
  normal.min = 0;
  const Moments half = moments_of(normal);
  EXPECT_NEAR(half.mean, std::sqrt(2 / M_PI), 0.02);
  normal.max = 0.5;
  const Sampler sampler = Sampler::create(normal).value();
  for (int i = 1; i < 100; ++i) {
    EXPECT_GE(sampler.at(i / 100.0), 0.0);
    EXPECT_LE(sampler.at(i / 100.0), 0.5);
  }
}

TEST(Sampler, TruncationFarInTheUpperTailIsStillADistribution) {
  Random normal = random_of(Distribution::Normal, 0, 1);
  normal.min = 10;
  const Sampler sampler = Sampler::create(normal).value();
  std::set<double> values;
  for (int i = 1; i < 100; ++i) values.insert(sampler.at(i / 100.0));
  EXPECT_EQ(values.size(), 99u);
  EXPECT_GT(*values.begin(), 10.0);
  EXPECT_LT(*values.begin(), 10.01);
}

TEST(Sampler, TruncatedPoissonKeepsBothBounds) {
  Random poisson = random_of(Distribution::Poisson, 5);
  poisson.min = 3;
  poisson.max = 4;
  const Sampler sampler = Sampler::create(poisson).value();
  std::set<double> values;
  for (int i = 0; i < 200; ++i) values.insert(sampler.at((i + 0.5) / 200));
  EXPECT_THAT(values, testing::ElementsAre(3, 4));
}

TEST(Sampler, ChoosesByWeight) {
  Random choice = random_of(Distribution::Choice, 0);
  choice.choices = {10, 20, 30};
  choice.weights = {1, 0, 3};
  const Sampler sampler = Sampler::create(choice).value();
  EXPECT_EQ(sampler.at(0.2), 10);
  EXPECT_EQ(sampler.at(0.3), 30);
  EXPECT_EQ(sampler.at(0.9999), 30);
}

TEST(Sampler, RefusesImpossibleNumbers) {
  EXPECT_FALSE(Sampler::create(random_of(Distribution::Uniform, 2, 1)).has_value());
  EXPECT_FALSE(Sampler::create(random_of(Distribution::Normal, 2, -1)).has_value());
  EXPECT_FALSE(Sampler::create(random_of(Distribution::Triangular, 0, 9, 5)).has_value());
  EXPECT_FALSE(Sampler::create(random_of(Distribution::LogUniform, 0, 1)).has_value());
  EXPECT_FALSE(Sampler::create(random_of(Distribution::Integers, 0.5, 2)).has_value());
  EXPECT_FALSE(Sampler::create(random_of(Distribution::Choice, 0)).has_value());
  Random outside = random_of(Distribution::Uniform, 0, 1);
  outside.min = 2;
  EXPECT_FALSE(Sampler::create(outside).has_value());
}

TEST(UnitCube, LatinHypercubeHitsEachStratumOnce) {
  constexpr std::uint64_t kSamples = 137;
  const UnitCube cube(DesignMethod::LatinHypercube, 3, kSamples);
  for (const char* name : {"a", "b"}) {
    std::set<int> strata;
    for (std::uint64_t i = 0; i < kSamples; ++i)
      strata.insert(static_cast<int>(cube.at(i, {0, stream_of(name)}) * kSamples));
    EXPECT_EQ(strata.size(), kSamples) << name;
  }
}

TEST(UnitCube, HaltonHitsEachIntervalOfItsBaseEquallyOften) {
  const UnitCube cube(DesignMethod::Halton, 3, 81);
  std::vector<int> hits(81);
  for (std::uint64_t i = 0; i < 81; ++i)
    ++hits[static_cast<std::size_t>(cube.at(i, {1, stream_of("b")}) * 81)];
  EXPECT_THAT(hits, testing::Each(1));
}

TEST(UnitCube, PermutationsVisitEveryPlaceOnce) {
  for (const std::uint64_t count : {1u, 2u, 3u, 10u, 64u, 1000u}) {
    std::set<std::uint64_t> locations;
    for (std::uint64_t i = 0; i < count; ++i) locations.insert(permuted(i, count, 5, 9));
    EXPECT_EQ(locations.size(), count);
    EXPECT_LT(*locations.rbegin(), count);
  }
}

}  // namespace
}  // namespace flowyard::controller::experiment::design
