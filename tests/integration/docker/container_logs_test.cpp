// Reading logs from a real Engine.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/real_engine.hpp"

namespace flowyard::test {
namespace {

using docker::Engine;
using docker::LogForm;
using docker::LogLine;
using docker::LogOptions;
using docker::LogSource;
using docker::LogStamps;
using testing::ElementsAre;
using testing::HasSubstr;

class ContainerLogs : public RealEngine {};

async::Task<std::vector<LogLine>> read_lines(Engine& engine, std::string name, LogOptions options) {
  docker::LogStream stream = co_await engine.logs(std::move(name), options);
  docker::LogLineAssembler assembler(options.timestamps ? LogStamps::Leading : LogStamps::Absent);
  std::vector<LogLine> lines;
  while (auto chunk = co_await stream.read()) {
    for (auto& line : assembler.feed(*chunk)) lines.push_back(std::move(line));
  }
  for (auto& line : assembler.finish()) lines.push_back(std::move(line));
  co_return lines;
}

// Follows the log until the container has said `enough` lines, stops it, and reads on to the end.
async::Task<int> follow_and_stop(Engine& engine, std::string name, int enough) {
  LogOptions options;
  options.follow = true;
  docker::LogStream stream = co_await engine.logs(name, options);
  int lines = 0;
  while (auto chunk = co_await stream.read()) {
    lines += static_cast<int>(std::count(chunk->text.begin(), chunk->text.end(), '\n'));
    if (lines >= enough) co_await engine.kill_container(name, "SIGTERM");
    if (lines >= enough) break;
  }
  while (auto chunk = co_await stream.read()) {
  }
  co_return lines;
}

TEST_F(ContainerLogs, KeepStdoutAndStderrApart) {
  const auto name = start_probe({"print", "3"});
  wait_for_exit(name);
  const auto lines = run(read_lines(*engine_, name, {}));
  std::vector<std::string> out;
  std::vector<std::string> err;
  for (const auto& line : lines) (line.source == LogSource::Stdout ? out : err).push_back(line.text);
  EXPECT_THAT(out, ElementsAre("out 1", "out 2", "out 3"));
  EXPECT_THAT(err, ElementsAre("err 1", "err 2", "err 3"));

  LogOptions only_errors;
  only_errors.out = false;
  EXPECT_EQ(run(read_lines(*engine_, name, only_errors)).size(), 3u);
}

TEST_F(ContainerLogs, GiveTheirTailAndTheirTimes) {
  const auto name = start_probe({"print", "20"});
  wait_for_exit(name);
  LogOptions options;
  options.tail = 4;
  options.timestamps = true;
  const auto tail = run(read_lines(*engine_, name, options));
  ASSERT_EQ(tail.size(), 4u);
  for (const auto& line : tail) {
    EXPECT_TRUE(line.time) << line.text;
    // Each stream is in order, the two together need not be.
    EXPECT_GE(std::stoi(line.text.substr(4)), 17);
  }
}

TEST_F(ContainerLogs, AreReadFromAMomentOn) {
  const auto name = start_probe({"print", "20"});
  wait_for_exit(name);
  LogOptions options;
  options.timestamps = true;
  auto all = run(read_lines(*engine_, name, options));
  ASSERT_EQ(all.size(), 40u);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  options.since = all[20].time;
  const auto later = run(read_lines(*engine_, name, options));
  EXPECT_LT(later.size(), all.size());
  EXPECT_GE(later.size(), 20u);
  for (const auto& line : later) EXPECT_GE(line.time, options.since);
}

TEST_F(ContainerLogs, AreFollowedUntilTheContainerStops) {
  const auto name = start_probe({"tick"});
  EXPECT_GE(run(follow_and_stop(*engine_, name, 3)), 3);
  EXPECT_EQ(run(engine_->inspect_container(name)).state.exit_code, 0);
}

TEST_F(ContainerLogs, EndAtOnceWhenAContainerThatWasNeverStartedIsFollowed) {
  const auto options = probe({"sleep"});
  run(engine_->create_container(options));
  LogOptions follow;
  follow.follow = true;
  EXPECT_EQ(log_of(options.name, follow), "");
}

TEST_F(ContainerLogs, OfATerminalAreRaw) {
  auto options = probe({"print", "1"});
  options.tty = true;
  run(engine_->create_container(options));
  run(engine_->start_container(options.name));
  wait_for_exit(options.name);
  EXPECT_TRUE(run(engine_->inspect_container(options.name)).tty);
  LogOptions raw;
  raw.form = LogForm::Raw;
  EXPECT_THAT(log_of(options.name, raw), HasSubstr("out 1\r\n"));
  LogOptions framed;
  framed.form = LogForm::Framed;
  EXPECT_THROW(log_of(options.name, framed), docker::MalformedFrame);
}

TEST_F(ContainerLogs, OfAContainerThatIsNotThereAreRefused) {
  EXPECT_TRUE(is_not_found(refusal_of(engine_->logs("flowyard-test-nobody"))));
}

}  // namespace
}  // namespace flowyard::test
