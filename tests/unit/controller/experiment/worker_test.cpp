#include "controller/experiment/worker.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::experiment {
namespace {

constexpr WorkerState kLast = WorkerState::Gone;

TEST(Worker, OnlyEverMovesForward) {
  for (int from = 0; from <= static_cast<int>(kLast); ++from) {
    for (int to = 0; to <= from; ++to) {
      EXPECT_FALSE(may_follow(static_cast<WorkerState>(from), static_cast<WorkerState>(to)))
          << from << "->" << to;
    }
  }
}

TEST(Worker, IsAccountedForBeforeItIsRemoved) {
  EXPECT_FALSE(may_follow(WorkerState::Exited, WorkerState::Removing));
  EXPECT_FALSE(may_follow(WorkerState::Exited, WorkerState::Gone));
  EXPECT_TRUE(may_follow(WorkerState::Accounted, WorkerState::Removing));
}

TEST(Worker, CanReachItsEndFromEveryState) {
  for (int from = 0; from < static_cast<int>(WorkerState::Exited); ++from) {
    EXPECT_TRUE(may_follow(static_cast<WorkerState>(from), WorkerState::Exited)) << from;
  }
}

TEST(Worker, TellsOutOfMemoryFirstEvenAtExitCodeZero) {
  EXPECT_EQ(cause_of({.code = 0, .oom_killed = true}), DeathCause::Oom);
  EXPECT_EQ(cause_of({.code = 137, .oom_killed = true}), DeathCause::Oom);
}

TEST(Worker, TakesAnUnexplained137ForAKillFromOutside) {
  EXPECT_EQ(cause_of({.code = 137}), DeathCause::EngineLost);
  EXPECT_EQ(cause_of({.vanished = true}), DeathCause::EngineLost);
  EXPECT_EQ(cause_of({.code = 3}), DeathCause::AppExit);
  EXPECT_EQ(cause_of({.code = 0}), DeathCause::None);
}

TEST(Worker, SpellsEveryStateAndCauseSoThatItCanBeReadBack) {
  for (int i = 0; i <= static_cast<int>(kLast); ++i) {
    const auto state = static_cast<WorkerState>(i);
    EXPECT_EQ(worker_state_from(to_string(state)), state);
  }
  for (int i = 0; i <= static_cast<int>(DeathCause::Stopped); ++i) {
    const auto cause = static_cast<DeathCause>(i);
    EXPECT_EQ(death_cause_from(to_string(cause)), cause);
  }
}

}  // namespace
}  // namespace flowyard::controller::experiment
