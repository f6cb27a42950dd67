#include "worker/app/slicing.hpp"

#include <gtest/gtest.h>

#include "tests/support/logistic_program.hpp"

namespace flowyard::worker::app {
namespace {

constexpr SliceLimits kLimits{.seconds = 1, .values = 1000};

TEST(Slicing, TakesAllThatIsLeftWhenItIsCheap) {
  EXPECT_EQ(next_slice(kLimits, {.seconds = 1e-6, .values = 1}, 20), 20u);
}

TEST(Slicing, IsBoundedByTimeAndBySize) {
  EXPECT_EQ(next_slice(kLimits, {.seconds = 0.01, .values = 1}, 5000), 100u);
  EXPECT_EQ(next_slice(kLimits, {.seconds = 1e-6, .values = 100}, 5000), 10u);
}

TEST(Slicing, TakesAtLeastOneScenario) {
  EXPECT_EQ(next_slice(kLimits, {.seconds = 60, .values = 1e9}, 5000), 1u);
}

TEST(Slicing, GuessGrowsWithTheNumberOfSteps) {
  const engine::Program program = test::logistic_program();
  engine::RunInput input;
  const ScenarioCost base = guess_cost(program, input);
  input.stop = 1000;
  const ScenarioCost longer = guess_cost(program, input);
  EXPECT_NEAR(longer.seconds / base.seconds, 10, 0.2);
  EXPECT_NEAR(longer.values / base.values, 10, 0.3);
  input.method = engine::Method::RungeKutta4;
  EXPECT_NEAR(guess_cost(program, input).seconds / longer.seconds, 4, 0.01);
  input.save_every = 1000;
  EXPECT_LT(guess_cost(program, input).values, 10);
}

}  // namespace
}  // namespace flowyard::worker::app
