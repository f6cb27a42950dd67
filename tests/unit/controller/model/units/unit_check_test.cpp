#include "controller/model/units/unit_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/model/units/unit_rules.hpp"
#include "controller/model/vensim/reader.hpp"

namespace flowyard::controller::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> mismatches(const std::string& text) {
  const auto model =
      vensim::read(text + "INITIAL TIME = 0 ~ Year ~|FINAL TIME = 9 ~ Year ~|TIME STEP = 1 ~ Year ~|", "m");
  EXPECT_TRUE(model.has_value());
  std::vector<std::string> out;
  if (!model) return out;
  for (const auto& found : check_units(*model, compiler::find_unit_rule).mismatches) {
    out.push_back(std::to_string(found.location.line) + ":" + std::to_string(found.location.column) + " " +
                  found.message);
  }
  return out;
}

TEST(UnitCheck, AcceptsAStockItsFlowsAndTime) {
  EXPECT_THAT(mismatches("people = INTEG(births - deaths, 100) ~ Person ~|"
                         "births = people * rate ~ People/Year ~|"
                         "rate = 0.03 ~ 1/Year ~|"
                         "deaths = people / life ~ Persons/Year ~|"
                         "still = INTEG(0, 4) ~ Person ~|"
                         "life = MAX(70, 1) ~ Years ~|"
                         "late = IF THEN ELSE(Time > 5, people, 0) ~ Person ~|"),
              IsEmpty());
}

TEST(UnitCheck, NamesThePlaceOfEachMismatch) {
  EXPECT_THAT(mismatches("a = 1 ~ Widget ~|\n"
                         "b = 2 ~ Month ~|\n"
                         "c = a + b ~ Widget ~|\n"
                         "d = a * b ~ Widget ~|\n"
                         "e = INTEG(a, b) ~ Widget ~|\n"
                         "f = EXP(a) ~ Dmnl ~|\n"
                         "g = SMOOTH(a, b) ~ Widget ~|\n"
                         "h = a ^ 0.5 + SQRT(a) ~ Widget ~|\n"
                         "i = MAX(a, b) ~ Widget ~|\n"
                         "j = 1 ~ Widget// ~|\n"),
              ElementsAre("3:7 cannot add or subtract widget and month",
                          "4:7 'd' is in widget, but its equation gives month*widget",
                          "5:11 'e' is in widget, but its rate times time gives widget*year",
                          "5:14 'e' is in widget, but its initial value gives month",
                          "6:9 argument 1 of EXP must be dimensionless, but is in widget",
                          "7:15 argument 2 of SMOOTH must be in year, but is in month",
                          "8:7 only a whole number as exponent makes sense for a value in widget",
                          "8:15 the square root of a value in widget has no unit",
                          "9:12 arguments of MAX do not go together: widget and month",
                          "10:1 'j': the units 'Widget//' cannot be read: a unit must stand before '/'"));
}

TEST(UnitCheck, FollowsPowersAndQuotients) {
  EXPECT_THAT(
      mismatches("a = 1 ~ m ~| b = a^2 * a^-1 / a ~ Dmnl ~| c = SQRT(a*a) ~ m ~| d = ZIDZ(a, b) ~ m ~|"
                 "e = RAMP(a/Time, 1, 2) ~ m ~| f = POWER(a, 3) ~ m*m*m ~|"),
      IsEmpty());
}

TEST(UnitCheck, DoesNotFollowAbsurdPowers) {
  std::string formula = "a";
  for (int i = 0; i < 50; ++i) formula = "(" + formula + ")^20";
  EXPECT_THAT(mismatches("a = 1 ~ m ~| b = " + formula + " ~ m ~|"), IsEmpty());
}

TEST(UnitCheck, JudgesNothingThatDependsOnTheUnknown) {
  const auto model = vensim::read(
      "a = 1 ~~| b = a + c ~ Widget ~| c = 2 ~ Month ~| d = a * c ~ Widget ~|"
      "INITIAL TIME = 0 ~~|FINAL TIME = 9 ~~|TIME STEP = 1 ~~|",
      "m");
  ASSERT_TRUE(model.has_value());
  const UnitReport report = check_units(*model, compiler::find_unit_rule);
  ASSERT_EQ(report.mismatches.size(), 1U);
  EXPECT_EQ(report.mismatches[0].message, "'b' is in widget, but its equation gives month");
  EXPECT_EQ(report.without_units.size(), 4U);
}

TEST(UnitRules, AreFoundInTheRowsOfTheCompiler) {
  for (const char* name : {"abs", "max", "zidz", "delay_fixed", "smooth3i", "if_then_else", "random_0_1"}) {
    EXPECT_NE(compiler::find_unit_rule(name), nullptr) << name;
  }
  EXPECT_EQ(compiler::find_unit_rule("nothing"), nullptr);
}

}  // namespace
}  // namespace flowyard::controller::model
