// What an experiment says and hardly means.
#include <gmock/gmock.h>

#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kModel = R"({UTF-8}
Population = INTEG(growth rate * Population, 100) ~ people ~ |
growth rate = 0.03 ~ 1/year [0, 0.5] ~ |
capacity = 100 ~ people ~ |
INITIAL TIME = 0 ~ year ~ |
FINAL TIME = 100 ~ year ~ |
TIME STEP = 0.5 ~ year ~ |
SAVEPER = 1 ~ year ~ |
)";

std::vector<std::string> lint_of(const std::string& rest) {
  const auto outcome = read({"x.yaml", "name: x\nmodel: m.mdl\n" + rest, {{"m.mdl", kModel}}});
  if (!outcome) throw std::runtime_error(to_string(outcome.error().front()));
  return std::get<LoadedExperiment>(*outcome).warnings;
}

TEST(LintExperiment, HasNothingToSayOfWhatIsMeant) {
  EXPECT_THAT(lint_of("design: {samples: 10}\n"
                      "parameters:\n"
                      "  growth rate: [0, 0.2, 0.5]\n"
                      "  capacity: {lognormal: [4.6, 0.3]}\n"
                      "time: {save_every: 2.5}\n"
                      "outputs: {outcomes: {then: \"value_at(Population, 100)\"}}\n"),
              IsEmpty());
}

TEST(LintExperiment, TellsOfAnAxisOfOneValue) {
  EXPECT_THAT(lint_of("parameters: {growth rate: [0.05]}\n"),
              ElementsAre("x.yaml:3:27: 'growth rate' steps through one value only, 0.05"));
  EXPECT_THAT(lint_of("parameters: {growth rate: {linspace: [0.1, 0.2, 1]}}\n"),
              ElementsAre("x.yaml:3:27: 'growth rate' steps through one value only, 0.1"));
}

TEST(LintExperiment, HoldsAllValuesAgainstTheModelsOwnLimits) {
  EXPECT_THAT(
      lint_of("parameters: {growth rate: 2}\n"),
      ElementsAre("x.yaml:3:27: 'growth rate' is set to 2, outside the model's own limits, [0, 0.5]"));
  EXPECT_THAT(
      lint_of("parameters: {growth rate: {linspace: [0.1, 0.6, 3]}}\n"),
      ElementsAre("x.yaml:3:27: 'growth rate' is set to 3 values from 0.1 to 0.6, outside the model's own "
                  "limits, [0, 0.5]"));
  EXPECT_THAT(
      lint_of("design: {samples: 9}\n"
              "parameters: {growth rate: {normal: [0.1, 0.1]}}\n"),
      ElementsAre("x.yaml:4:27: 'growth rate' is set to normal(0.1, 0.1), outside the model's own limits, "
                  "[0, 0.5]"));
  EXPECT_THAT(lint_of("design: {samples: 9}\n"
                      "parameters: {growth rate: {normal: [0.1, 0.1], min: 0}}\n"),
              IsEmpty());
}

TEST(LintExperiment, SaysWhatALognormalComesTo) {
  EXPECT_THAT(
      lint_of("design: {samples: 9}\nparameters: {capacity: {lognormal: [100, 10]}}\n"),
      ElementsAre(
          "x.yaml:4:24: mean and sd of a lognormal are those of the logarithm: 'capacity' gets values with "
          "the mean 1.394e+65 and a 95th percentile of 3.741e+50, and the model's own value is 100"));
}

TEST(LintExperiment, TellsOfAScenarioThatLeavesNothingRandom) {
  EXPECT_THAT(
      lint_of("design: {samples: 200}\n"
              "parameters: {capacity: {uniform: [50, 150]}}\n"
              "scenarios:\n  - {name: drawn}\n  - {name: fixed, parameters: {capacity: 80}}\n"),
      ElementsAre("x.yaml:7:5: scenario 'fixed' sets all that is random, so that it is run once and not 200 "
                  "times"));
}

TEST(LintExperiment, TellsOfTimesThatNoRunReaches) {
  EXPECT_THAT(
      lint_of("outputs: {outcomes: {late: \"2 * value_at(Population, 150)\"}}\n"),
      ElementsAre(
          "x.yaml:3:29: outcome 'late' asks for the value at time 150, but a run goes from 0 to 100"));
}

TEST(LintExperiment, TellsOfSavesBetweenSteps) {
  EXPECT_THAT(
      lint_of("time: {step: 0.4, save_every: 1}\n"),
      ElementsAre("x.yaml:3:7: the time step 0.4 does not divide save_every, 1: what is saved does not lie "
                  "evenly in time"));
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
