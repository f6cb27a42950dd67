// What survives: the controller stops or crashes in each state of a worker and goes on; the disk is full at
// each write; and what was true in the store stays true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::DeathCause;
using experiment::ExperimentState;
using experiment::IndexRange;
using experiment::WorkerState;
using store::Commit;
using test::SimulatedController;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

enum class End { Stop, Crash };

class Restarting : public ::testing::TestWithParam<End> {
 protected:
  void SetUp() override { c.start(); }

  void end() { GetParam() == End::Stop ? c.stop() : c.crash(); }
  void restart() {
    end();
    c.start();
  }
  void do_everything(experiment::WorkerId worker) {
    ASSERT_TRUE(c.hello(worker));
    while (const auto lease = c.lease(worker)) c.commit(*lease);
    c.exit(worker, {.code = 0});
  }
  // Whoever runs does all there is, until the experiment has ended.
  void finish(experiment::ExperimentId id) {
    for (int turn = 0; c.active(id) && turn < 20; ++turn) {
      if (c.advance_until([&] { return !c.active(id) || c.running(); }, 5min) && c.active(id))
        do_everything(c.running());
      c.advance(1s);
    }
    ASSERT_FALSE(c.active(id));
    EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
    EXPECT_EQ(c.progress(id).done, 8u);
    c.advance(30s);
    EXPECT_THAT(c.yard->containers, IsEmpty());
  }
  std::vector<experiment::Worker> workers() {
    return c.stored([](store::Store& store) { return store.workers(); });
  }

  SimulatedController c;
};

TEST_P(Restarting, GoesOnWithAnExperimentThatHadNoWorkerYet) {
  end();
  const auto id = c.submit({});
  c.start();
  finish(id);
}

// Stops as the fleet is called, before or after it did what it was asked for.
class AtACall : public ::testing::TestWithParam<std::tuple<std::string, bool>> {};

TEST_P(AtACall, GoesOnAfterACrashThere) {
  const auto& [call, after] = GetParam();
  SimulatedController c;
  c.start();
  bool reached = false;
  c.yard->fault = [&, call = call, after = after](const std::string& which, bool is_after) {
    const bool here = which == call && is_after == after && !reached;
    reached |= here;
    return here ? std::make_exception_ptr(std::runtime_error("the power is gone")) : std::exception_ptr();
  };
  const auto id = c.submit({});
  const auto everything = [&](experiment::WorkerId worker) {
    if (!c.hello(worker)) return;
    while (const auto lease = c.lease(worker)) c.commit(*lease);
    c.exit(worker, {.code = 0});
  };
  bool crashed = false;
  for (int turn = 0; c.active(id) && turn < 40; ++turn) {
    c.advance(500ms);
    if (reached && !crashed) {
      crashed = true;
      c.crash();
      c.start();
    }
    if (c.active(id) && c.running()) everything(c.running());
  }
  EXPECT_TRUE(crashed);
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
  EXPECT_EQ(c.progress(id).done, 8u);
  EXPECT_TRUE(c.advance_until([&] { return c.yard->containers.empty(); }, 1min));
}

INSTANTIATE_TEST_SUITE_P(Calls, AtACall,
                         ::testing::Combine(::testing::Values("create", "start", "log", "remove"),
                                            ::testing::Bool()));

TEST_P(Restarting, AdoptsAWorkerThatHasNotSaidHello) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  restart();
  EXPECT_EQ(c.running(), worker);
  EXPECT_TRUE(c.endpoints.open_now.contains(worker));
  finish(id);
  EXPECT_THAT(workers(), SizeIs(1));
}

TEST_P(Restarting, StartsWhatWasToBeStartedOnceAndNotInACircle) {
  bool gone = false;
  c.yard->fault = [&](const std::string& call, bool after) {
    if (call != "start" || after || gone) return std::exception_ptr();
    gone = true;
    c.disk.fail_after(0);  // nor is anything written any more
    return std::make_exception_ptr(std::runtime_error("the power is gone"));
  };
  c.submit({});
  ASSERT_TRUE(c.advance_until([&] { return gone; }, 1min));
  c.crash();
  c.yard->fault = nullptr;
  c.yard->calls.clear();
  c.start();
  // The worker takes its time to say hello; nothing is asked of the fleet meanwhile.
  c.advance(5s);
  EXPECT_EQ(std::count(c.yard->calls.begin(), c.yard->calls.end(), "start"), 1);
  EXPECT_LT(c.yard->calls.size(), 10u);
}

TEST_P(Restarting, AdoptsAWorkerWithItsLeaseAndTakesItsResult) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.commit(*lease, 0, {0, 3});
  restart();
  ASSERT_TRUE(c.hello(worker));
  EXPECT_EQ(c.commit(*lease, 0, {0, 3}).outcome, Commit::Duplicate);
  EXPECT_EQ(c.commit(*lease, 1, {3, 5}).outcome, Commit::Stored);
  finish(id);
  EXPECT_THAT(workers(), SizeIs(1));
}

TEST_P(Restarting, GivesTheWorkOfAWorkerThatDiedMeanwhileToAnother) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  c.commit(*lease, 0, {0, 3});
  end();
  c.exit(worker, {.code = 137, .oom_killed = true});
  c.start();
  finish(id);
  EXPECT_EQ(workers().back().cause, DeathCause::Oom);
}

TEST_P(Restarting, GivesTheWorkOfAWorkerThatVanishedMeanwhileToAnother) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  ASSERT_TRUE(c.lease(worker));
  end();
  c.yard->containers.clear();
  c.start();
  finish(id);
  EXPECT_EQ(workers().back().cause, DeathCause::EngineLost);
}

TEST_P(Restarting, RemovesWhatAnEarlierControllerHadEnded) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  c.commit(*lease);
  c.exit(worker, {.code = 0});
  restart();
  finish(id);
}

TEST_P(Restarting, RemembersThatAnExperimentIsToBeCancelled) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  c.run(c.up().cancel(id));
  restart();
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Cancelled);
  EXPECT_THAT(c.yard->containers, IsEmpty());
}

TEST_P(Restarting, RemembersTheTriesOfAScenario) {
  const auto id = c.submit({.sizes = {1},
                            .retry = {.attempts = 3,
                                      .backoff = {.initial = 1s, .max = 30s},
                                      .when = {experiment::RetryCause::AppExit}}});
  for (int failure = 0; failure < 3; ++failure) {
    ASSERT_TRUE(c.advance_until([&] { return !c.active(id) || c.running(); }, 5min));
    ASSERT_TRUE(c.active(id)) << failure;
    const auto worker = c.running();
    ASSERT_TRUE(c.hello(worker));
    auto asked = c.begin(c.up().lease(worker, 60s));
    ASSERT_TRUE(c.advance_until([&] { return asked->done; }));
    const auto lease = std::get<experiment::Lease>(asked->get());
    EXPECT_EQ(lease.tries.own, failure);
    c.exit(worker, {.code = 3});
    c.advance(100ms);
    restart();
  }
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.progress(id).failed, 1u);
}

TEST_P(Restarting, WaitsNoLongerThanAPauseThoughTheClockWasSetBack) {
  const auto id =
      c.submit({.sizes = {8}, .retry = {.attempts = 3, .backoff = {.initial = 1s, .max = 5s}, .when = {}}});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  ASSERT_TRUE(c.lease(worker));
  c.exit(worker, {.code = 137});
  c.advance(100ms);
  end();
  c.clock.jump(-72h);
  c.start();
  ASSERT_TRUE(c.wait_for_running(1));
  ASSERT_TRUE(c.hello(c.running()));
  auto asked = c.begin(c.up().lease(c.running(), 60s));
  ASSERT_TRUE(c.advance_until([&] { return asked->done; }, 6s));
  c.exit(c.running(), {.code = 137});
  finish(id);
}

TEST_P(Restarting, LetsASingleUseWorkerHaveNoSecondLease) {
  c.submit({.sizes = {8}, .batch = 4, .isolation = experiment::Isolation::Fresh});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  restart();
  EXPECT_EQ(c.commit(*lease).outcome, Commit::Stored);
  EXPECT_TRUE(c.up().should_leave(worker));
}

INSTANTIATE_TEST_SUITE_P(Ends, Restarting, ::testing::Values(End::Stop, End::Crash),
                         [](const auto& test) { return test.param == End::Stop ? "Stop" : "Crash"; });

// --- a full disk

// A worker that dies of every third scenario, does the others, and repeats what is not answered.
class FullDisk : public ::testing::TestWithParam<int> {};

TEST_P(FullDisk, AtEachWriteLosesNothingAndDoublesNothing) {
  SimulatedController c;
  c.start();
  const auto id = c.submit(
      {.sizes = {12},
       .workers = 1,
       .batch = 4,
       .retry = {
           .attempts = 2, .backoff = {.initial = 1s, .max = 1s}, .when = {experiment::RetryCause::AppExit}}});
  c.disk.fail_after(static_cast<std::uint64_t>(GetParam()));
  const auto started = c.timer.now();
  for (int turn = 0; c.active(id) && turn < 400; ++turn) {
    if (c.timer.now() - started > 30s) c.disk.make_room();
    c.advance(300ms);
    if (!c.running() || !c.active(id)) continue;
    const auto worker = c.running();
    try {
      if (!c.hello(worker)) continue;
      const auto lease = c.lease(worker);
      if (!lease) {
        if (c.up().should_leave(worker)) c.exit(worker, {.code = 0});
        continue;
      }
      std::uint64_t chunk = 0;
      for (auto i = lease->range.first; i < lease->range.end(); ++i) {
        if (i % 3 == 1) {
          c.exit(worker, {.code = 3});
          break;
        }
        c.commit(*lease, chunk++, {i, 1});
      }
    } catch (const store::StoreFailure&) {
      // The worker would ask again.
    }
  }
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  const auto progress = c.progress(id);
  EXPECT_EQ(progress.done, 8u);
  EXPECT_EQ(progress.failed, 4u);
  EXPECT_EQ(progress.leased, 0u);
  const auto done = c.stored([id](store::Store& store) { return store.done_ranges(id); });
  const auto failed = c.stored([id](store::Store& store) { return store.failed_ranges(id); });
  for (const auto& one : failed) {
    for (const auto& range : done) EXPECT_EQ(experiment::overlap(one, range).count, 0u) << one.first;
  }
  EXPECT_TRUE(c.advance_until([&] { return c.yard->containers.empty() && c.up().workers().empty(); }, 1min));
}

INSTANTIATE_TEST_SUITE_P(Writes, FullDisk, ::testing::Range(0, 150, 3));

TEST(DiskFull, IsToldAndWaitedOutByItself) {
  SimulatedController c;
  c.start();
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.disk.fail_after(0);
  c.exit(worker, {.code = 137});
  c.advance(20s);
  ASSERT_TRUE(c.active(id));
  EXPECT_EQ(c.up().worker(worker)->worker.state, WorkerState::Ready) << "memory follows the store";
  EXPECT_EQ(c.active(id)->queue.leased(), 8u);
  EXPECT_FALSE(c.hello(worker)) << "it is dead all the same";
  c.disk.make_room();
  ASSERT_TRUE(c.wait_for_running(1));
  ASSERT_TRUE(c.hello(c.running()));
  auto asked = c.begin(c.up().lease(c.running(), 60s));
  ASSERT_TRUE(c.advance_until([&] { return asked->done; }));
  EXPECT_EQ(std::get<experiment::Lease>(asked->get()).range, (IndexRange{0, 8}));
}

TEST(DiskFull, LetsNobodyHoldWorkThatCouldNotBeStored) {
  SimulatedController c;
  c.start();
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  c.disk.fail_after(0);
  EXPECT_FALSE(c.lease(worker));
  EXPECT_THAT(c.active(id)->trouble, HasSubstr("make room"));
  EXPECT_EQ(c.active(id)->queue.leased(), 0u);
  c.disk.make_room();
  EXPECT_TRUE(c.lease(worker));
  EXPECT_THAT(c.active(id)->trouble, "");
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
