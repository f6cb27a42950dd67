#include "common/base/suggest.hpp"

#include <gtest/gtest.h>

namespace flowyard {
namespace {

const std::vector<std::string> kNames{"growth_rate", "carrying_capacity", "Population"};

TEST(Suggest, FindsTheNameWithOneLetterSwapped) {
  EXPECT_EQ(nearest_name("gorwth_rate", kNames), "growth_rate");
}

TEST(Suggest, IgnoresCase) {
  EXPECT_EQ(nearest_name("population", kNames), "Population");
}

TEST(Suggest, SaysNothingOfAFarName) {
  EXPECT_EQ(nearest_name("temperature", kNames), std::nullopt);
}

TEST(Suggest, ListsWhatIsKnownWhereNothingIsNear) {
  EXPECT_EQ(suggestion("temperature", kNames), " (known: growth_rate, carrying_capacity, Population)");
}

TEST(Suggest, SurvivesAHostileName) {
  const std::string huge(1'000'000, 'x');
  EXPECT_EQ(nearest_name(huge, {std::string(1'000'001, 'x')}), std::nullopt);
}

}  // namespace
}  // namespace flowyard
