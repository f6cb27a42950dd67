#include "controller/results/netcdf/classic.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "tests/support/netcdf_reader.hpp"

namespace flowyard::controller::results::netcdf {
namespace {

using testing::ElementsAre;

TEST(ClassicNetCdf, IsReadBackAsWritten) {
  File file;
  file.dimensions = {{"time", 2}, {"region", 3}, {"letters", 5}};
  file.attributes = {{"title", "A test"}, {"empty", ""}};
  file.variables = {
      {.name = "time",
       .dimensions = {0},
       .attributes = {{"units", "year"}},
       .values = std::vector<double>{0, 0.5}},
      {.name = "region",
       .dimensions = {1, 2},
       .attributes = {},
       .values = std::string("northsouthwest\0", 15)},
      {.name = "share", .dimensions = {0, 1}, .values = std::vector<double>{1, 2, 3, 4, -1e300, NAN}},
      {.name = "one", .dimensions = {}, .values = std::vector<double>{7}}};
  const auto bytes = write(file);
  ASSERT_TRUE(bytes);
  const test::NetcdfReader read(*bytes);
  EXPECT_THAT(read.dimensions, ElementsAre("time", "region", "letters"));
  EXPECT_THAT(read.lengths, ElementsAre(2, 3, 5));
  EXPECT_EQ(read.attributes.at("").at("title"), "A test");
  EXPECT_EQ(read.attributes.at("").at("empty"), "");
  EXPECT_EQ(read.attributes.at("time").at("units"), "year");
  EXPECT_THAT(read.numbers.at("time"), ElementsAre(0, 0.5));
  EXPECT_EQ(read.texts.at("region"), std::string("northsouthwest\0", 15));
  EXPECT_THAT(read.shapes.at("share"), ElementsAre(0, 1));
  EXPECT_EQ(read.numbers.at("share")[4], -1e300);
  EXPECT_TRUE(std::isnan(read.numbers.at("share")[5]));
  EXPECT_THAT(read.numbers.at("one"), ElementsAre(7));
}

TEST(ClassicNetCdf, MayBeEmpty) {
  const auto bytes = write({});
  ASSERT_TRUE(bytes);
  EXPECT_TRUE(test::NetcdfReader(*bytes).dimensions.empty());
}

TEST(ClassicNetCdf, HasNamesThatReadersTake) {
  EXPECT_EQ(safe_name("Teacup Temperature/2"), "Teacup_Temperature_2");
  EXPECT_EQ(safe_name("Größe"), "Größe");
  EXPECT_EQ(safe_name(""), "_");
}

}  // namespace
}  // namespace flowyard::controller::results::netcdf
