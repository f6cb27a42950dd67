#include "controller/service/activation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/engine/serialize.hpp"

namespace flowyard::controller::service {
namespace {

using experiment::IndexRange;
using experiment::Isolation;

constexpr fleet::Capacity kCapacity{.cores = 2, .memory_bytes = std::uint64_t{4} << 30, .starts_at_once = 4};

constexpr const char* kText = R"(name: yard
model:
  time: {start: 0, stop: 10, step: 1}
  constants: {rate: 3}
  stocks:
    Level: {initial: 0, net: rate}
parameters: {rate: [1, 2, 3]}
scenarios: [{name: A}, {name: B, workers: {memory: 128MiB}}]
replications: 5
outputs:
  series: [Level]
  outcomes: {final: last(Level)}
)";

store::ExperimentRow a_row() {
  store::ExperimentRow row;
  row.id = {7};
  row.fleet = "process";
  row.cancel_wanted = true;
  row.bundle = {.file_name = "yard.yaml", .text = kText, .files = {}};
  return row;
}

experiment::file::LoadedExperiment loaded() {
  return std::get<experiment::file::LoadedExperiment>(experiment::file::read(a_row().bundle).value());
}

// --- activation

TEST(Activation, BringsProgramsQueueAndBundle) {
  const auto active = activate(a_row(), loaded(), {}, kCapacity).value();
  EXPECT_EQ(active->id, experiment::ExperimentId{7});
  EXPECT_EQ(active->fleet, "process");
  EXPECT_TRUE(active->cancel_wanted);
  EXPECT_EQ(active->queue.total(), 2u * 3u * 5u);
  EXPECT_EQ(active->queue.pools().size(), 2u);  // B asks for more memory
  ASSERT_EQ(active->programs.size(), 1u);
  EXPECT_EQ(active->programs[0].hash.size(), 64u);
  EXPECT_EQ(active->programs[0].bytes, worker::engine::serialize(*loaded().programs[0]));
  EXPECT_EQ(active->bundle_hash.size(), 64u);
  EXPECT_THAT(active->bundle_json, ::testing::HasSubstr("yard.yaml"));
}

TEST(Activation, GivesTheSameHashesAfterARestart) {
  const auto before = activate(a_row(), loaded(), {}, kCapacity).value();
  const auto after = activate(a_row(), loaded(), {}, kCapacity).value();
  EXPECT_EQ(before->programs[0].hash, after->programs[0].hash);
  EXPECT_EQ(before->bundle_hash, after->bundle_hash);
}

TEST(Activation, GoesOnWhereTheStoreLeftOff) {
  experiment::Lease lease;
  lease.id = {3};
  lease.worker = {4};
  lease.range = {10, 5};
  lease.committed = 2;
  const orchestrator::QueueHistory history{
      .done = {IndexRange{0, 10}, IndexRange{10, 2}}, .failed = {}, .open_leases = {lease}, .waiting = {}};
  const auto active = activate(a_row(), loaded(), history, kCapacity).value();
  EXPECT_EQ(active->queue.done(), 12u);
  EXPECT_EQ(active->queue.leased(), 3u);
  ASSERT_TRUE(active->leases.contains({3}));
  EXPECT_EQ(active->leases.at({3}).lease.worker, experiment::WorkerId{4});
}

TEST(PlanOf, SharesTheCountAmongItsPools) {
  auto two = loaded();  // B asks for more memory, and so has a pool of its own
  two.experiment.workers.count = 3;
  const auto view = plan_of(two, kCapacity, "docker").value();
  EXPECT_EQ(view.workers_at_once, 3u);
  EXPECT_EQ(view.memory_bytes, (3u * 128u) << 20);
}

TEST(PlanOf, WarnsOfLimitsThatNoWorkerCanHave) {
  auto greedy = loaded();
  greedy.experiment.scenarios[0].resources.cpus = 500;
  const auto view = plan_of(greedy, kCapacity, "docker").value();
  EXPECT_THAT(view.warnings, ::testing::Contains(::testing::HasSubstr("500 is more than the 2 cores")));
}

TEST(PlanOf, TellsACountThatIsMoreThanTheControllerRuns) {
  auto many = loaded();
  many.experiment.workers.count = 5;
  many.experiment.workers.batch = 1;
  const auto view = plan_of(many, kCapacity, "docker", {.max_workers = 2}).value();
  EXPECT_EQ(view.workers_at_once, 2u);
  EXPECT_EQ(view.memory_bytes, (2u * 128u) << 20);
  EXPECT_THAT(
      view.warnings,
      ::testing::Contains("workers.count: it asks for 5 workers; this controller runs at most 2 at once, "
                          "over all experiments"));
  many.experiment.workers.count = 2;
  EXPECT_TRUE(plan_of(many, kCapacity, "docker", {.max_workers = 2}).value().warnings.empty());
}

TEST(PlanOf, TellsTimeAndSpaceByWhatAScenarioCosts) {
  const Surroundings around{.free_bytes = 1'000'000, .costs = {Cost{2, 100}, Cost{4, 1000}}};
  const auto view = plan_of(loaded(), kCapacity, "docker", around).value();
  // 15 scenarios of each, on the two cores.
  EXPECT_EQ(view.seconds, (15 * 2 + 15 * 4) / 2.0);
  EXPECT_EQ(view.output_bytes, 15u * 100u + 15u * 1000u);
  EXPECT_EQ(view.free_bytes, 1'000'000u);
  EXPECT_EQ(plan_of(loaded(), kCapacity, "docker", {.costs = {Cost{2, 100}, std::nullopt}}).value().seconds,
            std::nullopt);
}

// --- trials

TEST(TryOut, TellsWhatAScenarioCosts) {
  const auto experiment = loaded();
  const auto space = experiment::design::ScenarioSpace::create(experiment.experiment).value();
  const auto costs = try_out(experiment, space, [] { return true; });
  ASSERT_EQ(costs.size(), 2u);
  for (const auto& cost : costs) {
    ASSERT_TRUE(cost);
    EXPECT_GT(cost->seconds, 0);
    // 11 saves and an outcome, 8 bytes each, and what is about them; constant columns shrink.
    EXPECT_GT(cost->bytes, 1);
    EXPECT_LT(cost->bytes, 12 * 8 + 200);
  }
}

TEST(TryOut, TakesAPartOfWhatTakesLong) {
  auto endless = loaded();
  for (auto& scenario : endless.experiment.scenarios) {
    scenario.time.stop = 1e8;
    scenario.time.save_every = 1e7;
  }
  const auto space = experiment::design::ScenarioSpace::create(endless.experiment).value();
  const auto costs = try_out(endless, space, [] { return true; });
  const auto costs_of_short = try_out(loaded(), space, [] { return true; });
  ASSERT_TRUE(costs[0] && costs_of_short[0]);
  // Ten million times as many steps; what both spend before the first is far less than that.
  EXPECT_GT(costs[0]->seconds, 100 * costs_of_short[0]->seconds);
}

TEST(TryOut, EndsWhereItIsTold) {
  const auto experiment = loaded();
  const auto space = experiment::design::ScenarioSpace::create(experiment.experiment).value();
  for (const auto& cost : try_out(experiment, space, [] { return false; })) EXPECT_FALSE(cost);
}

// --- scenarios alone

TEST(Only, LeavesTheRestOut) {
  auto one = loaded();
  one.experiment.only.emplace().add({20, 1});
  EXPECT_EQ(activate(a_row(), one, {}, kCapacity).value()->queue.total(), 1u);
  const auto view = plan_of(one, kCapacity, "docker").value();
  EXPECT_EQ(view.scenarios, 1u);
  EXPECT_EQ(view.named[0].points, 0u);
  EXPECT_EQ(view.named[1].points, 1u);
}

// --- plans

TEST(PlanOf, TellsWhatRunningItWouldTake) {
  const auto view = plan_of(loaded(), kCapacity, "docker").value();
  EXPECT_EQ(view.name, "yard");
  EXPECT_EQ(view.scenarios, 30u);
  EXPECT_EQ(view.replications, 5u);
  ASSERT_EQ(view.named.size(), 2u);
  EXPECT_EQ(view.named[0].points, 15u);
  EXPECT_EQ(view.workers_at_once, 4u);  // two cores in each of two pools
  EXPECT_EQ(view.memory_bytes, (2u * 64u + 2u * 128u) << 20);
  EXPECT_THAT(view.axes, ::testing::ElementsAre(::testing::HasSubstr("rate")));
  EXPECT_THAT(view.outcomes, ::testing::ElementsAre("final: last(Level)"));
  EXPECT_EQ(view.fleet, "docker");
  // 11 saves of one series and one outcome, in doubles.
  EXPECT_EQ(view.output_bytes, 30u * 8u * 12u);
}

TEST(PlanOf, CountsAWorkerForEachBatchUnderIsolationFresh) {
  auto fresh = loaded();
  fresh.experiment.workers.isolation = Isolation::Fresh;
  const auto view = plan_of(fresh, kCapacity, "docker").value();
  EXPECT_EQ(view.batches, 30u);
  EXPECT_EQ(view.workers_in_all, 30u);
}

}  // namespace
}  // namespace flowyard::controller::service
