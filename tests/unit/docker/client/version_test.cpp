#include "docker/client/version.hpp"

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

TEST(ApiVersion, ComparesByNumber) {
  EXPECT_LT(*parse_api_version("1.9"), *parse_api_version("1.10"));
  EXPECT_LT(*parse_api_version("1.51"), *parse_api_version("2.0"));
  EXPECT_EQ(to_string(ApiVersion{1, 41}), "1.41");
}

TEST(ApiVersion, RefusesWhatIsNotOne) {
  for (const char* text : {"", "1", "1.", ".41", "v1.41", "1.41.0", "1.x", "-1.4", "1.-4"}) {
    EXPECT_EQ(parse_api_version(text), std::nullopt) << text;
  }
}

TEST(ChooseVersion, TakesTheOlderOfTheTwoNewest) {
  EXPECT_EQ(choose_version(ApiVersion{1, 41}), (ApiVersion{1, 41}));
  EXPECT_EQ(choose_version(ApiVersion{1, 99}), kNewestSpoken);
}

TEST(ChooseVersion, GoesAsFarBackAsItCan) {
  EXPECT_EQ(choose_version(std::nullopt), kOldestSpoken);
  EXPECT_EQ(choose_version(kOldestSpoken), kOldestSpoken);
  EXPECT_EQ(choose_version(ApiVersion{1, 9}), std::nullopt);
}

TEST(VersionRefusal, IsKnownByStatusAndText) {
  const char* old = "client version 1.40 is too old. Minimum supported API version is 1.44, please upgrade";
  EXPECT_TRUE(refuses_version(400, old));
  EXPECT_TRUE(refuses_version(400, "client version 1.51 is too new. Maximum supported API version is 1.41"));
  EXPECT_FALSE(refuses_version(500, old));
  EXPECT_FALSE(refuses_version(400, "the file is too new"));
}

TEST(VersionRefusal, NamesTheVersionToSpeak) {
  EXPECT_EQ(
      version_asked_for("client version 1.40 is too old. Minimum supported API version is 1.44, please"),
      (ApiVersion{1, 44}));
  EXPECT_EQ(version_asked_for("client version 1.51 is too new. Maximum supported API version is 1.41."),
            (ApiVersion{1, 41}));
}

TEST(VersionRefusal, MayAskForWhatIsNotSpoken) {
  EXPECT_EQ(version_asked_for("client version 1.51 is too old. Minimum supported API version is 1.60"),
            std::nullopt);
  EXPECT_EQ(version_asked_for("client version 1.51 is too new. Maximum supported API version is 1.24"),
            std::nullopt);
  EXPECT_EQ(version_asked_for("client version is too new"), std::nullopt);
}

}  // namespace
}  // namespace flowyard::docker
