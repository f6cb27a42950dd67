#include "controller/model/vensim/annotations.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::model::vensim {
namespace {

TEST(VensimAnnotations, PartsUnitsFromLimits) {
  const Units units = parse_units("\n\tWidget/ \\\n\t\tMonth [ -1e1 , ? , 0.5 ]\n\t");
  EXPECT_EQ(units.text, "Widget/ Month");
  EXPECT_EQ(units.limits.low, -10);
  EXPECT_FALSE(units.limits.high);
  EXPECT_EQ(units.limits.increment, 0.5);
}

TEST(VensimAnnotations, TakesInfinityForNoLimit) {
  const Units units = parse_units(" Minutes [0.0, inf] ");
  EXPECT_EQ(units.text, "Minutes");
  EXPECT_EQ(units.limits.low, 0);
  EXPECT_FALSE(units.limits.high);
}

TEST(VensimAnnotations, LeavesOtherBracketsInTheUnits) {
  EXPECT_EQ(parse_units("a [b]").text, "a [b]");
  EXPECT_EQ(parse_units("[1,2,3,4]").text, "[1,2,3,4]");
  EXPECT_EQ(parse_units("[").text, "[");
  EXPECT_EQ(parse_units("[]").text, "");
}

TEST(VensimAnnotations, JoinsContinuedCommentLines) {
  EXPECT_EQ(clean_comment("\n\tfirst \\\n\t\tgoes on\n\t\t second  \n"), "first goes on\nsecond");
}

TEST(VensimAnnotations, KnowsTheFlagInEverySpelling) {
  EXPECT_TRUE(says_supplementary("\t:SUPPLEMENTARY \n"));
  EXPECT_TRUE(says_supplementary(":sup"));
  EXPECT_FALSE(says_supplementary("supplementary"));
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
