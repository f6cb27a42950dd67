#include "common/base/base64.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard {
namespace {

using ::testing::HasSubstr;

TEST(Base64, GivesBackAllBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    bytes += static_cast<char>(i);
  }
  EXPECT_EQ(to_base64("any"), "YW55");
  EXPECT_EQ(to_base64("an"), "YW4=");
}

TEST(Base64, ReadsTheExamplesOfItsStandard) {
  EXPECT_EQ(from_base64("").value(), "");
  EXPECT_EQ(from_base64("Zg==").value(), "f");
  EXPECT_EQ(from_base64("Zm8=").value(), "fo");
  EXPECT_EQ(from_base64("Zm9v\nYmFy\n").value(), "foobar");
}

TEST(Base64, RefusesWhatIsNone) {
  EXPECT_THAT(from_base64("Zm9vY").error().message, HasSubstr("cut short"));
  EXPECT_FALSE(from_base64("YW5"));
  EXPECT_FALSE(from_base64("Y*5="));
}

}  // namespace
}  // namespace flowyard
