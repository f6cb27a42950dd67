#include "controller/cli/client/log_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/cli/client/traced.hpp"

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

TEST(Traced, HasWhatWentInAndCameOutAndNothingThatAProgramSays) {
  const std::string before = "2026-01-31T12:00:01.000Z info ";
  const auto traced = traced_in(before + "handed Base, 1 iteration (scenario 1)\n" +      //
                                    before + "Base #1 given: {\"id\":\n" +                //
                                    before + "Base #1 given+ 1}\n" +                      //
                                    before + "Base #1: Base #1 answered: {\"x\": 9}\n" +  //
                                    before + "Base #10 answered: {\"x\": 8}\n" +          //
                                    before + "Base #1 answered: {\"x\": 1}\n" +           //
                                    before + "Base #1 understood: {\"outcomes\":{\"x\":1}}\n",
                                "Base #1");
  EXPECT_EQ(traced.given, R"({"id":1})");
  EXPECT_EQ(traced.answered, R"({"x": 1})");
  EXPECT_EQ(traced.understood, R"({"outcomes":{"x":1}})");
  EXPECT_THAT(traced.log, testing::ElementsAre(R"(Base #1 answered: {"x": 9})"));
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
