#include "controller/orchestrator/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::DeathCause;
using experiment::ExperimentId;
using experiment::WorkerId;
using experiment::WorkerState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::VariantWith;

constexpr SteadyPoint kNow{Milliseconds{1'000'000}};
constexpr std::uint64_t kMiB = 1 << 20;

ExperimentFacts an_experiment(std::int64_t id, std::uint64_t due, std::uint64_t at_once) {
  ExperimentFacts e;
  e.id = {id};
  e.total = 100;
  e.pools = {{.number = 0, .at_once = at_once, .due = due, .waiting = due, .leased = 0, .memory = 64 * kMiB}};
  return e;
}

WorkerFacts a_worker(std::int64_t id, WorkerState state, std::int64_t experiment = 1) {
  WorkerFacts w;
  w.worker.id = {id};
  w.worker.experiment = {experiment};
  w.worker.state = state;
  w.since = w.last_heard = w.last_busy = kNow;
  w.last_progress = kNow;
  return w;
}

Facts facts_of(std::vector<ExperimentFacts> experiments, std::vector<WorkerFacts> workers = {}) {
  return {.now = kNow,
          .fleets = {{"",
                      {.capacity = {.cores = 2, .memory_bytes = 4096 * kMiB, .starts_at_once = 4},
                       .next_look = {},
                       .orphans = {}}}},
          .experiments = std::move(experiments),
          .workers = std::move(workers),
          .leases = {}};
}

TEST(Plan, LaunchesWhatAnExperimentWantsAndNoMore) {
  EXPECT_THAT(plan(facts_of({an_experiment(1, 3, 2)})),
              ElementsAre(Action(Launch{{1}, 0}), Action(Launch{{1}, 0})));
}

TEST(Plan, MakesASpareWhereOneIsKeptAndNothingElseIsBeingStarted) {
  auto facts = facts_of({});
  facts.last_active = kNow;
  EXPECT_THAT(plan(facts), IsEmpty());
  auto& fleet = facts.fleets[""];
  fleet.spare = fleet::Spare::Missing;
  EXPECT_THAT(plan(facts), ElementsAre(Action(MakeSpare{""})));
  fleet.spare_pending = true;
  EXPECT_THAT(plan(facts), IsEmpty());
  fleet.spare_pending = false;
  fleet.no_spare_before = kNow + 1s;
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + 1s);
  fleet.no_spare_before = {};
  facts.experiments = {an_experiment(1, 1, 1)};
  EXPECT_THAT(plan(facts), Not(Contains(VariantWith<MakeSpare>(MakeSpare{""})))) << "a worker is launched";
  facts.workers = {a_worker(1, WorkerState::Starting)};
  EXPECT_THAT(plan(facts), Not(Contains(VariantWith<MakeSpare>(MakeSpare{""}))));
  facts.workers = {a_worker(1, WorkerState::Ready)};
  EXPECT_THAT(plan(facts), Contains(VariantWith<MakeSpare>(MakeSpare{""})));
}

TEST(Plan, GivesTheSpareBackWhenNoExperimentComes) {
  auto facts = facts_of({});
  auto& fleet = facts.fleets[""];
  fleet.spare = fleet::Spare::There;
  facts.last_active = kNow - kSpareKept + 1s;
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + 1s);
  facts.now = kNow + 1s;
  EXPECT_THAT(plan(facts), ElementsAre(Action(ReleaseSpare{""})));
  fleet.spare = fleet::Spare::Missing;
  EXPECT_THAT(plan(facts), IsEmpty()) << "and makes no other";
}

TEST(Plan, LaunchesNoMoreThanThereAreLeasesToHandOut) {
  EXPECT_EQ(plan(facts_of({an_experiment(1, 1, 8)})).size(), 1u);
}

TEST(Plan, CapsConcurrentStartsOverAllExperiments) {
  const auto actions = plan(facts_of({an_experiment(1, 50, 50)}, {a_worker(1, WorkerState::Starting)}));
  EXPECT_EQ(actions.size(), 3u);
}

TEST(Plan, SharesStartsFairlyBetweenExperiments) {
  const auto actions = plan(facts_of({an_experiment(1, 50, 50), an_experiment(2, 50, 50)}));
  int first = 0;
  for (const auto& action : actions) first += std::get<Launch>(action).experiment == ExperimentId{1} ? 1 : 0;
  EXPECT_EQ(first, 2);
  EXPECT_EQ(actions.size(), 4u);
}

TEST(Plan, StaysWithinTheMemoryOfTheMachine) {
  auto facts = facts_of({an_experiment(1, 50, 50)});
  facts.fleets[""].capacity.memory_bytes = 160 * kMiB;
  EXPECT_EQ(plan(facts).size(), 2u);
}

TEST(Plan, LaunchesOneWorkerEvenWhereItsLimitPassesTheMachine) {
  auto facts = facts_of({an_experiment(1, 5, 5)});
  facts.fleets[""].capacity.memory_bytes = 32 * kMiB;
  EXPECT_EQ(plan(facts).size(), 1u);
}

TEST(Plan, AsksEachFleetForItsOwnRoom) {
  auto here = an_experiment(1, 5, 5);
  auto elsewhere = an_experiment(2, 50, 50);
  elsewhere.fleet = "docker";
  auto facts = facts_of({here, elsewhere}, {a_worker(7, WorkerState::Starting)});
  facts.fleets[""].capacity.starts_at_once = 1;  // taken by the worker that starts
  facts.fleets["docker"].capacity = {.cores = 32, .memory_bytes = 4096 * kMiB, .starts_at_once = 3};
  EXPECT_THAT(plan(facts),
              ElementsAre(Action(Launch{{2}, 0}), Action(Launch{{2}, 0}), Action(Launch{{2}, 0})));
}

TEST(Plan, ReplacesAWorkerThatExitedEarly) {
  const auto actions = plan(facts_of({an_experiment(1, 1, 1)}, {a_worker(7, WorkerState::Exited)}));
  EXPECT_THAT(actions, ElementsAre(Action(Collect{{7}}), Action(Launch{{1}, 0})));
}

TEST(Plan, WaitsOutTheBackoffAfterFailedLaunches) {
  auto e = an_experiment(1, 5, 5);
  e.no_launch_before = kNow + 1s;
  const auto facts = facts_of({e});
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + 1s);
}

TEST(Plan, AccountsBeforeItRemoves) {
  auto e = an_experiment(1, 0, 1);
  EXPECT_THAT(plan(facts_of({e}, {a_worker(7, WorkerState::Exited)})), Contains(Action(Collect{{7}})));
  EXPECT_THAT(plan(facts_of({e}, {a_worker(7, WorkerState::Accounted)})), Contains(Action(Remove{{7}})));
}

TEST(Plan, LeavesAWorkerInHandAlone) {
  auto w = a_worker(7, WorkerState::Exited);
  w.action_pending = true;
  EXPECT_THAT(plan(facts_of({an_experiment(1, 0, 1)}, {w})), IsEmpty());
}

TEST(Plan, KillsAWorkerThatNeverSaidHello) {
  auto w = a_worker(7, WorkerState::Starting);
  w.since = kNow - 61s;
  EXPECT_THAT(plan(facts_of({an_experiment(1, 0, 1)}, {w})),
              Contains(VariantWith<Kill>(::testing::Field(&Kill::cause, DeathCause::LaunchTransient))));
}

TEST(Plan, KillsAWorkerThatWentSilentOrStuckAndTellsWhich) {
  auto e = an_experiment(1, 0, 1);
  e.pools[0].leased = 5;
  auto silent = a_worker(7, WorkerState::Ready);
  silent.last_heard = kNow - 21s;
  auto stuck = a_worker(8, WorkerState::Ready);
  stuck.open_leases = 1;
  stuck.last_progress = kNow - 61s;
  const auto actions = plan(facts_of({e}, {silent, stuck}));
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_EQ(std::get<Kill>(actions[0]).cause, DeathCause::HeartbeatLost);
  EXPECT_EQ(std::get<Kill>(actions[1]).cause, DeathCause::Timeout);
}

TEST(Plan, DrainsAnIdleWorkerOnlyWhenNobodyMayNeedItAnyMore) {
  auto e = an_experiment(1, 0, 2);
  e.pools[0].leased = 3;
  EXPECT_THAT(plan(facts_of({e}, {a_worker(7, WorkerState::Ready)})), IsEmpty());
  e.pools[0].leased = 0;
  EXPECT_THAT(plan(facts_of({e}, {a_worker(7, WorkerState::Ready)})), ElementsAre(Action(Drain{{7}})));
}

TEST(Plan, DrainsASingleUseWorkerAfterItsLease) {
  auto e = an_experiment(1, 5, 1);
  auto w = a_worker(7, WorkerState::Ready);
  w.used_up = true;
  EXPECT_THAT(plan(facts_of({e}, {w})), ElementsAre(Action(Drain{{7}})));
}

TEST(Plan, StopsTheWorkersOfACancelledExperimentAndFinishesItWhenTheyAreGone) {
  auto e = an_experiment(1, 5, 2);
  e.cancel_wanted = true;
  EXPECT_THAT(plan(facts_of({e}, {a_worker(7, WorkerState::Ready)})),
              ElementsAre(Action(Abandon{{1}, ""}), VariantWith<Kill>(::testing::_)));
  e.finished = true;
  EXPECT_THAT(plan(facts_of({e}, {a_worker(7, WorkerState::Removing)})), ElementsAre(Action(Remove{{7}})));
  EXPECT_THAT(plan(facts_of({e})), ElementsAre(Action(Finish{{1}})));
}

TEST(Plan, GivesUpAnExperimentWithMoreFailuresThanItBears) {
  auto e = an_experiment(1, 5, 2);
  e.failures.max = experiment::FailureCount{3};
  e.failed = 4;
  EXPECT_THAT(plan(facts_of({e})), Contains(VariantWith<Abandon>(::testing::_)));
}

TEST(Plan, KeepsAWorkerForALookInsideAsLongAsAskedAlsoWhenItsExperimentIsOver) {
  auto w = a_worker(7, WorkerState::Accounted, 9);
  w.keep_until = kNow + 1h;
  auto facts = facts_of({}, {w});
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + 1h);
  facts.now = kNow + 1h;
  EXPECT_THAT(plan(facts), ElementsAre(Action(Remove{{7}})));
}

TEST(Plan, ClearsAwayTheWorkersOfAnExperimentThatIsOver) {
  EXPECT_THAT(plan(facts_of({}, {a_worker(7, WorkerState::Ready, 9)})),
              ElementsAre(VariantWith<Kill>(::testing::_)));
}

TEST(Plan, SaysNothingOfAConvergedState) {
  auto e = an_experiment(1, 0, 1);
  e.pools[0].leased = 1;
  auto w = a_worker(7, WorkerState::Ready);
  w.open_leases = 1;
  EXPECT_THAT(plan(facts_of({e}, {w})), IsEmpty());
}

// --- what fleets say

TEST(Plan, RecordsTheEndThatAFleetTellsOf) {
  auto w = a_worker(7, WorkerState::Ready);
  w.seen =
      Observation{.there = true, .handle = "h", .created_only = false, .exit = experiment::Exit{.code = 3}};
  const auto actions = plan(facts_of({an_experiment(1, 0, 1)}, {w}));
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(std::get<RecordEnd>(actions[0]).exit.code, 3);
}

TEST(Plan, TakesAWorkerThatIsNotThereForVanished) {
  auto w = a_worker(7, WorkerState::Starting);
  w.seen = Observation{.there = false};
  const auto actions = plan(facts_of({an_experiment(1, 0, 1)}, {w}));
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_TRUE(std::get<RecordEnd>(actions[0]).exit.vanished);
}

TEST(Plan, GoesOnWhereAControllerBeforeStopped) {
  const auto e = an_experiment(1, 0, 1);
  auto w = a_worker(7, WorkerState::Creating);
  w.seen = Observation{.there = true, .handle = "h", .created_only = true, .exit = {}};
  EXPECT_THAT(plan(facts_of({e}, {w})), ElementsAre(Action(Settle{{7}, WorkerState::Created, "h"})));
  w.seen->created_only = false;
  EXPECT_THAT(plan(facts_of({e}, {w})), ElementsAre(Action(Settle{{7}, WorkerState::Starting, "h"})));
  w.worker.state = WorkerState::Starting;
  EXPECT_THAT(plan(facts_of({e}, {w})), IsEmpty());
  w.seen->created_only = true;  // the order to start it was stored and never given
  EXPECT_THAT(plan(facts_of({e}, {w})), ElementsAre(Action(Start{{7}})));
}

TEST(Plan, LooksAtAFleetWhenItIsTimeAndNotTwiceAtOnce) {
  auto facts = facts_of({});
  facts.fleets[""].next_look = kNow + 1s;
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + 1s);
  facts.now = kNow + 1s;
  EXPECT_THAT(plan(facts), ElementsAre(Action(Look{""})));
  facts.fleets[""].next_look.reset();
  EXPECT_THAT(plan(facts), IsEmpty());
}

TEST(Plan, RemovesWhatNobodyOwnsAfterAWhile) {
  auto facts = facts_of({});
  facts.fleets[""].orphans = {{.handle = "h", .first_seen = kNow}};
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + kOrphanGrace);
  facts.now = kNow + kOrphanGrace;
  EXPECT_THAT(plan(facts), ElementsAre(Action(RemoveOrphan{"", "h"})));
  facts.fleets[""].orphans[0].action_pending = true;
  EXPECT_THAT(plan(facts), IsEmpty());
}

// --- leases

TEST(Plan, EndsTheLeasesOfTheDeadByTheCauseOfTheirDeath) {
  LeaseFacts lease{.experiment = {1}, .lease = {5}, .action_pending = false, .loss = {}, .dead_holder = {}};
  auto facts = facts_of({an_experiment(1, 0, 1)});
  facts.leases = {lease};
  auto actions = plan(facts);
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(std::get<EndLease>(actions[0]).loss.cause, DeathCause::EngineLost);
  experiment::Worker dead;
  dead.name = "novel-poodle";
  dead.cause = DeathCause::Oom;
  facts.leases[0].dead_holder = dead;
  actions = plan(facts);
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(std::get<EndLease>(actions[0]).loss.cause, DeathCause::Oom);
  EXPECT_EQ(std::get<EndLease>(actions[0]).loss.worker, "novel-poodle");
  facts.leases[0].action_pending = true;
  EXPECT_THAT(plan(facts), IsEmpty());
}

TEST(Plan, GivesUpAnExperimentOfWhichNothingWillEverBeDone) {
  auto e = an_experiment(1, 5, 2);
  e.pools[0].hopeless = "all die";
  EXPECT_THAT(plan(facts_of({e})), Contains(Action(Abandon{{1}, "all die"})));
}

TEST(Plan, GivesUpAnExperimentThatRanLongerThanItMay) {
  auto e = an_experiment(1, 5, 2);
  e.deadline = kNow + 1h;
  auto facts = facts_of({e});
  EXPECT_THAT(plan(facts), Not(Contains(VariantWith<Abandon>(::testing::_))));
  EXPECT_EQ(next_deadline(facts), kNow + 1h);
  facts.now = kNow + 1h;
  EXPECT_THAT(plan(facts), Contains(VariantWith<Abandon>(::testing::_)));
}

TEST(Plan, AbandonsAnExperimentOnce) {
  // Else the orchestrator would go round without a pause until its last worker has ended.
  auto e = an_experiment(1, 0, 1);
  e.cancel_wanted = true;
  e.closed = true;
  e.pools[0].leased = 1;
  auto w = a_worker(1, WorkerState::Ready);
  w.action_pending = true;  // its kill is under way
  EXPECT_THAT(plan(facts_of({e}, {w})), IsEmpty());
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
