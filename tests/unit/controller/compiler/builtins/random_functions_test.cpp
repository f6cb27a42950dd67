// The random functions: mean and variance of what they give, the ends that cut them, and the seeds. Every
// sample is the same each time, so that the bounds (five standard errors and more) hold for good or never.
#include <algorithm>
#include <cmath>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

constexpr int kSteps = 20'000;

struct Sample {
  double mean = 0;
  double variance = 0;
  double least = 0;
  double most = 0;
};

Sample sample_of(const std::vector<double>& numbers) {
  Sample s;
  const auto n = static_cast<double>(numbers.size());
  for (const double x : numbers) s.mean += x / n;
  for (const double x : numbers) s.variance += (x - s.mean) * (x - s.mean) / n;
  s.least = *std::min_element(numbers.begin(), numbers.end());
  s.most = *std::max_element(numbers.begin(), numbers.end());
  return s;
}

Sample vensim_sample(const std::string& call) {
  const Ran ran = vensim("r = " + call + " ~~|\n", kSteps - 1);
  EXPECT_EQ(ran.errors, "");
  return sample_of(ran["r"]);
}
Sample xmile_sample(const std::string& call) {
  const Ran ran = xmile(aux("r", call), kSteps - 1);
  EXPECT_EQ(ran.errors, "");
  return sample_of(ran["r"]);
}

void expect(const Sample& s, double mean, double variance) {
  const double error = 6 * std::sqrt(variance / kSteps);
  EXPECT_NEAR(s.mean, mean, error);
  EXPECT_NEAR(s.variance, variance, 0.12 * variance);
}

TEST(RandomFunctions, OfATableHaveItsShapeBetweenTheirEnds) {
  const std::string tent = "([(0,0)-(2,1)],(0,0),(1,1),(2,0))";
  expect(vensim_sample("RANDOM LOOKUP(" + tent + ", -10, 10, 0, 1, 0)"), 1, 1.0 / 6);
  expect(vensim_sample("RANDOM LOOKUP(" + tent + ", -10, 20, 5, 3, 0)"), 8, 9.0 / 6);
  const Sample cut = vensim_sample("RANDOM LOOKUP(" + tent + ", 0.5, 1.5, 0, 1)");
  EXPECT_GE(cut.least, 0.5);
  EXPECT_LE(cut.most, 1.5);
}

TEST(RandomFunctions, OfVensimHaveTheirMeanAndVariance) {
  expect(vensim_sample("RANDOM UNIFORM(2, 8, 0)"), 5, 3);
  expect(vensim_sample("RANDOM NORMAL(-1000, 1000, 5, 2, 0)"), 5, 4);
  expect(vensim_sample("RANDOM EXPONENTIAL(0, 1000, 1, 3, 0)"), 4, 9);
  expect(vensim_sample("RANDOM POISSON(0, 1000, 4, 1, 2, 0)"), 9, 16);
  expect(vensim_sample("RANDOM POISSON(0, 10000, 200, 0, 1, 0)"), 200, 200);
  expect(vensim_sample("RANDOM GAMMA(0, 1000, 3, 0, 2, 0)"), 6, 12);
  expect(vensim_sample("RANDOM BETA(0, 1, 2, 3, 0, 1, 0)"), 0.4, 0.04);
  expect(vensim_sample("RANDOM BINOMIAL(0, 100, 0.25, 12, 0, 1, 0)"), 3, 2.25);
  expect(vensim_sample("RANDOM NEGATIVE BINOMIAL(0, 1000, 0.5, 3, 0, 1, 0)"), 6, 6);
  expect(vensim_sample("RANDOM WEIBULL(0, 100, 1, 0, 2, 0)"), 2, 4);
  expect(vensim_sample("RANDOM TRIANGULAR(0, 10, 0, 3, 6, 0)"), 3, 1.5);
}

TEST(RandomFunctions, OfXmileHaveTheirMeanAndVariance) {
  expect(xmile_sample("UNIFORM(2, 8)"), 5, 3);
  expect(xmile_sample("RANDOM(2, 8, 17)"), 5, 3);
  expect(xmile_sample("NORMAL(5, 2)"), 5, 4);
  expect(xmile_sample("EXPRND(3)"), 3, 9);
  expect(xmile_sample("POISSON(4)"), 4, 4);
  expect(xmile_sample("LOGNORMAL(5, 1)"), 5, 1);
  expect(xmile_sample("GAMMA(3, 2)"), 6, 12);
  expect(xmile_sample("BINOMIAL(12, 0.25)"), 3, 2.25);
  expect(xmile_sample("GEOMETRIC(0.5)"), 2, 2);
  expect(xmile_sample("TRIANGULAR(0, 3, 6)"), 3, 1.5);
  expect(xmile_sample("LOGISTIC(1, 1)"), 1, 3.29);
}

// Normal numbers beyond one deviation are drawn again: mean 0, variance 1 - 2 z(1) / (2 F(1) - 1) with the
// density z and distribution F. Were they put to the ends, it would be 0.516.
TEST(RandomFunctions, AreCutByDrawingAgain) {
  const Sample normal = vensim_sample("RANDOM NORMAL(-1, 1, 0, 1, 0)");
  expect(normal, 0, 0.29112);
  EXPECT_GT(normal.least, -1);
  EXPECT_LT(normal.most, 1);
  const Sample late = vensim_sample("RANDOM EXPONENTIAL(2, 1000, 0, 1, 0)");  // without memory
  expect(late, 3, 1);
  EXPECT_GT(late.least, 2);
  const Sample xmile_normal = xmile_sample("NORMAL(0, 1, 7, -1, 1)");
  expect(xmile_normal, 0, 0.29112);
  const Sample triangle = vensim_sample("RANDOM TRIANGULAR(0, 3, 0, 3, 6, 0)");  // its rising half
  expect(triangle, 2, 0.5);
}

TEST(RandomFunctions, GiveTheNearerEndWhereNothingCanLieBetween) {
  EXPECT_EQ(vensim("r = RANDOM EXPONENTIAL(-9, -8, 0, 1, 0) ~~|\n").last("r"), -8);
}

TEST(RandomFunctions, PinkNoiseKeepsItsDeviationAndIsCorrelated) {
  const Ran ran = vensim("r = RANDOM PINK NOISE(10, 2, 5, 0) ~~|\n", kSteps - 1);
  const Sample s = sample_of(ran["r"]);
  EXPECT_NEAR(s.mean, 10, 0.25);
  EXPECT_NEAR(s.variance, 4, 0.4);
  double together = 0;
  for (std::size_t i = 1; i < ran["r"].size(); ++i)
    together += (ran["r"][i] - s.mean) * (ran["r"][i - 1] - s.mean) / kSteps;
  EXPECT_NEAR(together / s.variance, 1 - 1.0 / 5, 0.02);
}

TEST(RandomFunctions, RepeatForASeedAndDifferForAnother) {
  const auto model = controller::model::vensim::read(
      vensim_text("r = RANDOM NORMAL(-1, 1, 0, 5, 0) ~~|\ns = RANDOM NORMAL(-1, 1, 0, 5, 0) ~~|\n"), "m.mdl");
  worker::engine::RunInput one;
  one.seed = 1;
  worker::engine::RunInput two;
  two.seed = 2;
  EXPECT_EQ(run(model, one)["r"], run(model, one)["r"]);
  EXPECT_NE(run(model, one)["r"], run(model, two)["r"]);
  EXPECT_NE(run(model, one)["r"], run(model, one)["s"]);
}

}  // namespace
}  // namespace flowyard::test
