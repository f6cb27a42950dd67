// Several experiments and fewer places than they want, with the real orchestrator and store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::ExperimentId;
using experiment::ExperimentState;
using experiment::WorkerId;
using test::SimulatedController;

class Queue : public ::testing::Test {
 protected:
  SimulatedController::Wanted study(int priority) {
    return {.name = "study", .sizes = {20}, .workers = 9, .batch = 1, .priority = priority};
  }
  std::size_t running() const {
    return static_cast<std::size_t>(
        std::count_if(c.yard->containers.begin(), c.yard->containers.end(),
                      [](const auto& one) { return one.second.started && !one.second.exit; }));
  }
  ExperimentId experiment_of(WorkerId worker) { return c.up().worker(worker)->worker.experiment; }
  // Each worker that runs does one lease, or leaves; false: none runs.
  bool everybody_works() {
    std::vector<WorkerId> all;
    for (std::size_t i = 0; c.running(i); ++i) all.push_back(c.running(i));
    most = std::max(most, all.size());
    for (const auto worker : all) {
      if (!c.hello(worker)) continue;
      if (const auto lease = c.lease(worker)) {
        served.push_back(lease->experiment);
        c.commit(*lease);
      } else if (c.up().should_leave(worker)) {
        c.exit(worker, {.code = 0});
      }
    }
    c.settle();
    return !all.empty();
  }
  void all_end(std::vector<ExperimentId> ids) {
    for (int turn = 0; turn < 500; ++turn) {
      if (std::none_of(ids.begin(), ids.end(), [&](auto id) { return c.active(id); })) return;
      everybody_works();
      c.advance(100ms);
    }
    FAIL() << "it never ends";
  }
  std::size_t last_of(ExperimentId id) const {
    return static_cast<std::size_t>(
        std::distance(std::find(served.rbegin(), served.rend(), id), served.rend()));
  }

  SimulatedController c;
  std::vector<ExperimentId> served;  // of each lease
  std::size_t most = 0;              // workers at once
};

TEST_F(Queue, AHigherPriorityGoesFirstAndNobodyIsForgotten) {
  c.max_workers = 2;
  c.start();
  const auto low = c.submit(study(0)), middle = c.submit(study(1)), high = c.submit(study(5));
  ASSERT_TRUE(c.wait_for_running(2));
  all_end({low, middle, high});
  EXPECT_EQ(most, 2u);
  EXPECT_LT(last_of(high), last_of(middle));
  EXPECT_LT(last_of(middle), last_of(low));
  for (const auto id : {low, middle, high}) {
    EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
    EXPECT_EQ(c.progress(id).done, 20u);
  }
}

TEST_F(Queue, NoLeaseIsTakenBackWhenABetterClaimComes) {
  c.max_workers = 1;
  c.start();
  const auto low = c.submit(study(0));
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  const auto high = c.submit(study(1));
  c.advance(1s);
  EXPECT_EQ(running(), 1u);
  EXPECT_TRUE(c.up().holds(worker, lease->id));
  EXPECT_EQ(describe(c.up().queued().at(high)), "waiting: 1 of 1 workers busy, next in turn");
  EXPECT_EQ(c.commit(*lease).outcome, store::Commit::Stored);
  EXPECT_FALSE(c.lease(worker));
  EXPECT_TRUE(c.up().should_leave(worker));
  c.exit(worker, {.code = 0});
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_EQ(experiment_of(c.running()), high);
  EXPECT_EQ(describe(c.up().queued().at(low)), "waiting: 1 of 1 workers busy, next in turn");
}

TEST_F(Queue, ALowPriorityHasALeaseEachMinute) {
  c.max_workers = 1;
  c.start();
  auto endless = study(9);
  endless.sizes = {100'000};
  const auto high = c.submit(endless), low = c.submit(study(0));
  for (int turn = 0; turn < 3000; ++turn) {
    everybody_works();
    c.advance(100ms);
  }
  // 300 s and more: some five turns of one lease each.
  const auto of_low = std::count(served.begin(), served.end(), low);
  EXPECT_GE(of_low, 4);
  EXPECT_LE(of_low, 6);
  EXPECT_GT(std::count(served.begin(), served.end(), high), 100);
}

TEST_F(Queue, WorkersThatAreAdoptedCount) {
  c.max_workers = 2;
  c.start();
  const auto first = c.submit(study(0));
  ASSERT_TRUE(c.wait_for_running(2));
  c.crash();
  c.start();
  const auto second = c.submit(study(0));
  c.advance(1s);
  EXPECT_EQ(running(), 2u);
  EXPECT_TRUE(c.up().queued().contains(second));
  all_end({first, second});
  EXPECT_EQ(most, 2u);
}

TEST_F(Queue, IsTwiceTheCoresUnlessSaidOtherwise) {
  c.start();
  c.submit(study(0));
  EXPECT_EQ(c.up().max_workers(), 8u);
  EXPECT_TRUE(c.wait_for_running(8));
  c.advance(1s);
  EXPECT_EQ(running(), 8u);
}

TEST(Throughput, IsKnownOnceSomethingWasDone) {
  EXPECT_EQ(seconds_left({.done = 0, .worker_seconds = 10, .left = 5, .workers = 1}), std::nullopt);
  EXPECT_EQ(seconds_left({.done = 5, .worker_seconds = 10, .left = 5, .workers = 0}), std::nullopt);
  EXPECT_EQ(seconds_left({.done = 5, .worker_seconds = 0.1, .left = 5, .workers = 1}), std::nullopt);
  EXPECT_EQ(seconds_left({.done = 5, .worker_seconds = 10, .left = 60, .workers = 4}), 30.0);
  EXPECT_EQ(seconds_left({.done = 5, .worker_seconds = 10, .left = 2, .workers = 4}), 2.0);
  EXPECT_EQ(seconds_left({.done = 5, .worker_seconds = 10, .left = 0, .workers = 4}), 0.0);
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
