#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "common/async/backoff.hpp"
#include "common/async/blocking.hpp"
#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "common/async/timeout.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::async {
namespace {

using namespace std::chrono_literals;
using test::run_task;

Task<int> answer() {
  co_return 42;
}
Task<int> fail() {
  throw std::runtime_error("no");
  co_return 0;
}
Task<> never() {
  co_await sleep_for(1h);
}

TEST(Timeout, GivesTheResultOfWorkThatFinishes) {
  asio::io_context io;
  EXPECT_EQ(run_task(io, with_timeout(1h, answer())), 42);
}

TEST(Timeout, PassesAnEarlyFailureOnAtOnce) {
  asio::io_context io;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THROW(run_task(io, with_timeout(1h, fail())), std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10min);
}

TEST(Timeout, ThrowsTimedOutAndCancelsTheWork) {
  asio::io_context io;
  EXPECT_THROW(run_task(io, with_timeout(1ms, never())), TimedOut);
}

Task<> cancelled_from_outside(bool& was_cancelled) {
  try {
    co_await with_timeout(1h, never());
  } catch (const std::exception& error) {
    was_cancelled = is_cancellation(error);
    throw;
  }
}

Task<> spawn_cancel_join(TaskGroup& group, bool& was_cancelled) {
  group.spawn("sleeper", cancelled_from_outside(was_cancelled));
  co_await sleep_for(1ms);
  group.cancel();
  co_await group.join();
}

TEST(Timeout, StaysDistinctFromCancellationFromOutside) {
  asio::io_context io;
  TaskGroup group(io.get_executor());
  bool was_cancelled = false;
  run_task(io, spawn_cancel_join(group, was_cancelled));
  EXPECT_TRUE(was_cancelled);
  EXPECT_EQ(group.size(), 0u);
}

Task<> fail_quietly() {
  throw std::runtime_error("broken");
  co_return;
}

Task<> spawn_and_join(TaskGroup& group) {
  group.spawn("the one that fails", fail_quietly());
  co_await group.join();
}

TEST(TaskGroup, LogsAFailureUnderTheTasksName) {
  asio::io_context io;
  std::string lines;
  TaskGroup group(io.get_executor(), Log([&](LogLevel, const std::string& line) { lines += line; }));
  run_task(io, spawn_and_join(group));
  EXPECT_EQ(lines, "task failed task=\"the one that fails\" error=broken");
}

Task<> wait_for_change(Event& event, bool& woken) {
  co_await event.wait_past(0);
  woken = true;
}

Task<> end_one_of_two(TaskGroup& group, Event& event) {
  bool woken = false;
  const auto first = group.spawn("first", wait_for_change(event, woken));
  const auto second = group.spawn("second", wait_for_change(event, woken));
  first.cancel();
  co_await test::let_others_run();
  EXPECT_EQ(group.size(), 1u);
  EXPECT_FALSE(woken);
  first.cancel();  // it has ended: nothing happens
  event.notify();
  co_await group.join();
  EXPECT_TRUE(woken);
  second.cancel();
  TaskGroup::Handle().cancel();
}

TEST(TaskGroup, EndsOneTaskAndLeavesTheOthers) {
  asio::io_context io;
  TaskGroup group(io.get_executor());
  Event event(io.get_executor());
  run_task(io, end_one_of_two(group, event));
}

Task<> notify_later(TaskGroup& group, Event& event, bool& woken) {
  group.spawn("waiter", wait_for_change(event, woken));
  event.notify();
  co_await group.join();
}

TEST(Event, WakesAWaiterAndLosesNoChangeThatCameBefore) {
  asio::io_context io;
  TaskGroup group(io.get_executor());
  Event event(io.get_executor());
  bool woken = false;
  run_task(io, notify_later(group, event, woken));
  EXPECT_TRUE(woken);
  run_task(io, event.wait_past(0));  // already past: returns at once
  EXPECT_FALSE(run_task(io, event.wait_past(event.version(), 1ms)));
}

Task<std::thread::id> thread_of(BlockingPool& pool) {
  co_return co_await pool.run([] { return std::this_thread::get_id(); });
}
Task<> fail_in(BlockingPool& pool) {
  co_await pool.run([] { throw std::runtime_error("disk full"); });
}

TEST(BlockingPool, RunsElsewhereAndBringsBackValuesAndExceptions) {
  asio::io_context io;
  BlockingPool pool(1);
  EXPECT_NE(run_task(io, thread_of(pool)), std::this_thread::get_id());
  EXPECT_THROW(run_task(io, fail_in(pool)), std::runtime_error);
  pool.join();
}

Task<int> seven_unless_stopped(BlockingPool& pool) {
  co_return co_await pool.run_stoppable([](std::stop_token) { return 7; });
}
// Ends by nothing but the stop.
Task<int> wait_for_stop(BlockingPool& pool, std::atomic<bool>& stopped) {
  auto work = [&stopped](std::stop_token stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, stop, [] { return false; });
    stopped = true;
    return 1;
  };
  co_return co_await pool.run_stoppable(std::move(work));
}

TEST(BlockingPool, TellsLongWorkThatItsCallerIsCancelled) {
  asio::io_context io;
  BlockingPool pool(1);
  EXPECT_EQ(run_task(io, seven_unless_stopped(pool)), 7);
  std::atomic<bool> stopped = false;
  EXPECT_THROW(run_task(io, with_timeout(5ms, wait_for_stop(pool, stopped))), TimedOut);
  EXPECT_TRUE(stopped);
  pool.join();
}

TEST(Backoff, DoublesUpToItsMaximum) {
  const Backoff backoff{.initial = 100ms, .max = 1s};
  EXPECT_EQ(backoff.pause_before(1), 100ms);
  EXPECT_EQ(backoff.pause_before(3), 400ms);
  EXPECT_EQ(backoff.pause_before(64), 1s);
}

}  // namespace
}  // namespace flowyard::async
