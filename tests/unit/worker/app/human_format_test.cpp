#include "worker/app/human_format.hpp"

#include <gtest/gtest.h>

namespace flowyard::worker::app {
namespace {

TEST(HumanFormat, CountsAsPeopleDo) {
  EXPECT_EQ(count_text(1, "iteration"), "1 iteration");
  EXPECT_EQ(count_text(20, "iteration"), "20 iterations");
  EXPECT_EQ(count_text(1234567, "iteration"), "1,234,567 iterations");
}

TEST(HumanFormat, ChoosesTheUnitByTheSize) {
  EXPECT_EQ(span_text(12e-6), "12 us");
  EXPECT_EQ(span_text(0.0013), "1.3 ms");
  EXPECT_EQ(span_text(2.5), "2.5 s");
  EXPECT_EQ(span_text(200), "3 min 20 s");
  EXPECT_EQ(size_text(840), "840 bytes");
  EXPECT_EQ(size_text(2100), "2.1 kB");
  EXPECT_EQ(size_text(34'000'000), "34 MB");
}

TEST(HumanFormat, ShortensHashes) {
  EXPECT_EQ(hash_text("0123456789abcdef"), "01234567…");
  EXPECT_EQ(hash_text("default"), "default");
}

}  // namespace
}  // namespace flowyard::worker::app
