// Delays whose time changes while running, against the rule written out step by step.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

double input(double t) {
  return 2.25 + (t >= 3 ? 1 : 0);
}
// Up, down, and up again, by steps and by a slope.
double delay_time(double t) {
  return 14 + (t >= 2 ? 6 : 0) - (t >= 7 ? 8 : 0) + (t >= 12 ? 0.25 * (t - 12) : 0);
}
const std::string equations =
    "x = 2.25 + STEP(1, 3) ~~|\nT = 14 + STEP(6, 2) - STEP(8, 7) + RAMP(0.25, 12, 30) ~~|\n";
constexpr double kStop = 25;

// Stage k drains by the delay time of k - 1 steps before; what comes out is the last stage's content by the
// delay time of one step before.
std::vector<double> delay_n(std::size_t order, double initial) {
  std::vector<double> stages(order, initial * delay_time(0) / static_cast<double>(order));
  std::vector<double> out;
  const auto n = static_cast<double>(order);
  for (double t = 0; t <= kStop; ++t) {
    const auto before = [&](double steps) { return delay_time(std::max(0.0, t - steps)) / n; };
    out.push_back(stages.back() / before(1));
    std::vector<double> drained;
    for (std::size_t k = 0; k < order; ++k) drained.push_back(stages[k] / before(static_cast<double>(k)));
    for (std::size_t k = 0; k < order; ++k) stages[k] += (k == 0 ? input(t) : drained[k - 1]) - drained[k];
  }
  return out;
}

// Every stage by the time as it is now.
std::vector<double> delay_now(std::size_t order, double initial) {
  std::vector<double> stages(order, initial * delay_time(0) / static_cast<double>(order));
  std::vector<double> out;
  for (double t = 0; t <= kStop; ++t) {
    const double time = delay_time(t) / static_cast<double>(order);
    out.push_back(stages.back() / time);
    std::vector<double> drained;
    for (const double stage : stages) drained.push_back(stage / time);
    for (std::size_t k = 0; k < order; ++k) stages[k] += (k == 0 ? input(t) : drained[k - 1]) - drained[k];
  }
  return out;
}

std::vector<double> smooth_now(std::size_t order, double initial) {
  std::vector<double> stages(order, initial);
  std::vector<double> out;
  for (double t = 0; t <= kStop; ++t) {
    out.push_back(stages.back());
    const std::vector<double> old = stages;
    for (std::size_t k = 0; k < order; ++k)
      stages[k] += ((k == 0 ? input(t) : old[k - 1]) - old[k]) / (delay_time(t) / static_cast<double>(order));
  }
  return out;
}

void expect_near(const std::vector<double>& ours, const std::vector<double>& wanted,
                 const std::string& what) {
  ASSERT_EQ(ours.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], wanted[i], 1e-12) << what << " at " << i;
}

TEST(Delays, OfOrderNGiveTheLastStageByTheTimeOfTheStepBefore) {
  for (std::size_t order = 1; order <= 10; ++order) {
    const std::string n = std::to_string(order);
    const Ran ran = vensim(equations + "y = DELAY N(x, T, 1.5, " + n + ") ~~|\n", kStop);
    expect_near(ran["y"], delay_n(order, 1.5), "DELAY N of order " + n + ran.errors);
  }
}

TEST(Delays, OfOneAndThreeStagesGoByTheTimeAsItIs) {
  const Ran ran = vensim(equations + "a = DELAY1I(x, T, 1.5) ~~|\nb = DELAY3I(x, T, 1.5) ~~|\n", kStop);
  expect_near(ran["a"], delay_now(1, 1.5), "DELAY1I" + ran.errors);
  expect_near(ran["b"], delay_now(3, 1.5), "DELAY3I");
}

TEST(Delays, SmoothsGoByTheTimeAsItIs) {
  for (std::size_t order = 1; order <= 5; ++order) {
    const std::string n = std::to_string(order);
    const Ran ran = vensim(equations + "y = SMOOTH N(x, T, 1.5, " + n + ") ~~|\n", kStop);
    expect_near(ran["y"], smooth_now(order, 1.5), "SMOOTH N of order " + n + ran.errors);
  }
}

TEST(Delays, OfXmileGoByTheTimeAsItIs) {
  const std::string model = aux("x", "2.25 + STEP(1, 3)") +
                            aux("T", "14 + STEP(6, 2) - STEP(8, 7) + RAMP(0.25, 12)") +
                            aux("y", "DELAYN(x, T, 4, 1.5)");
  const Ran ran = xmile(model, kStop);
  expect_near(ran["y"], delay_now(4, 1.5), "DELAYN" + ran.errors);
}

TEST(Delays, OfASteadyTimeKeepWhatTheyWere) {
  const Ran ran =
      vensim("x = STEP(6, 1) ~~|\nT = 4 ~~|\na = DELAY N(x, T, 0, 3) ~~|\nb = DELAY3I(x, T, 0) ~~|\n", 9);
  expect_near(ran["a"], ran["b"], "DELAY N" + ran.errors);
}

}  // namespace
}  // namespace flowyard::test
