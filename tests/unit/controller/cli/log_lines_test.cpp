#include "controller/cli/client/log_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::cli {
namespace {

const LineFilter kAll = [](std::string_view) { return true; };

const std::vector<WorkerLog> kLogs = {
    {"novel-poodle", "2026-01-31T12:00:01.000Z a\n  more of a\n2026-01-31T12:00:03.000Z c\n"},
    {"newt", "2026-01-31T12:00:02.000Z b\n2026-01-31T12:00:03.000Z d\nlast"}};

TEST(LogLines, StandInTheOrderOfTheirTimes) {
  EXPECT_EQ(merged(kLogs, kAll, {}),
            "novel-poodle | 2026-01-31T12:00:01.000Z a\n"
            "novel-poodle |   more of a\n"
            "newt         | 2026-01-31T12:00:02.000Z b\n"
            "novel-poodle | 2026-01-31T12:00:03.000Z c\n"
            "newt         | 2026-01-31T12:00:03.000Z d\n"
            "newt         | last\n");
}

TEST(LogLines, AreCutAfterTheyWereChosenAndPutInOrder) {
  const LineFilter times = [](std::string_view line) { return line.starts_with("2026"); };
  EXPECT_EQ(merged(kLogs, times, 2),
            "novel-poodle | 2026-01-31T12:00:03.000Z c\nnewt         | 2026-01-31T12:00:03.000Z d\n");
  EXPECT_EQ(merged(kLogs, kAll, 0), "");
  EXPECT_EQ(merged({}, kAll, {}), "");
}

TEST(LogLines, ComeWholeFromPieces) {
  std::vector<std::string> lines;
  const auto take = [&](std::string_view line) { lines.emplace_back(line); };
  LineSplitter splitter;
  for (const char* piece : {"on", "e\ntwo\n", "", "\nthr", "ee"}) splitter.push(piece, take);
  EXPECT_THAT(lines, testing::ElementsAre("one", "two", ""));
  splitter.finish(take);
  splitter.finish(take);
  EXPECT_THAT(lines, testing::ElementsAre("one", "two", "", "three"));
}

}  // namespace
}  // namespace flowyard::controller::cli
