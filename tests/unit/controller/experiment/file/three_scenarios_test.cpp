// The experiment that must always work, computed without a worker: experiment file to scenarios to engine,
// held against the closed-form solution of logistic growth.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/read.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::experiment::file {
namespace {

const std::filesystem::path experiments = FLOWYARD_EXPERIMENTS;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

LoadedExperiment three_scenarios() {
  const experiment::Bundle bundle{
      "three-scenarios.yaml",
      content_of(experiments / "three-scenarios.yaml"),
      {{"models/logistic.yaml", content_of(experiments / "models/logistic.yaml")}}};
  return std::get<LoadedExperiment>(read(bundle).value());
}

// P(t) = K / (1 + (K - P0) / P0 * exp(-r t)), with P0 = 100.
struct Closed {
  double rate;
  double capacity;
  double at(double time) const { return capacity / (1 + (capacity - 100) / 100 * std::exp(-rate * time)); }
  // When the fraction of the capacity is reached.
  double reaches(double fraction) const {
    return std::log((capacity - 100) / 100 * fraction / (1 - fraction)) / rate;
  }
};

worker::engine::RunInput input_of(const experiment::ScenarioPoint& point) {
  worker::engine::RunInput input;
  input.draws = {point.draw};
  for (const auto& setting : point.settings)
    input.parameters.push_back({setting.name, 1, {std::get<double>(setting.value)}});
  return input;
}

TEST(ThreeScenarios, AgreeWithTheClosedForm) {
  const LoadedExperiment reading = three_scenarios();
  const auto& experiment = reading.experiment;
  const auto space = experiment::design::ScenarioSpace::create(experiment).value();
  const Closed closed[] = {{0.03, 10000}, {0.05, 10000}, {0.03, 5000}};
  ASSERT_EQ(experiment.scenarios.size(), 3u);
  for (std::uint64_t index = 0; index < space.size(); index += experiment.replications) {
    const auto point = space.at(index);
    const Closed& wanted = closed[point.named];
    worker::engine::Runner runner(reading.programs[experiment.scenarios[point.named].program]);
    worker::engine::RunOutput output;
    ASSERT_TRUE(runner.run(input_of(point), output).has_value());
    const auto& series = output.series.at(0).values;
    ASSERT_EQ(series.size(), output.times.size());
    for (std::size_t i = 0; i < series.size(); ++i)
      EXPECT_NEAR(series[i], wanted.at(output.times[i]), 1e-6 * wanted.capacity);
    EXPECT_NEAR(output.outcomes.at(0).at(0), wanted.capacity, 1e-6 * wanted.capacity);
    // Outcomes look at saved times, one a year.
    EXPECT_EQ(output.outcomes.at(1).at(0), std::ceil(wanted.reaches(0.99)));
  }
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
