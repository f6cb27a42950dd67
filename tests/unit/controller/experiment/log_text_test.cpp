#include "controller/experiment/log_text.hpp"

#include <string>

#include <gtest/gtest.h>

#include "common/base/log.hpp"

namespace flowyard::controller::experiment {
namespace {

constexpr TimePoint kNoon{Milliseconds{1'000'000'000'000}};

std::string shown(const std::string& text, std::optional<std::uint64_t> tail,
                  std::optional<TimePoint> since = {}) {
  return text.substr(begin_in(text, {.tail = tail, .since = since}));
}

std::string line(int seconds, const std::string& rest) {
  return to_rfc3339(kNoon + std::chrono::seconds{seconds}) + " " + rest + "\n";
}

TEST(LogBeginning, IsTheFirstByteWhereNothingIsSaid) {
  EXPECT_EQ(shown("a\nb\n", {}), "a\nb\n");
  EXPECT_EQ(shown("", {}), "");
}

TEST(LogBeginning, CountsLinesFromTheEnd) {
  EXPECT_EQ(shown("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(shown("a\nb\nc", 1), "c");
  EXPECT_EQ(shown("a\n\n\n", 2), "\n\n");
  EXPECT_EQ(shown("a\nb\n", 0), "");
  EXPECT_EQ(shown("a\nb\n", 9), "a\nb\n");
  EXPECT_EQ(shown("", 1), "");
  EXPECT_EQ(shown("\n", 1), "\n");
  EXPECT_EQ(shown("\nb\n", 1), "b\n");
}

TEST(LogBeginning, IsTheFirstLineThatIsNotOlder) {
  const std::string text = line(0, "a") + line(1, "b") + "  and more\n" + line(2, "c");
  EXPECT_EQ(shown(text, {}, kNoon + std::chrono::seconds{1}), line(1, "b") + "  and more\n" + line(2, "c"));
  EXPECT_EQ(shown(text, {}, kNoon + std::chrono::seconds{3}), "");
  EXPECT_EQ(shown(text, 1, kNoon), line(2, "c"));
  EXPECT_EQ(shown("no stamp\n" + text, {}, kNoon), text);
}

}  // namespace
}  // namespace flowyard::controller::experiment
