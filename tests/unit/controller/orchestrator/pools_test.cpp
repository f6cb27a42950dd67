#include "controller/orchestrator/pools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::orchestrator {
namespace {

using experiment::IndexRange;
using experiment::Isolation;
using ::testing::ElementsAre;

constexpr fleet::Capacity kCapacity{.cores = 4, .memory_bytes = std::uint64_t{8} << 30, .starts_at_once = 8};

// Named scenarios of the same size with the resources given, one for each entry.
experiment::Experiment an_experiment(Isolation isolation,
                                     const std::vector<experiment::ResourceClass>& classes,
                                     std::uint64_t size) {
  experiment::Experiment experiment;
  experiment.workers.isolation = isolation;
  experiment.replications = size;
  for (const auto& resources : classes) {
    experiment::NamedScenario named;
    named.name = "s" + std::to_string(experiment.scenarios.size());
    named.resources = resources;
    experiment.scenarios.push_back(named);
  }
  return experiment;
}

std::vector<Pool> pools_for(const experiment::Experiment& experiment) {
  return pools_of(experiment, experiment::design::ScenarioSpace::create(experiment).value(), kCapacity);
}

constexpr experiment::ResourceClass kSmall{};
constexpr experiment::ResourceClass kBig{.cpus = 2, .memory = std::uint64_t{256} << 20, .pids = 64};

TEST(Pools, ShareWorkersAmongScenariosOfOneResourceClass) {
  const auto pools = pools_for(an_experiment(Isolation::Pool, {kSmall, kBig, kSmall}, 10));
  ASSERT_EQ(pools.size(), 2u);
  EXPECT_THAT(pools[0].ranges, ElementsAre(IndexRange{0, 10}, IndexRange{20, 10}));
  EXPECT_THAT(pools[1].ranges, ElementsAre(IndexRange{10, 10}));
  EXPECT_EQ(pools[0].scenario, "");  // it serves two
  EXPECT_EQ(pools[1].scenario, "s1");
  EXPECT_EQ(pools[1].resources, kBig);
}

TEST(Pools, JoinNeighbouringScenariosIntoOneRange) {
  const auto pools = pools_for(an_experiment(Isolation::Pool, {kSmall, kSmall, kSmall}, 10));
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_THAT(pools[0].ranges, ElementsAre(IndexRange{0, 30}));
}

TEST(Pools, GiveEachNamedScenarioItsOwnWorkerUnderIsolationScenario) {
  const auto pools = pools_for(an_experiment(Isolation::Scenario, {kSmall, kSmall, kSmall}, 20));
  ASSERT_EQ(pools.size(), 3u);
  for (const auto& pool : pools) {
    EXPECT_EQ(pool.workers_at_once, 1u);
    EXPECT_EQ(pool.scenario, "s" + std::to_string(pool.number));
    EXPECT_EQ(pool.scenarios(), 20u);
    EXPECT_FALSE(pool.single_use);
  }
}

TEST(Pools, HoldOnlyWhatIsAskedForAlone) {
  auto experiment = an_experiment(Isolation::Scenario, {kSmall, kSmall, kSmall}, 20);
  experiment.only.emplace().add({38, 4});  // the end of the second and the beginning of the third
  const auto pools = pools_for(experiment);
  ASSERT_EQ(pools.size(), 2u);
  EXPECT_EQ(pools[0].scenario, "s1");
  EXPECT_THAT(pools[0].ranges, ElementsAre(IndexRange{38, 2}));
  EXPECT_EQ(pools[1].scenario, "s2");
  EXPECT_THAT(pools[1].ranges, ElementsAre(IndexRange{40, 2}));
}

TEST(Pools, CountWorkersByCores) {
  EXPECT_EQ(pools_for(an_experiment(Isolation::Pool, {kSmall}, 1'000))[0].workers_at_once, 4u);
  EXPECT_EQ(pools_for(an_experiment(Isolation::Pool, {kBig}, 1'000))[0].workers_at_once, 2u);
}

TEST(Pools, WantNoMoreWorkersThanThereAreScenarios) {
  EXPECT_EQ(pools_for(an_experiment(Isolation::Pool, {kSmall}, 3))[0].workers_at_once, 3u);
}

TEST(Pools, WantNoMoreWorkersThanThereAreBatches) {
  auto experiment = an_experiment(Isolation::Pool, {kSmall}, 100);
  experiment.workers.count = 50;
  experiment.workers.batch = 40;
  EXPECT_EQ(pools_for(experiment)[0].workers_at_once, 3u);
}

TEST(Pools, LetTheExperimentChooseHowManyWorkers) {
  auto experiment = an_experiment(Isolation::Pool, {kSmall}, 1'000);
  experiment.workers.count = 50;
  EXPECT_EQ(pools_for(experiment)[0].workers_at_once, 50u);
}

TEST(Pools, UseEachWorkerOnceUnderIsolationFresh) {
  const auto pools = pools_for(an_experiment(Isolation::Fresh, {kSmall}, 100));
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_TRUE(pools[0].single_use);
  EXPECT_EQ(pools[0].batch, 1u);            // a scenario each, unless the experiment says otherwise
  EXPECT_EQ(pools[0].workers_at_once, 8u);  // twice the cores: most of their life is starting
}

TEST(Pools, CountBatchesWithoutCrossingGroups) {
  auto experiment = an_experiment(Isolation::Pool, {kSmall, kSmall}, 10);
  experiment.workers.batch = 8;
  const auto space = experiment::design::ScenarioSpace::create(experiment).value();
  const auto pools = pools_of(experiment, space, kCapacity);
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_EQ(batches_of(pools[0], space), 4u);  // 8 + 2 for each of the two
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
