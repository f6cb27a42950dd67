#include "controller/gateway/grants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::gateway {
namespace {

using experiment::Target;
using orchestrator::ActiveExperiment;
using orchestrator::Pool;
using orchestrator::WorkQueue;
using ::testing::ElementsAre;
using worker::protocol::InputColumn;

experiment::ParameterSpec spec_of(std::string name, Target target, experiment::ParameterValue value) {
  return {.name = std::move(name), .target = target, .value = std::move(value)};
}

experiment::NamedScenario a_scenario(std::string name, std::uint32_t program) {
  experiment::NamedScenario named;
  named.name = std::move(name);
  named.model.path = "models/logistic.yaml";
  named.program = program;
  named.time.stop = 50;
  named.time.method = experiment::IntegrationMethod::RungeKutta4;
  named.parameters = {
      spec_of("capacity", Target::Parameter, experiment::Fixed{5000}),
      spec_of("growth", Target::Parameter,
              experiment::Axis{.spacing = {}, .values = {0.1, 0.2, 0.3}, .first = 0, .last = 0, .count = 0}),
      spec_of("demand", Target::Parameter, experiment::Series{.points = {{0, 10}, {50, 20}}}),
      spec_of("weights", Target::Parameter, experiment::Array{.shape = {2}, .values = {7, 8}}),
      spec_of("Population", Target::InitialValue, experiment::Fixed{120})};
  return named;
}

experiment::Experiment two_scenarios_in_two_regions() {
  experiment::Experiment experiment;
  experiment.name = "harbour";
  experiment.seed = 42;
  experiment.scenarios = {a_scenario("Baseline", 0), a_scenario("Variant", 1)};
  experiment.regions = {{.name = "north", .parameters = {}}, {.name = "south", .parameters = {}}};
  experiment.replications = 2;
  experiment.outputs.series = {"Population"};
  experiment.outputs.outcomes = {{.name = "final", .expression = "last(Population)"}};
  return experiment;
}

ActiveExperiment active(experiment::Experiment spec) {
  auto space = experiment::design::ScenarioSpace::create(spec).value();
  Pool pool;
  pool.ranges = {{0, space.size()}};
  return {.id = {7},
          .fleet = "process",
          .submitted = {},
          .spec = std::move(spec),
          .programs = {{.hash = "first", .bytes = ""}, {.hash = "second", .bytes = ""}},
          .bundle_hash = "bundle",
          .bundle_json = "{}",
          .queue = WorkQueue(space, {pool}, {}, {})};
}

experiment::Lease lease_of(experiment::IndexRange range, std::uint64_t committed = 0) {
  experiment::Lease lease;
  lease.id = {3};
  lease.token = "secret";
  lease.range = range;
  lease.committed = committed;
  return lease;
}

const InputColumn& column(const std::vector<InputColumn>& columns, const std::string& name) {
  for (const auto& one : columns) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no column " + name);
}

// A group has 3 axis values x 2 replications; four groups of 6: scenario x region.

TEST(Grant, NamesTheLeaseTheProgramAndTheScenario) {
  const auto experiment = active(two_scenarios_in_two_regions());
  const auto grant = grant_of(lease_of({18, 6}), experiment);
  EXPECT_EQ(grant.lease, 3);
  EXPECT_EQ(grant.token, "secret");
  EXPECT_EQ(grant.experiment, "harbour");
  EXPECT_EQ(grant.scenario, "Variant / south");
  EXPECT_EQ(grant.program, "second");
  EXPECT_EQ(grant.bundle, "bundle");
  EXPECT_EQ(grant.model, "models/logistic.yaml");
  EXPECT_EQ(grant.seed, 42u);
  EXPECT_EQ(grant.first, 18u);
  EXPECT_EQ(grant.count, 6u);
  EXPECT_THAT(grant.outputs, ElementsAre("Population"));
  ASSERT_EQ(grant.outcomes.size(), 1u);
  EXPECT_EQ(grant.outcomes[0].expression, "last(Population)");
}

TEST(Grant, SaysOnceWhatIsTheSameForTheWholeBatch) {
  const auto experiment = active(two_scenarios_in_two_regions());
  const auto grant = grant_of(lease_of({0, 6}), experiment);
  const auto& capacity = column(grant.parameters, "capacity");
  EXPECT_TRUE(capacity.shared);
  EXPECT_THAT(capacity.values, ElementsAre(5000));
  const auto& weights = column(grant.parameters, "weights");
  EXPECT_TRUE(weights.shared);
  EXPECT_EQ(weights.elements, 2u);
  EXPECT_THAT(weights.values, ElementsAre(7, 8));
  ASSERT_EQ(grant.series_parameters.size(), 1u);
  EXPECT_EQ(grant.series_parameters[0].name, "demand");
  EXPECT_THAT(grant.series_parameters[0].times, ElementsAre(0, 50));
  EXPECT_THAT(grant.series_parameters[0].values, ElementsAre(ElementsAre(10, 20)));
}

TEST(Grant, GivesInitialValuesApartFromParameters) {
  const auto experiment = active(two_scenarios_in_two_regions());
  const auto grant = grant_of(lease_of({0, 6}), experiment);
  ASSERT_EQ(grant.initial.size(), 1u);
  EXPECT_EQ(grant.initial[0].name, "Population");
  EXPECT_EQ(grant.parameters.size(), 3u);
}

TEST(Grant, GivesWhatVariesScenarioByScenario) {
  const auto experiment = active(two_scenarios_in_two_regions());
  const auto grant = grant_of(lease_of({0, 6}), experiment);
  const auto& growth = column(grant.parameters, "growth");
  EXPECT_FALSE(growth.shared);
  EXPECT_THAT(growth.values, ElementsAre(0.1, 0.1, 0.2, 0.2, 0.3, 0.3));
  // Noise depends on the replication and never on the place in the grid.
  EXPECT_THAT(grant.draws, ElementsAre(0, 1, 0, 1, 0, 1));
}

TEST(Grant, HoldsOnlyWhatIsNotCommitted) {
  const auto experiment = active(two_scenarios_in_two_regions());
  const auto grant = grant_of(lease_of({0, 6}, 4), experiment);
  EXPECT_EQ(grant.first, 4u);
  EXPECT_EQ(grant.count, 2u);
  EXPECT_THAT(column(grant.parameters, "growth").values, ElementsAre(0.3, 0.3));
  EXPECT_EQ(grant.draws.size(), 2u);
}

TEST(Grant, LeavesTheModelsOwnTimeWhereTheExperimentSaysNothing) {
  const auto experiment = active(two_scenarios_in_two_regions());
  const auto grant = grant_of(lease_of({0, 6}), experiment);
  EXPECT_EQ(grant.time.start, std::nullopt);
  EXPECT_EQ(grant.time.stop, 50);
  EXPECT_EQ(grant.time.method, "rk4");
}

TEST(Grant, CallsAScenarioByItsNameAloneWhereThereAreNoRegions) {
  auto spec = two_scenarios_in_two_regions();
  spec.regions.clear();
  const auto grant = grant_of(lease_of({0, 1}), active(std::move(spec)));
  EXPECT_EQ(grant.scenario, "Baseline");
}

}  // namespace
}  // namespace flowyard::controller::gateway
