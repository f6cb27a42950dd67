#include "docker/client/log_frames.hpp"

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

std::string frame(char stream, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string out{stream, 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
  return out + text;
}

// What was read, joined by stream.
struct Read {
  std::string out;
  std::string err;

  void take(const std::vector<LogChunk>& chunks) {
    for (const auto& chunk : chunks) (chunk.source == LogSource::Stdout ? out : err) += chunk.text;
  }
};

TEST(LogDemultiplexer, GivesTheSameTextWhereverTheStreamIsCut) {
  const std::string stream = frame(1, "hello\n") + frame(2, "oh no\n") + frame(1, "") + frame(1, "bye\n");
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      LogDemultiplexer frames;
      Read read;
      read.take(frames.feed(stream.substr(0, first)));
      read.take(frames.feed(stream.substr(first, second - first)));
      read.take(frames.feed(stream.substr(second)));
      ASSERT_EQ(read.out, "hello\nbye\n") << first << " " << second;
      ASSERT_EQ(read.err, "oh no\n") << first << " " << second;
      ASSERT_TRUE(frames.at_boundary());
    }
  }
}

TEST(LogDemultiplexer, ReadsTheLengthAsBigEndianAndUnsigned) {
  LogDemultiplexer frames;
  // Half a frame of 0x80000001 bytes: nothing may be set aside for the rest.
  const std::string header("\x01\x00\x00\x00\x80\x00\x00\x01", 8);
  EXPECT_EQ(frames.feed(header + "abc"), (std::vector<LogChunk>{{LogSource::Stdout, "abc"}}));
  EXPECT_FALSE(frames.at_boundary());
}

TEST(LogDemultiplexer, KnowsThatAStreamEndedWithinAFrame) {
  const std::string whole = frame(1, "hello\n");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    LogDemultiplexer frames;
    frames.feed(whole.substr(0, cut));
    EXPECT_FALSE(frames.at_boundary()) << cut;
  }
}

TEST(LogDemultiplexer, RefusesTheRawLogOfATerminal) {
  LogDemultiplexer frames;
  EXPECT_THROW(frames.feed("just text, no frames"), MalformedFrame);
}

TEST(LogLineAssembler, MakesLinesOfChunksByStream) {
  LogLineAssembler lines(LogStamps::Absent);
  EXPECT_TRUE(lines.feed({LogSource::Stdout, "hel"}).empty());
  EXPECT_EQ(lines.feed({LogSource::Stderr, "oh\n"}), (std::vector<LogLine>{{LogSource::Stderr, {}, "oh"}}));
  EXPECT_EQ(lines.feed({LogSource::Stdout, "lo\r\n\nrest"}),
            (std::vector<LogLine>{{LogSource::Stdout, {}, "hello"}, {LogSource::Stdout, {}, ""}}));
  EXPECT_EQ(lines.finish(), (std::vector<LogLine>{{LogSource::Stdout, {}, "rest"}}));
  EXPECT_TRUE(lines.finish().empty());
}

TEST(LogLineAssembler, TakesTimestampsOffTheFront) {
  LogLineAssembler lines(LogStamps::Leading);
  const auto read =
      lines.feed({LogSource::Stdout, "2024-02-29T12:00:00.5Z two words\n2024-02-29T12:00:01Z \nbare\n"});
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].text, "two words");
  EXPECT_EQ(read[0].time, parse_engine_time("2024-02-29T12:00:00.5Z"));
  EXPECT_EQ(read[1].text, "");
  EXPECT_TRUE(read[1].time);
  EXPECT_EQ(read[2].text, "bare");
  EXPECT_FALSE(read[2].time);
}

}  // namespace
}  // namespace flowyard::docker
