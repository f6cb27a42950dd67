#include "controller/experiment/file/quantity.hpp"

#include <gmock/gmock.h>

namespace flowyard::controller::experiment::file {
namespace {

using std::chrono::milliseconds;

TEST(Quantity, ReadsDurations) {
  EXPECT_EQ(duration_of("500ms"), milliseconds(500));
  EXPECT_EQ(duration_of("30s"), milliseconds(30'000));
  EXPECT_EQ(duration_of("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(duration_of("1.5h"), milliseconds(5'400'000));
  EXPECT_EQ(duration_of("2d"), milliseconds(172'800'000));
  for (const char* text : {"", "30", "s", "-3s", "3 s", "3x", "1e3s", "3.s", "99999999999d", "3s4"})
    EXPECT_FALSE(duration_of(text)) << text;
}

TEST(Quantity, ReadsSizes) {
  EXPECT_EQ(bytes_of("64MiB"), 67'108'864u);
  EXPECT_EQ(bytes_of("64MB"), 64'000'000u);
  EXPECT_EQ(bytes_of("1.5GiB"), 1'610'612'736u);
  EXPECT_EQ(bytes_of("4096B"), 4096u);
  for (const char* text : {"", "64", "64M", "64mib", "-1MiB", "1MiB2", "99999999TiB"})
    EXPECT_FALSE(bytes_of(text)) << text;
}

TEST(Quantity, ReadsPercentages) {
  EXPECT_EQ(fraction_of("5%"), 0.05);
  EXPECT_EQ(fraction_of("100%"), 1.0);
  EXPECT_EQ(fraction_of("0.5%"), 0.005);
  for (const char* text : {"", "5", "101%", "-1%", "%", "5 %", "100.1%"})
    EXPECT_FALSE(fraction_of(text)) << text;
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
