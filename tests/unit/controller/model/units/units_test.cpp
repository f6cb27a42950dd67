#include "controller/model/units/units.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::model {
namespace {

std::string canonical(std::string_view text) {
  const auto unit = parse_unit(text);
  return unit ? to_string(*unit) : unit.error().message;
}

TEST(Units, ReadsProductsQuotientsAndPowers) {
  EXPECT_EQ(canonical("Widgets/Month"), "widget/month");
  EXPECT_EQ(canonical("1/Year"), "1/year");
  EXPECT_EQ(canonical("Rs/(Day*Person)"), "rs/(day*person)");
  EXPECT_EQ(canonical("m^2 / s ^ -1 * kg/kg"), "m^2*s");
  EXPECT_EQ(canonical("a/b*c"), "a*c/b");
  EXPECT_EQ(canonical("person-hours per week"), "person-hours_per_week");
}

TEST(Units, KnowsWhatIsTheSame) {
  EXPECT_EQ(canonical("People"), canonical("person"));
  EXPECT_EQ(canonical("Dollars"), canonical("$"));
  EXPECT_EQ(canonical("Years"), canonical("YEAR"));
  for (const char* none : {"Dmnl", "dimensionless", "1", "Fraction", "100", "Month/Month"}) {
    EXPECT_EQ(canonical(none), "dimensionless") << none;
  }
}

TEST(Units, SaysWhatItCannotRead) {
  EXPECT_EQ(canonical("a/(b"), "the units 'a/(b' cannot be read: ')' is missing");
  EXPECT_EQ(canonical("a//b"), "the units 'a//b' cannot be read: a unit must stand before '/'");
  EXPECT_EQ(canonical("a^b"), "the units 'a^b' cannot be read: a small whole number must follow '^'");
  EXPECT_EQ(canonical("a)"), "the units 'a)' cannot be read: ')' makes no sense here");
  EXPECT_TRUE(parse_unit(std::string(500, '(')).has_error());
  EXPECT_TRUE(parse_unit("((a^100)^100)^100").has_error());
}

TEST(Units, HalvesOnlyEvenPowers) {
  EXPECT_EQ(to_string(*square_root(*parse_unit("m^4/s^2"))), "m^2/s");
  EXPECT_FALSE(square_root(*parse_unit("m^3")).has_value());
}

}  // namespace
}  // namespace flowyard::controller::model
