#include "common/async/joined.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/async/task_group.hpp"

namespace flowyard::async {
namespace {

// Answers that are made when the test says so.
class JoinedTest : public ::testing::Test {
 protected:
  Task<int> make() {
    const int number = ++begun;
    while (released < number) co_await release.wait_past(release.version());
    if (failing) throw std::runtime_error("no");
    co_return number;
  }
  Task<> ask(std::string key) {
    const std::size_t place = answers.size();
    answers.push_back(0);
    try {
      const auto answer = co_await joined.ask(key, [this] { return make(); });
      answers[place] = *answer;
    } catch (const std::runtime_error&) {
      answers[place] = -1;
    }
  }
  void start(std::string key) {
    tasks.spawn("ask", ask(std::move(key)));
    settle();
  }
  void let_end(int number) {
    released = number;
    release.notify();
    settle();
  }
  void settle() {
    io.restart();
    while (io.poll() > 0) io.restart();
  }
  void TearDown() override {
    tasks.cancel();
    settle();
  }

  asio::io_context io;
  Joined<std::string, int> joined;
  TaskGroup tasks{io.get_executor()};
  Event release{io.get_executor()};
  int begun = 0, released = 0;
  bool failing = false;
  std::vector<int> answers;
};

TEST_F(JoinedTest, GivesOneAnswerToAllWhoCameBeforeItWasBegun) {
  start("a");
  start("a");
  start("a");
  start("a");
  EXPECT_EQ(begun, 1);
  let_end(1);
  EXPECT_EQ(begun, 2);  // for the three that came while the first was being made
  let_end(2);
  EXPECT_EQ(begun, 2);
  EXPECT_EQ(answers, (std::vector<int>{1, 2, 2, 2}));
}

TEST_F(JoinedTest, NeverGivesAnAnswerThatIsOlderThanTheQuestion) {
  start("a");
  start("a");
  let_end(1);
  start("a");  // the second is being made
  let_end(2);
  let_end(3);
  EXPECT_EQ(answers, (std::vector<int>{1, 2, 3}));
}

TEST_F(JoinedTest, KeepsDifferentQuestionsApart) {
  start("a");
  start("b");
  EXPECT_EQ(begun, 2);
  let_end(2);
  EXPECT_EQ(answers, (std::vector<int>{1, 2}));
}

TEST_F(JoinedTest, OnesFailureIsNobodyElses) {
  start("a");
  start("a");
  start("a");
  failing = true;
  let_end(1);
  EXPECT_EQ(answers[0], -1);
  let_end(2);
  EXPECT_EQ(answers[1], -1);
  failing = false;
  let_end(3);
  EXPECT_EQ(answers[2], 3);
}

TEST_F(JoinedTest, WhoIsCancelledLeavesTheOthersAnAnswer) {
  asio::cancellation_signal signal;
  asio::co_spawn(io, ask("a"), asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  settle();
  start("a");
  signal.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(begun, 2);
  let_end(2);
  EXPECT_EQ(answers[1], 2);
}

}  // namespace
}  // namespace flowyard::async
