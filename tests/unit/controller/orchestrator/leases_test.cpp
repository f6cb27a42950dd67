// What workers ask and say: hello, leases, results, failures, silence; and what becomes of a request whose
// worker hangs up in the middle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::DeathCause;
using experiment::ExperimentState;
using experiment::IndexRange;
using experiment::LeaseState;
using store::Commit;
using test::SimulatedController;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Leasing : public ::testing::Test {
 protected:
  void SetUp() override { c.start(); }

  // A worker that said hello.
  experiment::WorkerId ready(std::size_t nth = 0) {
    EXPECT_TRUE(c.wait_for_running(nth + 1));
    const auto worker = c.running(nth);
    EXPECT_TRUE(c.hello(worker));
    return worker;
  }
  void finish_with(experiment::ExperimentId id, experiment::WorkerId worker) {
    while (const auto lease = c.lease(worker)) c.commit(*lease);
    c.exit(worker, {.code = 0});
    ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  }
  std::vector<experiment::FailedScenario> failures(experiment::ExperimentId id) {
    return c.stored([id](store::Store& store) { return store.failures(id, 1'000); });
  }

  SimulatedController c;
};

TEST_F(Leasing, AnswersNobodyItDoesNotExpect) {
  EXPECT_FALSE(c.hello({77}));
  EXPECT_TRUE(c.up().should_leave(experiment::WorkerId{77}));
  EXPECT_FALSE(c.lease({77}));
}

TEST_F(Leasing, AnswersAWorkerThatSaysHelloTwice) {
  c.submit({});
  const auto worker = ready();
  EXPECT_TRUE(c.hello(worker));
}

TEST_F(Leasing, DoesNotGreetTheDead) {
  c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  c.exit(worker, {.code = 1});
  EXPECT_FALSE(c.hello(worker));
}

TEST_F(Leasing, CommitsEachChunkOnce) {
  const auto id = c.submit({});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  EXPECT_EQ(c.commit(*lease, 0, {0, 3}).outcome, Commit::Stored);
  EXPECT_EQ(c.commit(*lease, 0, {0, 3}).outcome, Commit::Duplicate);
  EXPECT_EQ(c.commit(*lease, 1, {4, 2}).outcome, Commit::Stale);  // not what comes next
  EXPECT_EQ(c.commit(*lease, 1, {3, 5}).outcome, Commit::Stored);
  EXPECT_EQ(c.commit(*lease, 1, {3, 5}).outcome, Commit::Duplicate);  // the lease is done
  EXPECT_EQ(c.progress(id).done, 8u);
  EXPECT_EQ(c.active(id)->queue.done(), 8u);
  EXPECT_THAT(c.active(id)->leases, SizeIs(0));
}

TEST_F(Leasing, TakesNoResultWithAnothersToken) {
  c.submit({});
  const auto worker = ready();
  auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  lease->token = "stolen";
  EXPECT_EQ(c.commit(*lease).outcome, Commit::Stale);
}

TEST_F(Leasing, LetsAWorkerWaitForWorkAndThenGo) {
  const auto id = c.submit({.sizes = {2}, .workers = 2, .batch = 1});
  const auto one = ready(0), other = ready(1);
  const auto first = c.lease(one), second = c.lease(other);
  ASSERT_TRUE(first && second);
  c.commit(*first);
  auto waiting = c.begin(c.up().lease(one, 20s));
  c.settle();
  EXPECT_FALSE(waiting->done);  // the other may fail, and this one be needed
  c.commit(*second);
  ASSERT_TRUE(c.advance_until([&] { return waiting->done; }, 1s));
  EXPECT_TRUE(std::holds_alternative<Leave>(waiting->get()));
  c.exit(one, {.code = 0});
  c.exit(other, {.code = 0});
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
}

TEST_F(Leasing, SaysAfterAWhileThatThereIsNothingYet) {
  c.submit({.sizes = {2}, .workers = 2, .batch = 1});
  const auto one = ready(0), other = ready(1);
  ASSERT_TRUE(c.lease(one) && c.lease(other));
  c.up().heartbeat(other, {}, true);
  auto asked = c.up().lease(one, 5s);
  const auto lease = c.begin(std::move(asked));
  ASSERT_TRUE(c.advance_until([&] { return lease->done; }, 6s));
}

TEST_F(Leasing, TakesBackWhatItsHolderWasNeverToldOf) {
  const auto id = c.submit({});
  const auto worker = ready();
  const auto lost = c.lease(worker);  // say the answer got lost
  const auto again = c.lease(worker);
  ASSERT_TRUE(lost && again);
  EXPECT_NE(lost->id, again->id);
  EXPECT_EQ(again->range, (IndexRange{0, 8}));
  EXPECT_EQ(again->tries.own, 0);
  EXPECT_EQ(c.commit(*lost).outcome, Commit::Stale);
  finish_with(id, worker);
  EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
}

TEST_F(Leasing, TriesOnlyWhatWasNotDoneWhenAWorkerDies) {
  const auto id = c.submit({});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.commit(*lease, 0, {0, 5});
  c.exit(worker, {.code = 137});
  const auto next = ready();
  const auto rest = c.lease(next);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->range, (IndexRange{5, 3}));
  EXPECT_EQ(rest->tries.infrastructure, 1);
  c.commit(*rest);
  finish_with(id, next);
  EXPECT_EQ(c.progress(id).done, 8u);
}

TEST_F(Leasing, WaitsForAResultThatIsOnItsWayWhenItsWorkerDies) {
  const auto id = c.submit({});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.store_delay = [] { return 100ms; };
  auto commit = c.begin(c.up().commit(SimulatedController::chunk_of(*lease, 0, {0, 8}), lease->token));
  c.settle();
  c.exit(worker, {.code = 0});
  ASSERT_TRUE(c.advance_until([&] { return commit->done; }));
  EXPECT_EQ(commit->get().outcome, Commit::Stored);
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
  EXPECT_EQ(c.progress(id).done, 8u);
}

TEST_F(Leasing, HalvesABatchThatKillsUntilTheKillerIsAlone) {
  const auto id = c.submit({.sizes = {16}});
  int deaths = 0;
  while (c.active(id)) {
    ASSERT_LT(deaths, 20);
    if (!c.wait_for_running(1)) break;
    const auto worker = ready();
    for (;;) {
      const auto lease = c.lease(worker);
      if (!lease) {
        c.exit(worker, {.code = 0});
        break;
      }
      if (lease->range.first <= 11 && 11 < lease->range.end()) {
        ++deaths;
        c.exit(worker, {.code = 3});
        break;
      }
      c.commit(*lease);
    }
    c.advance(1s);
  }
  EXPECT_EQ(c.progress(id).done, 15u);
  ASSERT_THAT(failures(id), SizeIs(1));
  EXPECT_EQ(failures(id)[0].index, 11u);
  EXPECT_EQ(failures(id)[0].cause, DeathCause::AppExit);
  EXPECT_EQ(deaths, 4 + 3);
  EXPECT_EQ(c.row(id)->state, ExperimentState::Incomplete);
}

TEST_F(Leasing, ChargesALeaseThatItsWorkerFailedAndKeepsTheWorker) {
  const auto id = c.submit({.sizes = {2}});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  EXPECT_FALSE(c.run(c.up().fail_lease(worker, lease->id, "stolen", "no")));
  EXPECT_TRUE(c.run(c.up().fail_lease(worker, lease->id, lease->token, "no such file")));
  EXPECT_EQ(c.commit(*lease).outcome, Commit::Stale);
  const auto half = c.lease(worker);
  ASSERT_TRUE(half);
  EXPECT_EQ(half->range, (IndexRange{0, 1}));
  c.commit(*half);
  finish_with(id, worker);
  EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
}

TEST_F(Leasing, GoesOnBehindAScenarioThatFailsAndTriesItByItself) {
  const auto id =
      c.submit({.sizes = {4},
                .batch = 4,
                .retry = {.attempts = 2,
                          .backoff = {},
                          .when = {experiment::RetryCause::AppExit, experiment::RetryCause::Timeout}}});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  EXPECT_EQ(c.commit(*lease, 0, {0, 1}).outcome, Commit::Stored);
  EXPECT_EQ(c.fail(*lease, 1, 1, DeathCause::AppExit, "it broke").outcome, Commit::Stored);
  EXPECT_EQ(c.fail(*lease, 1, 1, DeathCause::AppExit, "it broke").outcome, Commit::Duplicate);
  EXPECT_EQ(c.commit(*lease, 2, {3, 1}).outcome, Commit::Stale);  // not what comes next
  EXPECT_EQ(c.commit(*lease, 2, {2, 2}).outcome, Commit::Stored);
  EXPECT_THAT(c.active(id)->leases, SizeIs(0)) << "the lease is done, and none of it was lost";
  EXPECT_EQ(c.progress(id).done, 3u);
  EXPECT_EQ(c.progress(id).failed, 0u);
  const auto again = c.lease(worker);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->range, (IndexRange{1, 1}));
  EXPECT_EQ(again->tries.own, 1);
  EXPECT_EQ(c.fail(*again, 0, 1, DeathCause::Timeout, "it took too long").outcome, Commit::Stored);
  EXPECT_FALSE(c.lease(worker));
  c.exit(worker, {.code = 0});
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  ASSERT_THAT(failures(id), SizeIs(1));
  EXPECT_EQ(failures(id)[0].cause, DeathCause::Timeout);
  EXPECT_EQ(failures(id)[0].attempts, 2);
  EXPECT_EQ(failures(id)[0].reason, "it took too long");
  EXPECT_EQ(c.row(id)->state, ExperimentState::Incomplete);
}

TEST_F(Leasing, KnowsAFailedScenarioAfterARestart) {
  const auto id =
      c.submit({.sizes = {3},
                .batch = 3,
                .retry = {.attempts = 2,
                          .backoff = {},
                          .when = {experiment::RetryCause::AppExit, experiment::RetryCause::Timeout}}});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.fail(*lease, 0, 0, DeathCause::AppExit, "it broke");
  c.crash();
  c.start();
  ASSERT_TRUE(c.hello(worker));
  EXPECT_EQ(c.commit(*lease, 1, {1, 2}).outcome, Commit::Stored);
  const auto again = c.lease(worker);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->range, (IndexRange{0, 1}));
  finish_with(id, worker);
}

TEST_F(Leasing, LosesNothingWhenAFailedScenarioCannotBeStored) {
  const auto id = c.submit({.sizes = {2}, .batch = 2});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.disk.fail_after(0);
  EXPECT_THROW(c.fail(*lease, 0, 0, DeathCause::AppExit, "it broke"), store::StoreFailure);
  c.disk.make_room();
  EXPECT_EQ(c.fail(*lease, 0, 0, DeathCause::AppExit, "it broke").outcome, Commit::Stored);
  EXPECT_EQ(c.commit(*lease, 1, {1, 1}).outcome, Commit::Stored);
  finish_with(id, worker);
}

TEST_F(Leasing, TellsTheHolderOfALostLeaseByItsHeartbeat) {
  c.submit({});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  EXPECT_TRUE(c.up().holds(worker, lease->id));
  c.run(c.up().fail_lease(worker, lease->id, lease->token, "no"));
  EXPECT_FALSE(c.up().holds(worker, lease->id));
}

TEST_F(Leasing, KillsAWorkerThatGoesSilent) {
  const auto id = c.submit({});
  const auto worker = ready();
  ASSERT_TRUE(c.lease(worker));
  ASSERT_TRUE(c.advance_until([&] { return !c.up().worker(worker); }, 1min));
  const auto dead = c.stored([](store::Store& store) { return store.workers(); }).back();
  EXPECT_EQ(dead.cause, DeathCause::HeartbeatLost);
  EXPECT_TRUE(c.active(id));
}

TEST_F(Leasing, KillsAWorkerWhoseBatchMakesNoProgressThoughItsHeartBeats) {
  c.submit({.timeout = {.scenario = 30s, .start = 60s, .experiment = {}}});
  const auto worker = ready();
  ASSERT_TRUE(c.lease(worker));
  for (int second = 0; second < 60 && c.up().worker(worker); ++second) {
    c.up().heartbeat(worker, {}, false);
    c.advance(1s);
  }
  EXPECT_FALSE(c.up().worker(worker));
  EXPECT_EQ(c.stored([](store::Store& store) { return store.workers(); }).back().cause, DeathCause::Timeout);
}

TEST_F(Leasing, KillsAWorkerThatLivesAndNeitherWorksNorAsks) {
  const auto id = c.submit({});
  const auto worker = ready();
  for (int second = 0; second < 90 && c.up().worker(worker); ++second) {
    c.up().heartbeat(worker, {}, false);
    c.advance(1s);
  }
  EXPECT_FALSE(c.up().worker(worker));
  EXPECT_TRUE(c.active(id));
}

TEST_F(Leasing, KillsAWorkerThatWasSentHomeAndDoesNotGo) {
  const auto id = c.submit({});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.commit(*lease);
  for (int second = 0; second < 90 && c.active(id); ++second) {
    c.up().heartbeat(worker, {}, false);
    c.advance(1s);
  }
  EXPECT_FALSE(c.active(id));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Succeeded);
}

TEST_F(Leasing, LetsABatchRunAsLongAsItMakesProgress) {
  c.submit({.timeout = {.scenario = 30s, .start = 60s, .experiment = {}}});
  const auto worker = ready();
  ASSERT_TRUE(c.lease(worker));
  for (int second = 0; second < 200; ++second) {
    c.up().heartbeat(worker, {}, true);
    c.advance(1s);
  }
  EXPECT_TRUE(c.up().worker(worker));
}

TEST_F(Leasing, WaitsInSteadyTimeWhateverTheClockSays) {
  c.submit({.sizes = {1},
            .retry = {.attempts = 3,
                      .backoff = {.initial = 2s, .max = 30s},
                      .when = {experiment::RetryCause::AppExit}}});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.run(c.up().fail_lease(worker, lease->id, lease->token, "no"));
  c.clock.jump(-48h);
  auto again = c.begin(c.up().lease(worker, 20s));
  ASSERT_TRUE(c.advance_until([&] { return again->done; }, 3s));
  EXPECT_TRUE(std::holds_alternative<experiment::Lease>(again->get()));
  c.clock.jump(96h);
  c.advance(5s);
  EXPECT_TRUE(c.up().worker(worker)) << "a clock that jumps makes nobody silent";
}

TEST_F(Leasing, EndsAnExperimentThatRunsTooLongWhateverTheClockSays) {
  const auto id = c.submit({.timeout = {.experiment = 5min}});
  const auto worker = ready();
  ASSERT_TRUE(c.lease(worker));
  c.clock.jump(-24h);
  for (int second = 0; second < 310 && c.active(id); ++second) {
    c.up().heartbeat(worker, {}, true);
    c.advance(1s);
  }
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }, 30s));
  EXPECT_THAT(c.row(id)->reason, HasSubstr("timeout.experiment"));
}

TEST_F(Leasing, StopsAnExperimentOfWhichMoreFailsThanItBears) {
  const auto id = c.submit({.sizes = {4},
                            .batch = 1,
                            .retry = {.attempts = 1, .backoff = {}, .when = {}},
                            .failures = {.max = experiment::FailureCount{1}}});
  const auto worker = ready();
  for (int failure = 0; failure < 2; ++failure) {
    const auto lease = c.lease(worker);
    ASSERT_TRUE(lease);
    c.run(c.up().fail_lease(worker, lease->id, lease->token, "no"));
  }
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.row(id)->state, ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("failures.max"));
}

// --- nothing gets done

// Lets every worker die of `how` as soon as it has a lease; gives how many died until the experiment ended.
int die_until_the_end(SimulatedController& c, experiment::ExperimentId id, experiment::Exit how) {
  int deaths = 0;
  while (c.active(id) && deaths < 500 && c.wait_for_running(1)) {
    const auto worker = c.running();
    if (!c.hello(worker)) continue;
    if (c.lease(worker)) ++deaths;
    c.exit(worker, how);
  }
  return deaths;
}

TEST_F(Leasing, StopsWhenWhateverIsTriedRunsOutOfMemory) {
  const auto id = c.submit({.sizes = {10'000}, .workers = 1});
  const int deaths = die_until_the_end(c, id, {.code = 137, .oom_killed = true});
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_LE(deaths, 12);
  EXPECT_EQ(c.row(id)->state, ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("raise workers.memory (now 64 MiB)"));
}

TEST_F(Leasing, GoesOnWhenSomeScenariosDieAndOthersDoNot) {
  const auto id = c.submit({.sizes = {40}, .retry = {.attempts = 1, .backoff = {}, .when = {}}});
  int turns = 0;
  while (c.active(id) && ++turns < 400 && c.wait_for_running(1)) {
    const auto worker = c.running();
    if (!c.hello(worker)) continue;
    const auto lease = c.lease(worker);
    bool dies = false;
    for (auto i = lease ? lease->range.first : 0; lease && i < lease->range.end(); ++i) dies |= i % 3 != 0;
    if (lease && !dies) c.commit(*lease);
    c.exit(worker, {.code = lease && dies ? 3 : 0});
  }
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id); }));
  EXPECT_EQ(c.progress(id).done, 14u);
  EXPECT_EQ(c.progress(id).failed, 26u);
  EXPECT_EQ(c.row(id)->state, ExperimentState::Incomplete);
}

TEST_F(Leasing, StopsWorkersThatDieAfterTheirHelloWithoutEverAskingForWork) {
  const auto id = c.submit({});
  int deaths = 0;
  while (c.active(id) && ++deaths < 100 && c.wait_for_running(1)) {
    const auto worker = c.running();
    if (c.hello(worker)) c.exit(worker, {.code = 9});
    c.advance(1s);
  }
  EXPECT_LT(deaths, 20);
}

// --- a request that is cancelled, as when its worker hangs up

TEST_F(Leasing, GivesABatchBackThatItsWorkerHungUpOn) {
  // At the moment it is granted: between the queue and the store, and while the store writes.
  for (int moment = 0; moment < 2; ++moment) {
    SimulatedController fresh;
    fresh.start();
    const auto id = fresh.submit({.sizes = {2}, .workers = 1, .batch = 2});
    ASSERT_TRUE(fresh.wait_for_running(1));
    const auto worker = fresh.running();
    ASSERT_TRUE(fresh.hello(worker));
    fresh.store_delay = [] { return 10ms; };
    auto asked = fresh.begin(fresh.up().lease(worker, 20s));
    if (moment == 1) fresh.settle();
    asked->cancel();
    ASSERT_TRUE(fresh.advance_until([&] { return asked->done; }, 1s));
    const auto lease = fresh.lease(worker);
    ASSERT_TRUE(lease) << moment;
    EXPECT_EQ(lease->range, (IndexRange{0, 2})) << moment;
    fresh.commit(*lease);
    fresh.exit(worker, {.code = 0});
    ASSERT_TRUE(fresh.advance_until([&] { return !fresh.active(id); })) << moment;
  }
}

// Cancels a request in the very turn in which work for it comes free: it has been woken, and has not run yet.
async::Task<int> hang_up_when_work_comes(SimulatedController& c, experiment::ExperimentId id,
                                         std::shared_ptr<test::PendingTask> request) {
  auto& changed = c.up().changed();
  while (c.active(id)->queue.waiting(0) == 0) co_await changed.wait_past(changed.version());
  request->cancel();
  co_return 0;
}

TEST_F(Leasing, GivesABatchBackWhoseWorkerHangsUpInTheTurnInWhichItComesFree) {
  const auto id = c.submit({.sizes = {2}, .workers = 2, .batch = 1});
  const auto one = ready(0), other = ready(1);
  const auto first = c.lease(one), second = c.lease(other);
  ASSERT_TRUE(first && second);
  c.commit(*first);
  auto waiting = c.begin(c.up().lease(one, 5min));
  c.settle();
  const auto hung_up = c.begin(hang_up_when_work_comes(c, id, waiting));
  c.run(c.up().stop_worker(other));  // its scenario comes free at once
  ASSERT_TRUE(c.advance_until([&] { return waiting->done && hung_up->done; }, 10s));
  EXPECT_TRUE(waiting->failure);
  const auto again = c.lease(one);
  ASSERT_TRUE(again) << "nobody has it";
  c.commit(*again);
  EXPECT_EQ(c.progress(id).done, 2u);
}

TEST_F(Leasing, StoresAResultWhoseWorkerHangsUpOnceOrNotAtAll) {
  const auto id = c.submit({});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.store_delay = [] { return 10ms; };
  auto sent = c.begin(c.up().commit(SimulatedController::chunk_of(*lease, 0, {0, 8}), lease->token));
  c.settle();
  sent->cancel();
  ASSERT_TRUE(c.advance_until([&] { return sent->done; }, 1s));
  const auto again = c.commit(*lease, 0, {0, 8});
  EXPECT_TRUE(again.outcome == Commit::Stored || again.outcome == Commit::Duplicate);
  EXPECT_EQ(c.progress(id).done, 8u);
  EXPECT_EQ(c.active(id)->queue.done(), 8u);
}

TEST_F(Leasing, KeepsAHelloWhoseWorkerHangsUp) {
  c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  c.store_delay = [] { return 10ms; };
  auto hello = c.begin(c.up().hello(worker));
  c.settle();
  hello->cancel();
  ASSERT_TRUE(c.advance_until([&] { return hello->done; }, 1s));
  EXPECT_TRUE(c.hello(worker));
  EXPECT_TRUE(c.lease(worker));
}

TEST_F(Leasing, EndsALeaseThoughItsWorkerHangsUpWhileItFailsIt) {
  c.submit({.sizes = {2}});
  const auto worker = ready();
  const auto lease = c.lease(worker);
  ASSERT_TRUE(lease);
  c.store_delay = [] { return 10ms; };
  auto failed = c.begin(c.up().fail_lease(worker, lease->id, lease->token, "no"));
  c.settle();
  failed->cancel();
  ASSERT_TRUE(c.advance_until([&] { return failed->done; }, 1s));
  const auto half = c.lease(worker);
  ASSERT_TRUE(half);
  EXPECT_EQ(half->range, (IndexRange{0, 1}));
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
