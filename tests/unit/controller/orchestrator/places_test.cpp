#include "controller/orchestrator/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::ExperimentId;
using experiment::WorkerId;
using experiment::WorkerState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr SteadyPoint kNow{Milliseconds{1'000'000}};

ExperimentFacts wanting(std::int64_t id, int priority = 0, SteadyPoint served = kNow) {
  ExperimentFacts e;
  e.id = {id};
  e.priority = priority;
  e.served = served;
  e.total = 100;
  e.pools = {{.number = 0, .at_once = 50, .due = 50, .waiting = 50, .leased = 10, .memory = 1 << 20}};
  return e;
}

// At work on a lease.
WorkerFacts busy(std::int64_t id, std::int64_t experiment) {
  WorkerFacts w;
  w.worker.id = {id};
  w.worker.experiment = {experiment};
  w.worker.state = WorkerState::Ready;
  w.since = w.last_heard = w.last_busy = w.last_progress = kNow;
  w.open_leases = 1;
  w.served = true;
  return w;
}

WorkerFacts idle(std::int64_t id, std::int64_t experiment) {
  auto w = busy(id, experiment);
  w.open_leases = 0;
  return w;
}

Facts facts_of(std::uint64_t max_workers, std::vector<ExperimentFacts> experiments,
               std::vector<WorkerFacts> workers = {}) {
  Facts facts{.now = kNow,
              .fleets = {{"",
                          {.capacity = {.cores = 2, .memory_bytes = 1ull << 32, .starts_at_once = 40},
                           .next_look = {},
                           .orphans = {}}}},
              .experiments = std::move(experiments),
              .workers = std::move(workers),
              .leases = {}};
  facts.max_workers = max_workers;
  facts.last_out_of_turn = kNow;
  return facts;
}

TEST(Places, NoMoreWorkersLiveThanMay) {
  EXPECT_EQ(plan(facts_of(8, {wanting(1)})).size(), 8u);
  EXPECT_EQ(plan(facts_of(8, {wanting(1)}, {busy(1, 1), busy(2, 1), busy(3, 1)})).size(), 5u);
  EXPECT_THAT(plan(facts_of(2, {wanting(1)}, {busy(1, 1), busy(2, 1)})), IsEmpty());
}

TEST(Places, AreOfAllExperimentsAndFleetsTogether) {
  auto elsewhere = wanting(2);
  elsewhere.fleet = "docker";
  auto facts = facts_of(4, {wanting(1), elsewhere});
  facts.fleets["docker"] = facts.fleets.at("");
  EXPECT_THAT(plan(facts), ElementsAre(Action(Launch{{1}, 0}), Action(Launch{{2}, 0}), Action(Launch{{1}, 0}),
                                       Action(Launch{{2}, 0})));
}

TEST(Places, WorkersThatEndCountUntilTheyHave) {
  auto leaving = idle(2, 1);
  leaving.worker.state = WorkerState::Draining;
  EXPECT_THAT(plan(facts_of(2, {wanting(1)}, {busy(1, 1), leaving})), IsEmpty());
  leaving.worker.state = WorkerState::Accounted;
  leaving.keep_until = kNow + 1h;
  EXPECT_THAT(plan(facts_of(2, {wanting(1)}, {busy(1, 1), leaving})), ElementsAre(Action(Launch{{1}, 0})));
}

TEST(Places, GoToTheHighestPriorityFirst) {
  EXPECT_THAT(plan(facts_of(2, {wanting(1), wanting(2, 5)})),
              ElementsAre(Action(Launch{{2}, 0}), Action(Launch{{2}, 0})));
}

TEST(Places, AmongEqualsGoToTheOneWithFewerWorkersThenToTheOneThatWaitedLonger) {
  EXPECT_THAT(plan(facts_of(3, {wanting(1), wanting(2)}, {busy(1, 1), busy(2, 1)})),
              ElementsAre(Action(Launch{{2}, 0})));
  EXPECT_THAT(plan(facts_of(1, {wanting(1), wanting(2, 0, kNow - 5s)})), ElementsAre(Action(Launch{{2}, 0})));
}

TEST(Places, AHigherPriorityTakesThemAsLeasesEnd) {
  // Both may still be computing: they are let go, and end once what they hold is done.
  EXPECT_THAT(plan(facts_of(2, {wanting(1), wanting(2, 1)}, {busy(1, 1), busy(2, 1)})),
              ElementsAre(Action(Drain{{1}}), Action(Drain{{2}})));
  EXPECT_THAT(plan(facts_of(2, {wanting(1, 1), wanting(2)}, {busy(1, 1), busy(2, 1)})), IsEmpty());
}

TEST(Places, NoMoreAreFreedThanAreWanted) {
  auto small = wanting(2, 1);
  small.pools[0].due = 1;
  const auto one = facts_of(3, {wanting(1), small}, {busy(1, 1), idle(2, 1), busy(3, 1)});
  EXPECT_THAT(plan(one), ElementsAre(Action(Drain{{2}})));  // the idle one
  auto facts = one;
  facts.workers[1].action_pending = true;  // on its way
  EXPECT_THAT(plan(facts), IsEmpty());
  facts.workers[1].action_pending = false;
  facts.workers[1].worker.state = WorkerState::Draining;
  EXPECT_THAT(plan(facts), IsEmpty());
}

TEST(Places, AreSharedEvenlyAmongEquals) {
  EXPECT_THAT(plan(facts_of(4, {wanting(1), wanting(2)}, {busy(1, 1), busy(2, 1), busy(3, 1), busy(4, 1)})),
              ElementsAre(Action(Drain{{1}}), Action(Drain{{2}})));
  EXPECT_THAT(plan(facts_of(4, {wanting(1), wanting(2)}, {busy(1, 1), busy(2, 1), busy(3, 2), busy(4, 2)})),
              IsEmpty());
  EXPECT_THAT(plan(facts_of(3, {wanting(1), wanting(2)}, {busy(1, 1), busy(2, 1), busy(3, 2)})), IsEmpty());
}

TEST(Places, AWorkerHasItsFirstLeaseBeforeItIsLetGo) {
  auto fresh = idle(1, 1);
  fresh.served = false;
  EXPECT_THAT(plan(facts_of(1, {wanting(1), wanting(2, 1)}, {fresh})), IsEmpty());
  fresh.worker.state = WorkerState::Starting;
  EXPECT_THAT(plan(facts_of(1, {wanting(1), wanting(2, 1)}, {fresh})), IsEmpty());
}

TEST(Places, AWorkerThatHasNothingToDoMakesRoomForAnybody) {
  auto done = wanting(1, 9);
  done.pools[0].due = 0;
  done.pools[0].leased = 3;  // one of which may fail and need it
  EXPECT_THAT(plan(facts_of(2, {done, wanting(2)}, {busy(1, 1), idle(2, 1)})),
              ElementsAre(Action(Drain{{2}})));
  auto small = wanting(2);
  small.pools[0].due = 1;
  EXPECT_THAT(plan(facts_of(3, {done, small}, {busy(1, 1), idle(2, 1)})),
              ElementsAre(Action(Launch{{2}, 0})));
}

TEST(Places, AmongEqualsTheOneThatWaitedAMinuteTakesTheOldestWorkersPlace) {
  auto facts =
      facts_of(2, {wanting(1), wanting(2), wanting(3, 0, kNow - kPatience + 1ms)}, {busy(5, 1), busy(4, 2)});
  EXPECT_THAT(plan(facts), IsEmpty());
  EXPECT_EQ(next_deadline(facts), kNow + 1ms);
  facts.experiments[2].served = kNow - kPatience;
  EXPECT_THAT(plan(facts), ElementsAre(Action(Drain{{4}})));
}

TEST(Places, OnceAMinuteTheLongestWaitingComesFirstWhateverItsPriority) {
  auto facts =
      facts_of(1, {wanting(1, 9), wanting(2, -3, kNow - 2 * kPatience), wanting(3, -1, kNow - kPatience)},
               {busy(1, 1)});
  EXPECT_THAT(plan(facts), IsEmpty());
  facts.last_out_of_turn = kNow - kPatience;
  EXPECT_THAT(plan(facts), ElementsAre(Action(Drain{{1}})));
  facts.workers.clear();
  EXPECT_THAT(plan(facts), ElementsAre(Action(Launch{{2}, 0, true})));
  // It has it for a lease.
  facts.workers = {busy(2, 2)};
  facts.experiments[1].served = kNow;
  facts.last_out_of_turn = kNow;
  EXPECT_THAT(plan(facts), ElementsAre(Action(Drain{{2}})));
}

TEST(Places, ThatAreTooManyAreGivenUpAfterALimitWasLowered) {
  EXPECT_THAT(plan(facts_of(1, {wanting(1), wanting(2, 1)}, {busy(1, 1), busy(2, 2), busy(3, 1)})),
              ElementsAre(Action(Drain{{1}}), Action(Drain{{3}})));
}

TEST(Places, WhoWaitsIsToldHowMuchComesBefore) {
  const auto waiting = queued(facts_of(2, {wanting(1), wanting(2), wanting(3, 5), wanting(4, 0, kNow - 1s)},
                                       {busy(1, 1), busy(2, 1)}));
  EXPECT_THAT(waiting,
              ElementsAre(Pair(ExperimentId{2}, Queued{2, 2, 2}), Pair(ExperimentId{3}, Queued{2, 2, 0}),
                          Pair(ExperimentId{4}, Queued{2, 2, 1})));
  EXPECT_EQ(describe(waiting.at({2})), "waiting: 2 of 2 workers busy, 2 experiments before it");
  EXPECT_EQ(describe(waiting.at({4})), "waiting: 2 of 2 workers busy, 1 experiment before it");
  EXPECT_EQ(describe(waiting.at({3})), "waiting: 2 of 2 workers busy, next in turn");
  EXPECT_THAT(queued(facts_of(3, {wanting(1), wanting(2)}, {busy(1, 1), busy(2, 1)})), IsEmpty());
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
