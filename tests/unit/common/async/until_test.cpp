#include "common/async/until.hpp"

#include <gtest/gtest.h>

#include "common/async/task_group.hpp"
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
Task<int> wait_then_note(bool& cancelled) {
  try {
    co_await sleep_for(1h);
  } catch (const std::exception& error) {
    cancelled = is_cancellation(error);
    throw;
  }
  co_return 0;
}
Task<> never() {
  co_await sleep_for(1h);
}
Task<> at_once() {
  co_return;
}
Task<> break_at_once() {
  throw std::runtime_error("the line is cut");
  co_return;
}

TEST(Until, GivesTheResultOfWorkThatIsDone) {
  asio::io_context io;
  EXPECT_EQ(run_task(io, until(answer(), never())), 42);
}

TEST(Until, PassesTheFailureOfTheWorkOn) {
  asio::io_context io;
  EXPECT_THROW(run_task(io, until(fail(), never())), std::runtime_error);
}

TEST(Until, CancelsTheWorkWhenStopReturnsOrThrows) {
  asio::io_context io;
  for (int throws = 0; throws < 2; ++throws) {
    bool cancelled = false;
    const auto result = run_task(io, until(wait_then_note(cancelled), throws ? break_at_once() : at_once()));
    EXPECT_EQ(result, std::nullopt);
    EXPECT_TRUE(cancelled);
  }
}

Task<> wait_until(bool& inner, bool& outer) {
  try {
    co_await until(wait_then_note(inner), never());
  } catch (const std::exception& error) {
    outer = is_cancellation(error);
    throw;
  }
}

Task<> spawn_and_cancel(TaskGroup& group, bool& inner, bool& outer) {
  group.spawn("waiting", wait_until(inner, outer));
  co_await test::let_others_run();
  group.cancel();
  co_await group.join();
}

TEST(Until, PassesACancellationFromOutsideOn) {
  asio::io_context io;
  TaskGroup group(io.get_executor());
  bool inner = false;
  bool outer = false;
  run_task(io, spawn_and_cancel(group, inner, outer));
  EXPECT_TRUE(inner);
  EXPECT_TRUE(outer);
}

}  // namespace
}  // namespace flowyard::async
