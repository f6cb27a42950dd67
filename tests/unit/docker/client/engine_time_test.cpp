#include "docker/client/engine_time.hpp"

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

using std::chrono::nanoseconds;

EngineTime at(std::int64_t nanos) {
  return EngineTime(nanoseconds(nanos));
}

TEST(EngineTime, ReadsNanosecondsOfAnyLength) {
  EXPECT_EQ(parse_engine_time("2024-02-29T12:00:00.123456789Z"), at(1'709'208'000'123'456'789));
  EXPECT_EQ(parse_engine_time("2024-02-29T12:00:00.5Z"), at(1'709'208'000'500'000'000));
  EXPECT_EQ(parse_engine_time("2024-02-29T12:00:00Z"), at(1'709'208'000'000'000'000));
}

TEST(EngineTime, ReadsOffsets) {
  EXPECT_EQ(parse_engine_time("2024-02-29T14:30:00+02:30"), at(1'709'208'000'000'000'000));
  EXPECT_EQ(parse_engine_time("2024-02-29T07:00:00-05:00"), at(1'709'208'000'000'000'000));
}

TEST(EngineTime, TakesGosZeroTimeForNotYet) {
  EXPECT_EQ(parse_engine_time("0001-01-01T00:00:00Z"), std::nullopt);
}

TEST(EngineTime, RefusesWhatIsNotATime) {
  for (const char* text : {"", "now", "2024-02-30T00:00:00Z", "2024-02-29 12:00:00Z", "2024-02-29T12:00:00",
                           "2024-02-29T12:00:00Zx", "2024-02-29T12:00:00+0230"}) {
    EXPECT_EQ(parse_engine_time(text), std::nullopt) << text;
  }
}

TEST(EngineTime, WritesUnixSecondsWithNineDigits) {
  EXPECT_EQ(to_unix_text(at(1'709'208'000'000'000'001)), "1709208000.000000001");
}

}  // namespace
}  // namespace flowyard::docker
