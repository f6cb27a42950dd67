// The images of users' programs: got once, told of, broken off, and not tried for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using async::Task;
using experiment::ExperimentState;
using test::SimulatedController;
using ::testing::HasSubstr;

class Images : public ::testing::Test {
 protected:
  void SetUp() override {
    let_go.emplace(c.io().get_executor());
    c.yard->pull = [this](fleet::ImageWanted wanted, fleet::FetchSink told) {
      return pull(std::move(wanted), std::move(told));
    };
    c.start();
  }

  // Silent after its first word, until it is let go.
  Task<> pull(fleet::ImageWanted wanted, fleet::FetchSink told) {
    pulled.push_back(wanted.image);
    told("1 of 2 MiB");
    while (held) co_await let_go->wait_past(let_go->version());
    if (failure) std::rethrow_exception(failure);
  }
  void release() {
    held = false;
    let_go->notify();
  }
  void do_everything(experiment::WorkerId worker) {
    ASSERT_TRUE(c.hello(worker));
    while (const auto lease = c.lease(worker)) c.commit(*lease);
    c.exit(worker, {.code = 0});
  }
  bool ends(experiment::ExperimentId id) {
    return c.advance_until([&] { return !c.active(id); });
  }

  SimulatedController c;
  std::vector<std::string> pulled;
  std::optional<async::Event> let_go;
  bool held = false;
  std::exception_ptr failure;
};

TEST_F(Images, AreFetchedOnceForTwoExperiments) {
  held = true;
  const auto first = c.submit({.name = "first", .image = "python:3"});
  const auto second = c.submit({.name = "second", .image = "python:3"});
  c.advance(10s);
  EXPECT_EQ(c.active(first)->fetching, "the image python:3, 1 of 2 MiB");
  EXPECT_EQ(c.active(second)->fetching, "the image python:3, 1 of 2 MiB");
  release();
  ASSERT_TRUE(c.wait_for_running(2));
  EXPECT_EQ(c.active(first)->fetching, "");
  EXPECT_THAT(pulled, testing::ElementsAre("python:3"));
  EXPECT_EQ(c.row(second)->image_ran, "python:3@sha256:1");
  do_everything(c.running(1));
  do_everything(c.running(0));
  ASSERT_TRUE(ends(first) && ends(second));
  EXPECT_EQ(c.row(first)->state, ExperimentState::Succeeded);
  EXPECT_EQ(c.row(second)->state, ExperimentState::Succeeded);
}

TEST_F(Images, AreTakenUpByAnotherWhereTheFirstIsCalledOff) {
  held = true;
  const auto first = c.submit({.name = "first", .image = "python:3"});
  c.submit({.name = "second", .image = "python:3"});
  c.advance(1s);
  c.run(c.up().cancel(first));
  c.settle();
  EXPECT_EQ(pulled.size(), 2u);
  release();
  ASSERT_TRUE(c.wait_for_running(1));
}

TEST_F(Images, AreNotWaitedForByWhoCancels) {
  held = true;
  const auto id = c.submit({.image = "python:3"});
  c.settle();
  ASSERT_EQ(pulled.size(), 1u);
  const auto before = c.timer.now();
  c.run(c.up().cancel(id));
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Cancelled);
  EXPECT_LT(c.timer.now() - before, 1s) << "though nothing is heard of the fetch";
}

TEST_F(Images, AreNotWaitedForByWhoPauses) {
  held = true;
  const auto id = c.submit({.image = "python:3"});
  c.settle();
  c.run(c.up().pause(id));
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Paused);
  held = false;
  ASSERT_TRUE(c.go_on(id, false));
  ASSERT_TRUE(c.wait_for_running(1));
}

TEST_F(Images, ThatWillNeverComeFailTheExperimentWithTheCause) {
  failure = std::make_exception_ptr(fleet::LaunchFailed(fleet::LaunchFailed::Kind::Permanent,
                                                        "the image python:3 cannot be fetched: gone"));
  const auto id = c.submit({.image = "python:3"});
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("cannot be fetched: gone"));
}

TEST_F(Images, ThatCannotBeBuiltAreTriedOnceHoweverManyWorkersWait) {
  failure = std::make_exception_ptr(
      fleet::LaunchFailed(fleet::LaunchFailed::Kind::Final, "the image of 'sim' cannot be built (Step 2/2)"));
  held = true;
  const auto id = c.submit({.workers = 4, .batch = 1, .image = "flowyard-built:1"});
  c.settle();
  release();
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(pulled.size(), 1u);
  EXPECT_EQ(c.row(id)->state, ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("cannot be built (Step 2/2)"));
}

TEST_F(Images, OfARegistryThatIsAwayAreTriedAFewTimesAndThenAsked) {
  failure = std::make_exception_ptr(fleet::RegistryAway("registry.example does not answer"));
  const auto id = c.submit({.image = "python:3"});
  c.advance(3s);
  EXPECT_THAT(c.active(id)->trouble,
              HasSubstr("registry.example does not answer; it is tried again (2 of 10"));
  const auto begun = c.timer.now();
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(pulled.size(), 10u);
  EXPECT_GT(c.timer.now() - begun, 4min) << "with pauses that grow";
  EXPECT_EQ(c.row(id)->state, ExperimentState::Paused);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("registry.example does not answer; 'flowyard resume"));
  // It does again, and nothing is counted from before.
  failure = nullptr;
  ASSERT_TRUE(c.go_on(id, false));
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
}

TEST_F(Images, OfARegistryThatComesBackInBetweenAreTaken) {
  failure = std::make_exception_ptr(fleet::RegistryAway("registry.example does not answer"));
  const auto id = c.submit({.image = "python:3"});
  ASSERT_TRUE(c.advance_until([&] { return pulled.size() == 9; }));
  failure = nullptr;
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_EQ(c.active(id)->registry_failures, 0);
  EXPECT_EQ(c.active(id)->trouble, "");
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
