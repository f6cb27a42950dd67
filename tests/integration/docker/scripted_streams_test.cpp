// Streams of an Engine that misbehaves: logs, events, waits and builds that stall, are cut, or end badly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/async/timeout.hpp"
#include "docker/client/build_image.hpp"
#include "tests/support/scripted_engine.hpp"

namespace flowyard::test {
namespace {

using docker::EngineError;
using docker::LogChunk;
using docker::LogSource;
using docker::ReplyLost;
using docker::WaitCondition;
using testing::HasSubstr;
using namespace std::chrono_literals;

const char* const kRaw = "application/vnd.docker.raw-stream";
const char* const kFramed = "application/vnd.docker.multiplexed-stream";

// An Engine that answers one call with these chunks and then does `last`.
ScriptedEngine answering(const std::vector<std::string>& chunks, std::vector<Step> last,
                         const std::string& type = "application/octet-stream") {
  Script steps{read_request(), begin_chunks(type)};
  for (const auto& bytes : chunks) steps.push_back(chunk(bytes));
  steps.insert(steps.end(), last.begin(), last.end());
  return ScriptedEngine({after_ping(steps)});
}

TEST(EngineLogs, AreReadAcrossChunksOfAnySize) {
  std::vector<std::string> bytes;
  for (const char c : log_frame(1, "hello\n") + log_frame(2, "oh\n")) bytes.emplace_back(1, c);
  auto scripted = answering(bytes, {chunk("")});
  auto stream = scripted.run(scripted.engine().logs("x"));
  std::string out;
  std::string err;
  while (auto read = scripted.run(stream.read())) {
    (read->source == LogSource::Stdout ? out : err) += read->text;
  }
  EXPECT_EQ(out, "hello\n");
  EXPECT_EQ(err, "oh\n");
}

TEST(EngineLogs, ThatBreakOffGiveWhatCameAndSaySo) {
  auto scripted = answering({log_frame(1, "hello\n")}, {send_bytes("ff\r\n" + log_frame(2, "oh\n"))});
  auto stream = scripted.run(scripted.engine().logs("x"));
  EXPECT_EQ(scripted.run(stream.read()), (LogChunk{LogSource::Stdout, "hello\n"}));
  EXPECT_EQ(scripted.run(stream.read()), (LogChunk{LogSource::Stderr, "oh\n"}));
  EXPECT_THROW(scripted.run(stream.read()), ReplyLost);
}

TEST(EngineLogs, ThatEndWithinAFrameAreLost) {
  auto scripted = answering({log_frame(1, "hello\n").substr(0, 10)}, {chunk("")});
  auto stream = scripted.run(scripted.engine().logs("x"));
  EXPECT_EQ(scripted.run(stream.read()), (LogChunk{LogSource::Stdout, "he"}));
  EXPECT_THROW(scripted.run(stream.read()), ReplyLost);
}

TEST(EngineLogs, AreRawOrFramedAsTheirTypeSays) {
  auto raw = answering({"plain\n"}, {chunk("")}, kRaw);
  auto raw_stream = raw.run(raw.engine().logs("x"));
  EXPECT_EQ(raw.run(raw_stream.read()), (LogChunk{LogSource::Stdout, "plain\n"}));
  auto framed = answering({log_frame(2, "oh\n")}, {chunk("")}, kFramed);
  auto framed_stream = framed.run(framed.engine().logs("x"));
  EXPECT_EQ(framed.run(framed_stream.read()), (LogChunk{LogSource::Stderr, "oh\n"}));
}

TEST(EngineLogs, ThatStallCanBeLeft) {
  auto scripted = answering({}, {stall()});
  auto stream = scripted.run(scripted.engine().logs("x"));
  EXPECT_THROW(scripted.run(async::with_timeout(50ms, stream.read())), async::TimedOut);
}

TEST(EngineLogs, AskForWhatIsWanted) {
  auto scripted = answering({}, {chunk("")});
  docker::LogOptions options;
  options.follow = options.timestamps = true;
  options.tail = 10;
  options.since = docker::EngineTime(std::chrono::nanoseconds(1'709'208'000'000'000'001));
  scripted.run(scripted.engine().logs("x", options));
  EXPECT_EQ(
      scripted.line(1),
      "GET "
      "/v1.41/containers/x/logs?follow=1&stdout=1&stderr=1&timestamps=1&tail=10&since=1709208000.000000001");
}

TEST(EngineLogs, ThatAreRefusedGiveTheEnginesWords) {
  ScriptedEngine scripted({after_ping({read_request(), refuse(404, "No such container: x")})});
  try {
    scripted.run(scripted.engine().logs("x"));
    FAIL() << "there was a log";
  } catch (const EngineError& error) {
    EXPECT_TRUE(is_not_found(error));
    EXPECT_THAT(error.what(), HasSubstr("No such container: x"));
  }
}

TEST(EngineEvents, AreReadAcrossChunks) {
  auto scripted = answering({R"({"Type":"container","Action":"st)",
                             R"(art","Actor":{"ID":"4a","Attributes":{"name":"x"}},"timeNano":5})"
                             "\n\n"
                             R"({"Type":"container","Action":"die"})"
                             "\n"},
                            {chunk("")});
  auto stream = scripted.run(scripted.engine().events());
  const auto start = scripted.run(stream.read());
  ASSERT_TRUE(start);
  EXPECT_EQ(start->action, "start");
  EXPECT_EQ(start->attributes.at("name"), "x");
  EXPECT_EQ(start->time, docker::EngineTime(std::chrono::nanoseconds(5)));
  EXPECT_EQ(scripted.run(stream.read())->action, "die");
  EXPECT_FALSE(scripted.run(stream.read()));
}

TEST(EngineEvents, ThatBreakOffAreLostAndHalfOnesNotGiven) {
  auto scripted = answering({R"({"Type":"container","Action":"die"})"
                             "\n"
                             R"({"Type":"conta)"},
                            {});
  auto stream = scripted.run(scripted.engine().events());
  EXPECT_TRUE(scripted.run(stream.read()));
  EXPECT_THROW(scripted.run(stream.read()), ReplyLost);
}

TEST(EngineWait, IsSubscribedWhenTheHeadersCome) {
  auto scripted = answering({"{\"Sta", "tusCode\":3,\"Error\":null}\n"}, {chunk("")});
  auto exit = scripted.run(scripted.engine().open_wait("x", WaitCondition::NextExit));
  EXPECT_EQ(scripted.line(1), "POST /v1.41/containers/x/wait?condition=next-exit");
  EXPECT_EQ(scripted.run(exit.exit()).exit_code, 3);
}

TEST(EngineWait, ThatBreaksOffIsLost) {
  auto scripted = answering({}, {});
  auto exit = scripted.run(scripted.engine().open_wait("x", WaitCondition::NextExit));
  EXPECT_THROW(scripted.run(exit.exit()), ReplyLost);
}

TEST(EngineWait, GivesTheEnginesError) {
  auto scripted = answering({R"({"StatusCode":125,"Error":{"Message":"it broke"}})"}, {chunk("")});
  auto exit = scripted.run(scripted.engine().open_wait("x", WaitCondition::NotRunning));
  EXPECT_EQ(scripted.run(exit.exit()).error, "it broke");
}

TEST(EngineBuild, ThatFailsInItsStreamIsAnError) {
  auto scripted = answering({R"({"stream":"Step 1/2 : FROM scratch\n"})"
                             "\r\n",
                             R"({"errorDetail":{"message":"COPY failed"},"error":"COPY failed"})"
                             "\r\n"},
                            {chunk("")});
  try {
    scripted.run(docker::build_image(scripted.engine(), "worker:1", {}, "FROM scratch\n"));
    FAIL() << "it was built";
  } catch (const EngineError& error) {
    EXPECT_EQ(error.message(), "COPY failed\nthe build's last lines:\nStep 1/2 : FROM scratch");
  }
}

TEST(EngineBuild, WhoseStreamIsCutIsLost) {
  auto scripted = answering({R"({"aux":{"ID":"sha256:4a"}})"
                             "\n"},
                            {});
  EXPECT_THROW(scripted.run(docker::build_image(scripted.engine(), "worker:1", {}, "FROM scratch\n")),
               ReplyLost);
}

TEST(EngineBuild, ThatStallsIsLostInTime) {
  auto scripted = answering({}, {stall()});
  EXPECT_THROW(
      scripted.run(docker::build_image(scripted.engine(), "worker:1", {}, "FROM scratch\n", {}, 100ms)),
      ReplyLost);
}

TEST(EngineBuild, ThatDoesNotTellTheIdIsInspected) {
  auto scripted = answering({R"({"stream":"done\n"})"
                             "\n"},
                            {chunk(""), read_request(), respond(200, R"({"Id":"sha256:4a"})")});
  EXPECT_EQ(scripted.run(docker::build_image(scripted.engine(), "worker:1", {}, "FROM scratch\n")),
            "sha256:4a");
  EXPECT_EQ(scripted.line(2), "GET /v1.41/images/worker:1/json");
}

}  // namespace
}  // namespace flowyard::test
