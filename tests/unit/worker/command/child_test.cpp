// Real processes of /bin/sh.
#include "worker/command/child.hpp"

#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace flowyard::worker::command {
namespace {

using namespace std::chrono_literals;

class ChildTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { become_reaper(); }

  std::unique_ptr<Child> shell(const std::string& script, const std::string& input_file = "") {
    return Child::start({.words = {"/bin/sh", "-c", script},
                         .env = {{"TOLD", "a word"}},
                         .folder = folder_.path(),
                         .input_file = input_file})
        .value();
  }
  static SteadyPoint soon() { return std::chrono::steady_clock::now() + 20s; }

  // All lines of one stream, and the end.
  struct Whole {
    std::string output, error;
    Ended end;
  };
  static Whole whole(Child& child) {
    Whole whole;
    for (;;) {
      auto happening = child.next(soon(), {});
      if (auto* line = std::get_if<Line>(&happening)) {
        (line->stream == Stream::Output ? whole.output : whole.error) += line->text + "\n";
      } else {
        whole.end = std::get<Ended>(happening);
        return whole;
      }
    }
  }

  test::TemporaryFolder folder_;
};

TEST_F(ChildTest, TellsBothStreamsAndTheExitCode) {
  const auto child = shell("echo one; echo two >&2; printf three; exit 7");
  const auto all = whole(*child);
  EXPECT_EQ(all.output, "one\nthree\n");
  EXPECT_EQ(all.error, "two\n");
  EXPECT_EQ(all.end.code, 7);
  EXPECT_EQ(all.end.signal, 0);
}

TEST_F(ChildTest, RunsInItsFolderWithItsEnvironment) {
  const auto child = shell("pwd; echo $TOLD");
  EXPECT_EQ(whole(*child).output, std::filesystem::canonical(folder_.path()).string() + "\na word\n");
}

TEST_F(ChildTest, DoesNotKnowWhereTheControllerIs) {
  ::setenv("FLOWYARD_TOKEN_FILE", "/secret", 1);
  const auto child = shell("env");
  EXPECT_EQ(whole(*child).output.find("secret"), std::string::npos);
  ::unsetenv("FLOWYARD_TOKEN_FILE");
}

TEST_F(ChildTest, ReadsWhatIsSentAsItCan) {
  const auto child = shell("while read line; do echo \"got ${#line}\"; done");
  child->send(std::string(1 << 20, 'x') + "\n");
  auto happening = child->next(soon(), {});
  EXPECT_EQ(std::get<Line>(happening).text, "got 1048576");
  child->send("yes\n");
  happening = child->next(soon(), {});
  EXPECT_EQ(std::get<Line>(happening).text, "got 3");
}

TEST_F(ChildTest, ReadsAFile) {
  const std::string file = folder_ / "in";
  std::ofstream(file) << "from a file\n";
  const auto child = shell("cat", file);
  EXPECT_EQ(whole(*child).output, "from a file\n");
}

TEST_F(ChildTest, SaysWhichSignalKilledIt) {
  const auto child = shell("kill -SEGV $$");
  EXPECT_EQ(whole(*child).end.signal, SIGSEGV);
}

TEST_F(ChildTest, OutlivesAProgramThatDoesNotRead) {
  const auto child = shell("exec <&-; sleep 0.1; echo unread");
  child->send(std::string(1 << 20, 'x'));
  EXPECT_EQ(whole(*child).output, "unread\n");
}

TEST_F(ChildTest, IsNotStartedWhereThereIsNoSuchProgram) {
  const auto none = Child::start({.words = {"no-such-program"}, .env = {}, .folder = "/", .input_file = {}});
  ASSERT_TRUE(none.has_error());
  EXPECT_EQ(none.error().message, "the command 'no-such-program' cannot be run: No such file or directory");
  const auto folder = Child::start({.words = {"/"}, .env = {}, .folder = "/", .input_file = {}});
  EXPECT_NE(folder.error().message.find("Permission denied"), std::string::npos);
}

TEST_F(ChildTest, WhatItLeavesBehindIsKilled) {
  // A daemon in a session of its own, which holds the pipes open, and tells its number.
  const auto child = shell("setsid sh -c 'echo $$; exec sleep 600' & sleep 0.3");
  const auto all = whole(*child);
  const pid_t daemon = std::stoi(all.output);
  EXPECT_EQ(::kill(daemon, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(ChildTest, IsKilledWithItsObject) {
  pid_t pid = 0;
  {
    const auto child = shell("echo $$; trap '' TERM; while :; do sleep 1; done");
    const auto happening = child->next(soon(), {});
    pid = std::stoi(std::get<Line>(happening).text);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(ChildTest, StopsWaitingAtTheDeadlineAndWhenTold) {
  const auto child = shell("sleep 600");
  EXPECT_TRUE(std::holds_alternative<NothingYet>(child->next(std::chrono::steady_clock::now() + 10ms, {})));
  EXPECT_TRUE(std::holds_alternative<Interrupted>(child->next(soon(), [] { return false; })));
}

TEST_F(ChildTest, MayEndWhenAsked) {
  const auto child = shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
  EXPECT_EQ(std::get<Line>(child->next(soon(), {})).text, "ready");
  child->ask_to_end();
  EXPECT_EQ(whole(*child).output, "bye\n");
}

}  // namespace
}  // namespace flowyard::worker::command
