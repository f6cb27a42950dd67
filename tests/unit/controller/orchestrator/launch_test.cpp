// How workers come up and go down: the real Orchestrator over the real Store on simulated time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulated_controller.hpp"

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::DeathCause;
using experiment::ExperimentState;
using experiment::WorkerState;
using fleet::LaunchFailed;
using test::SimulatedController;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Launching : public ::testing::Test {
 protected:
  void SetUp() override { c.start(); }

  // The fleet refuses so many creates.
  void refuse(int times, LaunchFailed::Kind kind) {
    c.yard->fault = [this, kind, left = times](const std::string& call, bool after) mutable {
      if (call != "create" || after || left == 0) return std::exception_ptr();
      --left;
      ++refused;
      return std::make_exception_ptr(LaunchFailed(kind, "no such image"));
    };
  }
  void break_calls(std::string which, int times, bool after) {
    c.yard->fault = [which, after, left = times](const std::string& call, bool is_after) mutable {
      if (call != which || is_after != after || left == 0) return std::exception_ptr();
      --left;
      return std::make_exception_ptr(std::runtime_error("connection reset"));
    };
  }
  // A worker takes all there is and does it.
  void do_everything(experiment::WorkerId worker) {
    ASSERT_TRUE(c.hello(worker));
    while (const auto lease = c.lease(worker)) c.commit(*lease);
    c.exit(worker, {.code = 0});
  }
  ExperimentState state_of(experiment::ExperimentId id) { return c.row(id)->state; }
  bool ends(experiment::ExperimentId id) {
    return c.advance_until([&] { return !c.active(id); });
  }
  std::vector<experiment::Worker> workers() {
    return c.stored([](store::Store& store) { return store.workers(); });
  }

  SimulatedController c;
  int refused = 0;
};

TEST_F(Launching, RunsAnExperimentToItsEndAndLeavesNothing) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
  EXPECT_EQ(c.progress(id).done, 8u);
  EXPECT_THAT(c.yard->containers, IsEmpty());
  EXPECT_THAT(c.endpoints.open_now, IsEmpty());
  EXPECT_THAT(c.up().workers(), IsEmpty());
}

TEST_F(Launching, StoresTheIntentBeforeTheFleetIsAsked) {
  std::vector<WorkerState> seen;
  c.yard->fault = [&](const std::string& call, bool after) {
    if ((call == "create" || call == "start") && !after)
      for (const auto& [id, live] : c.up().workers()) seen.push_back(live->worker.state);
    return std::exception_ptr();
  };
  c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_THAT(seen, ElementsAre(WorkerState::Creating, WorkerState::Starting));
}

TEST_F(Launching, StartsAsManyWorkersAsAreAskedForAndHaveWork) {
  c.submit({.sizes = {8}, .workers = 3, .batch = 4});
  c.advance(1s);
  EXPECT_THAT(c.yard->containers, SizeIs(2));  // two leases of four
}

TEST_F(Launching, TriesAgainWhatTheFleetRefusedThisTime) {
  refuse(2, LaunchFailed::Kind::Transient);
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
}

TEST_F(Launching, GivesUpAfterFiveRefusalsInARow) {
  refuse(100, LaunchFailed::Kind::Transient);
  const auto id = c.submit({});
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("no such image"));
  EXPECT_EQ(refused, 5);
}

TEST_F(Launching, DoesNotTakeOneOddAnswerForALastWord) {
  refuse(1, LaunchFailed::Kind::Permanent);
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
}

TEST_F(Launching, GivesUpAfterThreeLastWords) {
  refuse(100, LaunchFailed::Kind::Permanent);
  const auto id = c.submit({});
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Failed);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(workers().front().cause, DeathCause::LaunchPermanent);
}

TEST_F(Launching, WaitsOutAFleetThatIsAway) {
  break_calls("create", 20, false);
  const auto id = c.submit({});
  c.advance(10s);
  EXPECT_THAT(c.active(id)->trouble, HasSubstr("connection reset"));
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
}

TEST_F(Launching, RemovesAContainerWhoseCreationWasNotAnswered) {
  break_calls("create", 1, true);
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_THAT(c.yard->containers, SizeIs(2));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  ASSERT_TRUE(c.advance_until([&] { return c.yard->containers.empty(); }, 1min));
}

TEST_F(Launching, TakesAWorkerThatWasStartedThoughTheAnswerWasLost) {
  break_calls("start", 1, true);
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  ASSERT_TRUE(c.advance_until([&] { return !c.active(id) || c.running(0).value > 1; }, 1min));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
  ASSERT_TRUE(c.advance_until([&] { return c.yard->containers.empty(); }, 1min));
}

TEST_F(Launching, WaitsOutAnEndpointThatCannotBeOpened) {
  c.endpoints.fault = std::make_exception_ptr(std::runtime_error("too many open files"));
  const auto id = c.submit({});
  c.advance(1min);
  ASSERT_TRUE(c.active(id));
  EXPECT_THAT(c.active(id)->trouble, HasSubstr("too many open files"));
  c.endpoints.fault = nullptr;
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
}

TEST_F(Launching, KillsAWorkerThatNeverSaysHelloAndGivesUpAfterSome) {
  const auto id = c.submit({.timeout = {.scenario = 60s, .start = 5s, .experiment = {}}});
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("timeout.start"));
  EXPECT_THAT(workers(), SizeIs(5));
  EXPECT_THAT(c.yard->containers, IsEmpty());
}

TEST_F(Launching, RemovesWorkersThatDieBeforeTheirHello) {
  const auto id = c.submit({});
  for (int death = 0; death < 5; ++death) {
    ASSERT_TRUE(c.wait_for_running(1)) << death;
    c.exit(c.running(), {.code = 1});
  }
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Failed);
  EXPECT_THAT(c.row(id)->reason, HasSubstr("before it said hello"));
}

TEST_F(Launching, RepeatsWhatTheFleetDidNotDo) {
  break_calls("remove", 3, false);
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_THAT(c.yard->containers, IsEmpty());
}

TEST_F(Launching, KeepsTheLogAndTheCauseOfAWorkerThatIsGone) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  c.yard->of(worker)->log = "last words";
  ASSERT_TRUE(c.hello(worker));
  ASSERT_TRUE(c.lease(worker));
  c.exit(worker, {.code = 137, .oom_killed = true});
  ASSERT_TRUE(c.advance_until([&] { return !c.up().worker(worker); }, 1min));
  EXPECT_EQ(c.stored([&](store::Store& store) { return store.kept_log(worker); }), "last words");
  EXPECT_EQ(workers().back().cause, DeathCause::Oom);
  EXPECT_EQ(workers().back().state, WorkerState::Gone);
  EXPECT_TRUE(c.active(id));
}

TEST_F(Launching, KeepsTheContainerOfAFailedWorkerForALookInside) {
  const auto id = c.submit({.keep = {.workers = experiment::KeepWorkers::OnFailure, .ttl = 1h}});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  ASSERT_TRUE(c.lease(worker));
  c.exit(worker, {.code = 3});
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_THAT(c.yard->containers, SizeIs(1));
  c.clock.jump(-24h);  // the time of day has no say in it
  ASSERT_TRUE(c.advance_until([&] { return c.yard->containers.empty(); }, 2h));
}

TEST_F(Launching, CountsTheAttemptsOfAPlace) {
  c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto first = c.running();
  ASSERT_TRUE(c.hello(first));
  ASSERT_TRUE(c.lease(first));
  c.exit(first, {.code = 3});
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_EQ(c.up().worker(c.running())->worker.attempt, 2);
}

TEST_F(Launching, GivesEachBatchAWorkerOfItsOwnWhereThatIsAskedFor) {
  const auto id = c.submit({.sizes = {6}, .batch = 2, .isolation = experiment::Isolation::Fresh});
  for (int batch = 0; batch < 3; ++batch) {
    ASSERT_TRUE(c.wait_for_running(1)) << batch;
    const auto worker = c.running();
    ASSERT_TRUE(c.hello(worker));
    const auto lease = c.lease(worker);
    ASSERT_TRUE(lease);
    c.commit(*lease);
    EXPECT_TRUE(c.up().should_leave(worker));
    c.exit(worker, {.code = 0});
  }
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
  EXPECT_THAT(workers(), SizeIs(3));
}

TEST_F(Launching, StopsAWorkerOnRequestAndGivesItsWorkToAnother) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  ASSERT_TRUE(c.lease(worker));
  c.run(c.up().stop_worker(worker));
  ASSERT_TRUE(c.advance_until([&] { return !c.up().worker(worker); }, 1min));
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded);
  EXPECT_EQ(c.progress(id).failed, 0u);
}

TEST_F(Launching, CancelsAnExperimentInEveryStateOfItsWorker) {
  for (int state = 0; state < 4; ++state) {
    const auto id = c.submit({});
    if (state > 0) {
      ASSERT_TRUE(c.wait_for_running(1));
    }
    if (state > 1) {
      ASSERT_TRUE(c.hello(c.running()));
    }
    if (state > 2) {
      ASSERT_TRUE(c.lease(c.running()));
    }
    c.run(c.up().cancel(id));
    ASSERT_TRUE(ends(id)) << state;
    EXPECT_EQ(state_of(id), ExperimentState::Cancelled) << state;
    EXPECT_THAT(c.yard->containers, IsEmpty()) << state;
    EXPECT_EQ(c.progress(id).leased, 0u) << state;
  }
}

TEST_F(Launching, RunsTwoExperimentsAtOnceAndSharesTheMachine) {
  c.yard->capacity.starts_at_once = 2;
  const auto first = c.submit({.name = "first", .sizes = {4}, .workers = 4, .batch = 1});
  const auto second = c.submit({.name = "second", .sizes = {4}, .workers = 4, .batch = 1});
  c.advance(1s);
  std::map<std::int64_t, int> started;
  for (const auto& [handle, container] : c.yard->containers) ++started[container.spec.experiment.value];
  EXPECT_THAT(started, SizeIs(1));  // both places went to the first, before the second came
  while (c.active(first) || c.active(second)) {
    ASSERT_TRUE(c.wait_for_running(1));
    do_everything(c.running());
    c.advance(1s);
  }
  EXPECT_EQ(state_of(first), ExperimentState::Succeeded);
  EXPECT_EQ(state_of(second), ExperimentState::Succeeded);
}

TEST_F(Launching, MakesAndClearsWhatAnExperimentShares) {
  const auto id = c.submit({.sizes = {4}, .workers = 2, .batch = 1, .storage = experiment::Storage::Shared});
  ASSERT_TRUE(c.wait_for_running(2));
  EXPECT_EQ(std::count(c.yard->calls.begin(), c.yard->calls.end(), "prepare_experiment"), 1);
  do_everything(c.running(1));
  do_everything(c.running(0));
  ASSERT_TRUE(ends(id));
  EXPECT_THAT(c.yard->prepared, IsEmpty());
}

TEST_F(Launching, PreparesAgainWhereAWorkerCouldNotBeStarted) {
  c.yard->fault = [this](const std::string& call, bool after) {
    if (after || refused > 0 || !call.starts_with("start")) return std::exception_ptr();
    ++refused;
    return std::make_exception_ptr(LaunchFailed(LaunchFailed::Kind::Transient, "the holder is not running"));
  };
  experiment::Retry once;
  once.attempts = 1;
  const auto id = c.submit({.sizes = {1}, .workers = 1, .retry = once});
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_EQ(std::count(c.yard->calls.begin(), c.yard->calls.end(), "prepare_experiment"), 2);
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  EXPECT_EQ(state_of(id), ExperimentState::Succeeded) << "charged to the machine";
}

TEST_F(Launching, LeavesWhatServesAnExperimentAndRemovesItAfterwards) {
  const auto id = c.submit({});
  fleet::LaunchSpec spec;
  spec.experiment = id;
  c.yard->containers["holder"] = {.spec = spec, .started = true, .exit = {}, .log = {}};
  ASSERT_TRUE(c.wait_for_running(1));
  c.advance(30s);
  EXPECT_THAT(c.yard->containers, testing::Contains(testing::Key("holder")));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  ASSERT_TRUE(c.advance_until([&] { return c.yard->containers.empty(); }, 1min)) << "as nobody's";
}

TEST_F(Launching, ClearsAwayBehindTheEndOfAnExperiment) {
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  c.settle();
  EXPECT_THAT(c.yard->prepared, IsEmpty());
}

TEST_F(Launching, KeepsASpareWhileExperimentsComeAndTakesItAlong) {
  using fleet::Spare;
  c.stop();
  c.yard->spare = Spare::Missing;
  c.start();
  c.advance(1s);
  EXPECT_EQ(c.yard->spare, Spare::There);
  const auto id = c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  EXPECT_EQ(c.yard->spare, Spare::Missing) << "taken, and no other while a worker starts";
  do_everything(c.running());
  ASSERT_TRUE(ends(id));
  c.advance(1s);
  EXPECT_EQ(c.yard->spare, Spare::There);
  c.advance(2min);
  EXPECT_EQ(c.yard->spare, Spare::Missing) << "nothing came";
  c.stop();
  c.start();
  c.advance(1s);
  EXPECT_EQ(c.yard->spare, Spare::There);
  c.stop();
  EXPECT_EQ(c.yard->spare, Spare::Missing) << "the controller leaves";
}

TEST_F(Launching, RemovesWhatNobodyOwnsButNotAtOnce) {
  fleet::LaunchSpec spec;
  spec.worker = {999};
  c.yard->containers["stray"] = {.spec = spec, .started = true, .exit = {}, .log = {}};
  c.advance(12s);  // seen by now, and perhaps just being recorded
  EXPECT_THAT(c.yard->containers, SizeIs(1));
  ASSERT_TRUE(c.advance_until([&] { return c.yard->containers.empty(); }, 1min));
}

TEST_F(Launching, SeesTheEndThatNoEventToldOf) {
  c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  ASSERT_TRUE(c.hello(worker));
  c.yard->containers.clear();  // and nobody is told
  ASSERT_TRUE(c.advance_until([&] { return !c.up().worker(worker); }, 1min));
  EXPECT_EQ(workers().back().cause, DeathCause::EngineLost);
}

TEST_F(Launching, GoesOnLookingAfterAFleetThatDidNotAnswer) {
  break_calls("list", 3, false);
  c.submit({});
  ASSERT_TRUE(c.wait_for_running(1));
  const auto worker = c.running();
  c.yard->containers.clear();
  ASSERT_TRUE(c.advance_until([&] { return !c.up().worker(worker); }, 2min));
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
