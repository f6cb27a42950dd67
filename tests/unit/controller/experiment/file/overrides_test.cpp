#include <gmock/gmock.h>

#include "controller/experiment/file/overrides_text.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using experiment::Overrides;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kText = R"(# A comment that stays.
name:   yard      # as it is
model:
  time: {start: 0, stop: 10, step: 1}
  constants: {rate: 3, "Growth Rate": 2}
  stocks:
    Level: {initial: 0, net: rate * Growth_Rate}
parameters: {growth_rate: 0.5, rate: [1, 2, 3]}
design: zip
scenarios: [{name: A}, {name: B, workers: {memory: 128MiB}}]
replications: 5
)";

std::string written(const std::string& text, const Overrides& overrides) {
  return with_overrides("e.yaml", text, overrides).value();
}

Experiment experiment_of(const std::string& text) {
  auto outcome = read({.file_name = "e.yaml", .text = text, .files = {}});
  if (!outcome) throw std::runtime_error(to_string(outcome.error().front()));
  return std::get<LoadedExperiment>(*outcome).experiment;
}

TEST(OverridesText, StandsBehindATextThatStaysAsItIs) {
  const Overrides overrides{{"seed", "", "7"},
                            {"only", "", "[3, 10-19]"},
                            {"parameters", "growth_rate", "0.25"},
                            {"set", "workers.memory", "64MiB"}};
  EXPECT_EQ(written(kText, overrides), std::string(kText) +
                                           "overrides:\n"
                                           "  seed: 7\n"
                                           "  only: [3, 10-19]\n"
                                           "  parameters: {growth_rate: 0.25}\n"
                                           "  set: {workers.memory: 64MiB}\n");
  EXPECT_EQ(written(kText, {}), kText);
}

TEST(OverridesText, IsRewrittenByWhatIsSaidAgain) {
  const auto once = written(kText, {{"seed", "", "7"}, {"set", "workers.memory", "64MiB"}});
  const auto twice = written(once, {{"seed", "", "8"}, {"set", "time.stop", "5"}});
  EXPECT_EQ(twice,
            std::string(kText) + "overrides:\n  seed: 8\n  set: {workers.memory: 64MiB, time.stop: 5}\n");
  // Wherever it stands.
  EXPECT_EQ(written("name: x\noverrides:\n  seed: 7\nmodel: m.mdl\n", {{"seed", "", "8"}}),
            "name: x\nmodel: m.mdl\noverrides:\n  seed: 8\n");
}

TEST(OverridesText, GoesIntoJsonToo) {
  const auto once = written("{\"name\": \"x\", \"model\": \"m.mdl\"}\n", {{"seed", "", "7"}});
  EXPECT_EQ(once, "{\"name\": \"x\", \"model\": \"m.mdl\", \"overrides\": {seed: 7}}\n");
  EXPECT_EQ(written(once, {{"seed", "", "8"}}),
            "{\"name\": \"x\", \"model\": \"m.mdl\", \"overrides\": {seed: 8}}\n");
}

TEST(OverridesText, FitsAnIndentedTextAndOneWithoutALastNewline) {
  EXPECT_EQ(written("  name: x\n  model: m.mdl", {{"seed", "", "7"}}),
            "  name: x\n  model: m.mdl\n  overrides:\n    seed: 7\n");
}

TEST(OverridesText, SaysWhatCannotBeWritten) {
  EXPECT_THAT(with_overrides("e.yaml", kText, {{"parameters", "rate", "[1, 2"}}).error().message,
              StartsWith("rate: '[1, 2'"));
  const auto ended = std::string(kText) + "...\n";
  EXPECT_THAT(with_overrides("e.yaml", ended, {{"seed", "", "7"}}).error().message, HasSubstr("behind"));
  // What is no YAML is for the reader to tell.
  EXPECT_EQ(written("a: [", {{"seed", "", "7"}}), "a: [");
}

TEST(Overrides, LieOverWhatTheFileSays) {
  const auto experiment = experiment_of(written(kText, {{"name", "", "other"},
                                                        {"seed", "", "9"},
                                                        {"workers", "", "1"},
                                                        {"isolation", "", "fresh"},
                                                        {"only", "", "[0, 7, 10-12]"},
                                                        {"set", "workers.memory", "32MiB"},
                                                        {"set", "scenarios.B.workers.memory", "256MiB"},
                                                        {"set", "time.stop", "5"}}));
  EXPECT_EQ(experiment.name, "other");
  EXPECT_EQ(experiment.seed, 9u);
  EXPECT_EQ(experiment.workers.count, 1u);
  EXPECT_EQ(experiment.workers.isolation, Isolation::Fresh);
  EXPECT_EQ(experiment.only.value().runs(), (std::vector<IndexRange>{{0, 1}, {7, 1}, {10, 3}}));
  EXPECT_EQ(experiment.workers.resources.memory, std::uint64_t{32} << 20);
  EXPECT_EQ(experiment.scenarios[1].resources.memory, std::uint64_t{256} << 20);
  EXPECT_EQ(experiment.scenarios[0].time.stop, 5);
  EXPECT_EQ(experiment.overrides.at("workers.count"), "1");
  EXPECT_EQ(experiment.overrides.at("only"), "[0, 7, 10-12]");
}

TEST(Overrides, OfAParameterReplaceItHoweverItIsSpelt) {
  const auto experiment = experiment_of(
      written(kText, {{"parameters", "Growth Rate", "0.25"}, {"parameters", "rate", "[4, 5]"}}));
  ASSERT_EQ(experiment.parameters.size(), 2u);
  EXPECT_EQ(experiment.parameters[0].value, ParameterValue(Fixed{0.25}));
  EXPECT_EQ(std::get<Axis>(experiment.parameters[1].value).values, (std::vector<double>{4, 5}));
}

TEST(Overrides, ChangeNothingWhereThereAreNone) {
  EXPECT_EQ(experiment_of(kText), experiment_of(std::string(kText) + "overrides:\n"));
}

TEST(Overrides, SayWhereAFileIs) {
  const std::string text =
      "name: x\nmodel: ../models/m.yaml\noverrides: {files: {../models/m.yaml: files/m.yaml}}\n";
  const auto missing = std::get<MissingFiles>(read({"e.yaml", text, {}}).value());
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].path, "files/m.yaml");
  const std::string model = "time: {start: 0, stop: 1, step: 1}\nstocks:\n  S: {initial: 0, net: 1}\n";
  const auto outcome = read({"e.yaml", text, {{"files/m.yaml", model}}});
  ASSERT_TRUE(outcome) << to_string(outcome.error()[0]);
  EXPECT_EQ(std::get<LoadedExperiment>(*outcome).experiment.scenarios[0].model.path, "../models/m.yaml");
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
