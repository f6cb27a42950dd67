#include "controller/service/not_finite.hpp"

#include <gmock/gmock.h>

#include "controller/experiment/design/scenario_space.hpp"

namespace flowyard::controller::service {
namespace {

using experiment::file::LoadedExperiment;
using ::testing::HasSubstr;

constexpr const char* kModel = R"(
model:
  time: {start: 0, stop: 10, step: 0.5, save_every: 5}
  dimensions: {region: [north, south]}
  constants: {rate: 0.1, area: 4, shrink: 1}
  stocks:
    people: {initial: 10, net: growth}
    land: {initial: area, net: -shrink}
  auxiliaries:
    share: 3 / land
    density: sqrt(people) * share
    growth: rate * people * density
)";

std::string told(const std::string& rest, std::uint64_t index) {
  const experiment::Bundle bundle{"x.yaml", "name: x" + std::string(kModel) + rest, {}};
  const auto outcome = experiment::file::read(bundle);
  if (!outcome) throw std::runtime_error(to_string(outcome.error().front()));
  const auto& experiment = std::get<LoadedExperiment>(*outcome).experiment;
  const auto whole = experiment::file::read_whole_model(bundle, 0);
  if (!whole) throw std::runtime_error(to_string(whole.error().front()));
  const auto space = experiment::design::ScenarioSpace::create(experiment).value();
  return first_not_finite(*whole, experiment, space, index, [] { return true; });
}

TEST(FirstNotFinite, TellsVariableTimeAndInputs) {
  // land is 4 - t: it runs out at 4, which is no time of saving.
  const auto text = told("parameters: {shrink: [0.1, 1]}\noutputs: {series: [people]}\n", 1);
  EXPECT_THAT(text, HasSubstr("'share' is infinite at time 4; its inputs then: land = 0"));
}

TEST(FirstNotFinite, FollowsTheSettingsOfTheScenario) {
  EXPECT_THAT(told("parameters: {area: 2}\noutputs: {series: [people]}\n", 0), HasSubstr("at time 2;"));
  EXPECT_THAT(told("initial: {people: -1}\noutputs: {series: [people]}\n", 0),
              HasSubstr("'density' is NaN at time 0; its inputs then: people = -1, share = 0.75"));
  EXPECT_EQ(told("parameters: {shrink: 0}\ntime: {stop: 3}\noutputs: {series: [people]}\n", 0), "");
}

}  // namespace
}  // namespace flowyard::controller::service
