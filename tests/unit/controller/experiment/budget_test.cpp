// What somebody may start.
#include "controller/experiment/budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::experiment {
namespace {

using ::testing::HasSubstr;

TEST(Budgets, AreReadInAnyOrderAndWrittenInOne) {
  const auto budget = parse_budget("workers=4,runs=1000,output_bytes=1e9,cpu_seconds=0.5");
  ASSERT_TRUE(budget);
  EXPECT_EQ(budget->runs, 1000u);
  EXPECT_EQ(budget->workers, 4u);
  EXPECT_EQ(budget->cpu_seconds, 0.5);
  EXPECT_EQ(budget->output_bytes, 1'000'000'000u);
  EXPECT_EQ(parse_budget(to_string(*budget)).value(), *budget);
  EXPECT_TRUE(parse_budget("")->empty());
}

TEST(Budgets, SayWhatIsWrongWithThem) {
  EXPECT_THAT(parse_budget("run=5").error().message, HasSubstr("did you mean 'runs'"));
  for (const char* text : {"runs", "runs=", "runs=-1", "runs=x", "runs=1 ", "runs=nan", "runs=1e30", ","})
    EXPECT_FALSE(parse_budget(text)) << text;
}

TEST(Budgets, AreExceededByWhatIsTakenAndWhatIsWanted) {
  const auto budget = parse_budget("runs=100,cpu_seconds=10").value();
  EXPECT_EQ(exceeded(budget, {.runs = 40}, {.runs = 60, .cpu_seconds = 10}), "");
  EXPECT_EQ(exceeded(budget, {.runs = 41}, {.runs = 60}), "it takes 60 runs, and 59 of 100 are left");
  EXPECT_EQ(exceeded(budget, {.runs = 400}, {.runs = 1}), "it takes 1 runs, and 0 of 100 are left");
  EXPECT_THAT(exceeded(budget, {.cpu_seconds = 9}, {.cpu_seconds = 2}), HasSubstr("CPU seconds"));
  EXPECT_EQ(exceeded({}, {.runs = 400}, {.runs = 1}), "");
}

}  // namespace
}  // namespace flowyard::controller::experiment
