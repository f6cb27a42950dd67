// A container's life on a real Engine: what start, wait, stop, kill and remove answer in each of its states.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/async/task_group.hpp"
#include "common/async/timeout.hpp"
#include "docker/client/ensure_removed.hpp"
#include "tests/support/real_engine.hpp"

namespace flowyard::test {
namespace {

using docker::ContainerStatus;
using docker::Engine;
using docker::ExitReport;
using docker::StartOutcome;
using docker::StopOutcome;
using docker::WaitCondition;
using testing::HasSubstr;
using namespace std::chrono_literals;

class ContainerLife : public RealEngine {
 protected:
  std::string create(std::vector<std::string> arguments) {
    const auto options = probe(std::move(arguments));
    run(engine_->create_container(options));
    return options.name;
  }
};

async::Task<ExitReport> wait_across_start(Engine& engine, std::string name) {
  docker::PendingExit exit = co_await engine.open_wait(name, WaitCondition::NextExit);
  co_await engine.start_container(name);
  co_return co_await exit.exit();
}

async::Task<ExitReport> wait(Engine& engine, std::string name, WaitCondition condition) {
  docker::PendingExit exit = co_await engine.open_wait(std::move(name), condition);
  co_return co_await exit.exit();
}

async::Task<ExitReport> wait_across_removal(Engine& engine, std::string name) {
  docker::PendingExit exit = co_await engine.open_wait(name, WaitCondition::NextExit);
  co_await engine.remove_container(name);
  co_return co_await exit.exit();
}

async::Task<> remove_side_by_side(Engine& engine, std::string name, int times) {
  async::TaskGroup removals(co_await async::asio::this_coro::executor);
  for (int n = 0; n < times; ++n) removals.spawn("remove", docker::ensure_removed(engine, name));
  co_await removals.join();
}

async::Task<> tell_again_and_again(Engine& engine, std::string name) {
  for (;;) {
    co_await engine.kill_container(name, "SIGUSR1");
    co_await async::sleep_for(1s);
  }
}

TEST_F(ContainerLife, RunsToItsExitAndKeepsItsLog) {
  const auto name = start_probe({"print", "2"});
  const auto state = wait_for_exit(name);
  EXPECT_EQ(state.status, ContainerStatus::Exited);
  EXPECT_EQ(state.exit_code, 0);
  EXPECT_TRUE(state.started && state.finished);
  const auto log = log_of(name);
  EXPECT_THAT(log, HasSubstr("out 1\n"));
  EXPECT_THAT(log, HasSubstr("err 2\n"));
  run(engine_->remove_container(name));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->inspect_container(name))));
}

TEST_F(ContainerLife, IsNotMissedByAWaitThatWasOpenedBeforeTheStart) {
  EXPECT_EQ(run(wait_across_start(*engine_, create({"exit", "7"}))).exit_code, 7);
}

TEST_F(ContainerLife, CountsAsNotRunningBeforeItsFirstStart) {
  const auto name = create({"exit", "7"});
  EXPECT_EQ(run(wait(*engine_, name, WaitCondition::NotRunning)).exit_code, 0);
  EXPECT_EQ(run(engine_->inspect_container(name)).state.status, ContainerStatus::Created);
}

TEST_F(ContainerLife, EndsAWaitWithZeroWhenItIsRemovedUnstarted) {
  EXPECT_EQ(run(wait_across_removal(*engine_, create({"exit", "7"}))).exit_code, 0);
}

TEST_F(ContainerLife, LeavesAWaitHangingWhenItsStartFails) {
  auto options = probe({});
  options.entrypoint = {"/no-such-program"};
  run(engine_->create_container(options));
  EXPECT_THROW(run(async::with_timeout(30s, wait_across_start(*engine_, options.name))), docker::EngineError);
  EXPECT_THROW(run(async::with_timeout(300ms, wait(*engine_, options.name, WaitCondition::NextExit))),
               async::TimedOut);
}

TEST_F(ContainerLife, IsStartedOnceWhileItRuns) {
  const auto name = create({"sleep"});
  EXPECT_EQ(run(engine_->start_container(name)), StartOutcome::Started);
  EXPECT_EQ(run(engine_->start_container(name)), StartOutcome::AlreadyRunning);
}

TEST_F(ContainerLife, RunsAgainWhenItIsStartedAfterItsExit) {
  const auto name = start_probe({"exit", "3"});
  wait_for_exit(name);
  EXPECT_EQ(run(engine_->start_container(name)), StartOutcome::Started);
  EXPECT_EQ(wait_for_exit(name).exit_code, 3);
}

TEST_F(ContainerLife, StopsOnceAndSaysSo) {
  const auto name = start_probe({"sleep"});
  EXPECT_EQ(run(engine_->stop_container(name, 10s)), StopOutcome::Stopped);
  EXPECT_EQ(run(engine_->inspect_container(name)).state.exit_code, 0);
  EXPECT_EQ(run(engine_->stop_container(name, 10s)), StopOutcome::AlreadyStopped);
}

TEST_F(ContainerLife, IsKilledAfterTheGraceWhenItDoesNotListen) {
  const auto name = start_probe({"stubborn"});
  run(engine_->stop_container(name, 1s));
  const auto state = run(engine_->inspect_container(name)).state;
  EXPECT_EQ(state.exit_code, 137);
  EXPECT_FALSE(state.oom_killed);
}

TEST_F(ContainerLife, TellsAKillFromOutsideFromRunningOutOfMemory) {
  const auto name = start_probe({"sleep"});
  run(engine_->kill_container(name));
  const auto state = wait_for_exit(name);
  EXPECT_EQ(state.exit_code, 137);
  EXPECT_FALSE(state.oom_killed);
}

TEST_F(ContainerLife, HearsTheSignalThatWasAskedFor) {
  const auto name = start_probe({"sleep"});
  run(engine_->kill_container(name, "SIGTERM"));
  EXPECT_EQ(wait_for_exit(name).exit_code, 0);
}

TEST_F(ContainerLife, TakesAnotherNameWhileItRuns) {
  const auto name = start_probe({"sleep"}), other = start_probe({"sleep"}), wanted = fresh_name("renamed");
  run(engine_->rename_container(name, wanted));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->inspect_container(name))));
  EXPECT_EQ(run(engine_->inspect_container(wanted)).state.status, ContainerStatus::Running);
  EXPECT_TRUE(is_conflict(refusal_of(engine_->rename_container(other, wanted))));
}

TEST_F(ContainerLife, CannotBeKilledAfterItsExit) {
  const auto name = start_probe({"exit", "0"});
  wait_for_exit(name);
  const auto refusal = refusal_of(engine_->kill_container(name));
  EXPECT_EQ(refusal.status(), 409);
  EXPECT_TRUE(is_not_running(refusal));
}

TEST_F(ContainerLife, IsNotRemovedWhileItRunsWithoutForce) {
  const auto name = start_probe({"sleep"});
  EXPECT_TRUE(is_conflict(refusal_of(engine_->remove_container(name))));
  EXPECT_EQ(run(engine_->inspect_container(name)).state.status, ContainerStatus::Running);
}

TEST_F(ContainerLife, IsGoneForEverybodyWhoRemovesItAtOnce) {
  const auto name = start_probe({"stubborn"});
  run(remove_side_by_side(*engine_, name, 6));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->inspect_container(name))));
  run(docker::ensure_removed(*engine_, name));  // gone already: no failure
}

// The Engine listens for the kernel's news only once the container runs, and so may miss what happens within
// moments of the start: it is then asked once more.
TEST_F(ContainerLife, EndsWhenItsMemoryIsUsedUp) {
  docker::ContainerState state;
  for (int attempt = 0; attempt < 10 && !state.oom_killed; ++attempt) {
    auto options = probe({"eat", "64"});
    options.memory = options.memory_swap = 16 << 20;
    run(engine_->create_container(options));
    run(engine_->start_container(options.name));
    state = wait_for_exit(options.name);
    EXPECT_EQ(state.exit_code, 137);
  }
  EXPECT_TRUE(state.oom_killed);
}

// Tells the probe to let a child eat, until the Engine has heard of it: it may hear nothing at first, as it
// listens for the kernel's news only once the container runs. False when the kernel took the parent, too.
async::Task<bool> run_child_out_of_memory(Engine& engine, docker::CreateContainer container) {
  docker::EventOptions news;
  news.types = {"container"};
  news.events = {"oom", "die"};
  docker::EventStream stream = co_await engine.events(std::move(news));
  const std::string name = container.name;
  co_await engine.create_container(std::move(container));
  co_await engine.start_container(name);
  async::TaskGroup telling(co_await async::asio::this_coro::executor);
  telling.spawn("tell", tell_again_and_again(engine, name));
  std::optional<docker::Event> event = co_await stream.read();
  while (event && event->attributes["name"] != name) event = co_await stream.read();
  telling.cancel();
  co_await telling.join();
  co_return event && event->action == "oom";
}

TEST_F(ContainerLife, MayRunOutOfMemoryAndStillExitWithZero) {
  docker::ContainerState state;
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto options = probe({"child-eats", "64"});
    options.memory = options.memory_swap = 16 << 20;
    if (!run(run_child_out_of_memory(*engine_, options))) continue;
    run(engine_->stop_container(options.name, 10s));
    state = wait_for_exit(options.name);
    if (state.exit_code == 0) break;
  }
  EXPECT_EQ(state.exit_code, 0);
  EXPECT_TRUE(state.oom_killed);
}

TEST_F(ContainerLife, IsMeasuredWhileItRuns) {
  auto options = probe({"eat", "8"});
  options.memory = options.memory_swap = 64 << 20;
  run(engine_->create_container(options));
  run(engine_->start_container(options.name));
  const auto stats = run(engine_->container_stats(options.name));
  EXPECT_EQ(stats.memory_limit, 64 << 20);
  EXPECT_GT(stats.memory, 0);
  EXPECT_GT(stats.cpu_ns, 0);
  EXPECT_EQ(stats.pids, 1);
  EXPECT_TRUE(stats.read);
}

}  // namespace
}  // namespace flowyard::test
