// An experiment that is paused: what is under way ends, nothing new begins, nothing is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using experiment::ExperimentState;
using experiment::IndexRange;
using test::SimulatedController;

class Pausing : public ::testing::Test {
 protected:
  void SetUp() override {
    c.start();
    id = c.submit({.sizes = {8}, .workers = 1, .batch = 2});
    ASSERT_TRUE(c.wait_for_running(1));
    worker = c.running();
    ASSERT_TRUE(c.hello(worker));
    lease = c.lease(worker).value();
  }

  // What is out is handed in; the worker is sent home.
  void expect_it_ends_paused() {
    EXPECT_EQ(c.commit(lease).outcome, store::Commit::Stored);
    EXPECT_FALSE(c.lease(worker));
    c.exit(worker, {.code = 0});
    ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
    EXPECT_EQ(c.row(id)->state, ExperimentState::Paused);
    EXPECT_EQ(c.row(id)->reason, "paused with 2 of 8 scenarios done");
    EXPECT_EQ(c.progress(id).done, 2u);
  }

  SimulatedController c;
  experiment::ExperimentId id;
  experiment::WorkerId worker;
  experiment::Lease lease;
};

TEST_F(Pausing, LetsWhatIsUnderWayEndAndNothingBegin) {
  c.run(c.up().pause(id));
  expect_it_ends_paused();
}

TEST_F(Pausing, IsRememberedByTheNextController) {
  c.run(c.up().pause(id));
  c.crash();
  c.start();
  expect_it_ends_paused();
}

TEST_F(Pausing, GoesOnWhereItIsTakenBackBeforeItsEnd) {
  c.run(c.up().pause(id));
  EXPECT_TRUE(c.run(c.up().unpause(id)));
  EXPECT_EQ(c.commit(lease).outcome, store::Commit::Stored);
  const auto next = c.lease(worker);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->range, (IndexRange{2, 2}));
  EXPECT_FALSE(c.row(id)->pause_wanted);
}

TEST_F(Pausing, CanStillBeCancelled) {
  c.run(c.up().pause(id));
  c.run(c.up().cancel(id));
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Cancelled);
}

TEST_F(Pausing, KeepsTheTryOfAWorkerThatDiesMeanwhile) {
  c.run(c.up().pause(id));
  c.exit(worker, {.code = 137});
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Paused);
  const auto retries = c.stored([this](store::Store& store) { return store.retries(id); });
  ASSERT_FALSE(retries.empty());
  EXPECT_EQ(retries[0].range.first, lease.range.first);
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
