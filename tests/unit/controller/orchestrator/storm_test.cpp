#include "controller/orchestrator/storm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::orchestrator {
namespace {

using experiment::DeathCause;
using ::testing::HasSubstr;

void die(Storm& storm, int times, DeathCause cause = DeathCause::Oom) {
  for (int i = 0; i < times; ++i) storm.died(cause);
}

TEST(Storm, RagesAfterFiveDeathsOfOneCause) {
  Storm storm(1);
  die(storm, 4);
  EXPECT_FALSE(storm.rages());
  die(storm, 1);
  EXPECT_TRUE(storm.rages());
  EXPECT_FALSE(storm.is_hopeless());
}

TEST(Storm, BearsTwoDeathsOfEachWorkerOfALargePool) {
  Storm storm(10);
  die(storm, 19);
  EXPECT_FALSE(storm.rages());
  die(storm, 1);
  EXPECT_TRUE(storm.rages());
}

TEST(Storm, EndsWithTheFirstResult) {
  Storm storm(1);
  die(storm, 9);
  storm.committed();
  EXPECT_FALSE(storm.rages());
  die(storm, 4);
  EXPECT_FALSE(storm.rages());
}

TEST(Storm, CountsAnewForAnotherCauseAndPassesOverTheMachines) {
  Storm storm(1);
  die(storm, 4);
  die(storm, 3, DeathCause::EngineLost);
  die(storm, 3, DeathCause::Stopped);
  EXPECT_FALSE(storm.rages());
  die(storm, 4, DeathCause::AppExit);
  EXPECT_FALSE(storm.rages());
  die(storm, 1, DeathCause::AppExit);
  EXPECT_TRUE(storm.rages());
}

TEST(Storm, IsHopelessOnceAsManySingleScenariosFailedToo) {
  Storm storm(1);
  die(storm, 5);
  for (std::uint64_t scenario = 0; scenario < 4; ++scenario) storm.died_of(scenario, DeathCause::Oom);
  storm.died_of(3, DeathCause::Oom);  // the same again says nothing new
  EXPECT_FALSE(storm.is_hopeless());
  storm.died_of(4, DeathCause::Oom);
  EXPECT_TRUE(storm.is_hopeless());
}

TEST(Storm, NamesTheSettingToChange) {
  Storm storm(1);
  die(storm, 5);
  EXPECT_THAT(reason_of(storm, {.cpus = 1, .memory = 8u << 20, .pids = 64}, {}),
              HasSubstr("raise workers.memory (now 8 MiB)"));
  Storm slow(1);
  die(slow, 5, DeathCause::Timeout);
  EXPECT_THAT(reason_of(slow, {}, {}), HasSubstr("raise timeout.scenario (now 60 s)"));
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
