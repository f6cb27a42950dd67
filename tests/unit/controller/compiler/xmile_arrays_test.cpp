// Arrays in XMILE (OASIS XMILE 1.0, section 3.7.1).
#include <cmath>

#include "controller/model/xmile/write.hpp"
#include "controller/model/yaml/read.hpp"
#include "controller/model/yaml/write.hpp"
#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using Column = std::vector<double>;

std::string dim(const std::string& name, const std::vector<std::string>& elements) {
  std::string out = "<dim name=\"" + name + "\">";
  for (const auto& element : elements) out += "<elem name=\"" + element + "\"/>";
  return out + "</dim>";
}

std::string array(const std::string& name, const std::vector<std::string>& dimensions,
                  const std::string& equation) {
  std::string out = "<aux name=\"" + name + "\"><dimensions>";
  for (const auto& dimension : dimensions) out += "<dim name=\"" + dimension + "\"/>";
  return out + "</dimensions><eqn>" + equation + "</eqn></aux>";
}

const std::string dimensions = "<dimensions>" + dim("D", {"A", "B", "C"}) + dim("E", {"X", "Y"}) +
                               "<dim name=\"P\" size=\"5\"/>" + dim("Year", {"2020", "2021"}) +
                               "</dimensions>";

Ran arrays(const std::string& variables, const std::string& header = "") {
  return xmile(array("a", {"D"}, "1, 2, 4") + array("m", {"D", "E"}, "1, 2; 3, 4; 5, 6") +
                   array("s", {"P"}, "P * 10") + variables,
               4, 1, header + dimensions);
}

TEST(XmileArrays, AggregateWholeArraysByTheirBareNames) {
  const Ran ran = arrays(aux("x", "SUM(a) + MEAN(m) * 100") + array("share", {"D"}, "a / SUM(a)") +
                         array("most", {"D"}, "MAX(a)") + aux("product", "SUM(a * a)"));
  EXPECT_EQ(ran.last("x"), 357) << ran.errors;
  EXPECT_DOUBLE_EQ(ran.last("share[C]"), 4.0 / 7);
  EXPECT_EQ(ran.last("most[A]"), 4);
  EXPECT_EQ(ran.last("product"), 21);
}

TEST(XmileArrays, TakeArraysAndNumbersTogether) {
  const Ran ran = arrays(aux("x", "MAX(a[*], 3)") + aux("y", "MIN(a, 0)") + array("z", {"D"}, "MAX(a, 3)"));
  EXPECT_EQ(ran.last("x"), 4) << ran.errors;
  EXPECT_EQ(ran.last("y"), 0);
  EXPECT_EQ(ran.last("z[A]"), 3);  // element by element
}

TEST(XmileArrays, RankGivesPlaces) {
  const Ran ran =
      arrays(aux("x", "RANK(m, 6)") + aux("y", "a[RANK(a, 2)]") + array("r", {"D"}, "RANK(a, 4 - D)") +
             array("tied", {"D"}, "5, 5, 5") + aux("z", "RANK(tied, 1, r)"));
  EXPECT_EQ(ran.last("x"), 6) << ran.errors;
  EXPECT_EQ(ran.last("y"), 2);
  EXPECT_EQ(ran.last("r[A]"), 3);
  EXPECT_EQ(ran.last("z"), 3);
}

TEST(XmileArrays, AreReadByFlatIndices) {
  const Ran ran = arrays(aux("x", "m(4)") + aux("y", "m(RANK(m, TIME + 1))"));
  EXPECT_EQ(ran.last("x"), 4) << ran.errors;
  EXPECT_EQ(ran["y"], (Column{1, 2, 3, 4, 5}));
}

TEST(XmileArrays, AnIndexOutsideGivesZeroOrWhatTheFileSays) {
  EXPECT_EQ(arrays(aux("x", "a[TIME]"))["x"], (Column{0, 1, 2, 4, 0}));
  const std::string header = "<header><options><uses_arrays invalid_index_value=\"NaN\"/></options></header>";
  const Column none = arrays(aux("x", "a[TIME]"), header)["x"];
  EXPECT_TRUE(none[0] != none[0]);
  EXPECT_EQ(none[1], 1);
}

TEST(XmileArrays, PartsStandForTheLeftHandSideInOrder) {
  const Ran ran = arrays(array("x", {"P"}, "s[2:4]") + array("y", {"P"}, "s[*]"));
  EXPECT_EQ(ran.last("x[1]"), 20) << ran.errors;
  EXPECT_EQ(ran.last("x[3]"), 40);
  EXPECT_EQ(ran.last("x[4]"), 0);
  EXPECT_EQ(ran.last("y[5]"), 50);
}

TEST(XmileArrays, ElementsAreNumbersWithTheirDimension) {
  const Ran ran = arrays(array("x", {"D"}, "IF D = D.B THEN 10 ELSE 20") + aux("y", "D.C + a[D.C]"));
  EXPECT_EQ(ran.last("x[B]"), 10) << ran.errors;
  EXPECT_EQ(ran.last("x[C]"), 20);
  EXPECT_EQ(ran.last("y"), 7);
}

TEST(XmileArrays, ElementsMayBeCalledByNumbers) {
  const Ran ran = arrays(array("by", {"Year"}, "7, 8") + aux("x", "by[2021]"));
  EXPECT_EQ(ran.last("x"), 8) << ran.errors;
}

TEST(XmileArrays, DeviationIsOfTheValuesThemselves) {
  EXPECT_DOUBLE_EQ(arrays(aux("x", "STDDEV(a[*])")).last("x"), 1.247219128924647);
  EXPECT_DOUBLE_EQ(arrays(aux("x", "INTERPOLATE(a, 0.75)")).last("x"), 3);
}

TEST(XmileArrays, SizeKnowsSelf) {
  EXPECT_EQ(arrays(array("x", {"D", "E"}, "SIZE(SELF[1, *])")).last("x[A,X]"), 2);
  EXPECT_EQ(arrays(array("x", {"D", "E"}, "SIZE(SELF)")).last("x[A,X]"), 6);
}

TEST(XmileArrays, StellaMarksAWholeDimensionByItsName) {
  const Ran ran = arrays(aux("x", "SUM(a[D.*])") + array("y", {"E"}, "MAX(m[D.*, E])"));
  EXPECT_EQ(ran.last("x"), 7) << ran.errors;
  EXPECT_EQ(ran.last("y[X]"), 5);
  EXPECT_EQ(arrays(aux("x", "SUM(a[Q.*])")).errors, "m.xmile:1:630 unknown-subscript\n");
}

// Two dimensions with an element of the same name.
const std::string shared_dimensions = "<dimensions>" + dim("Place", {"north", "south"}) +
                                      dim("Group", {"old", "north", "young"}) + "</dimensions>";

const std::string shared = [] {
  std::string stock = "<stock name=\"s\"><dimensions><dim name=\"Group\"/><dim name=\"Place\"/></dimensions>";
  for (const char* group : {"old", "north", "young"})
    for (const char* location : {"north", "south"})
      stock += std::string("<element subscript=\"") + group + "," + location + "\"><eqn>0</eqn></element>";
  return stock +
         "<inflow>f</inflow></stock><flow name=\"f\"><dimensions><dim name=\"Group\"/>"
         "<dim name=\"Place\"/></dimensions><eqn>Group * 10 + Place</eqn></flow>" +
         aux("x", "Group.north * 10 + Place.north");
}();

TEST(XmileArrays, DimensionsMayHaveElementsOfTheSameName) {
  const Ran ran = xmile(shared, 1, 1, shared_dimensions);
  EXPECT_EQ(ran.last("s[north,north]"), 21) << ran.errors;
  EXPECT_EQ(ran.last("s[north,south]"), 22);
  EXPECT_EQ(ran.last("x"), 21);
}

// What the YAML form says of an XMILE model, and that again in XMILE, gives the same numbers.
void expect_kept(const std::string& variables, const std::string& before) {
  const Results<controller::model::Model> model =
      controller::model::xmile::read(xmile_text(variables, 4, 1, before), "m.xmile");
  const Ran first = run(model);
  EXPECT_EQ(first.errors, "");
  const auto yaml = controller::model::yaml::write(*model);
  ASSERT_TRUE(yaml) << to_string(yaml.error().front());
  const auto back = controller::model::yaml::read(*yaml, "m.yaml");
  const Ran second = run(back);
  EXPECT_EQ(second.columns, first.columns) << second.errors << *yaml;
  const auto again = controller::model::xmile::write(*back);
  ASSERT_TRUE(again) << to_string(again.error().front());
  const Ran third = run(controller::model::xmile::read(*again, "m.xmile"));
  EXPECT_EQ(third.columns, first.columns) << third.errors << *again;
}

TEST(XmileArrays, KeepTheirMeaningInTheYamlForm) {
  expect_kept(shared, shared_dimensions);
  expect_kept(array("a", {"D"}, "1, 2, 4") + aux("x", "MAX(a, 3) + SUM(a)") +
                  array("n", {"D"}, "SIZE(SELF)") + array("share", {"D"}, "a / SUM(a)") +
                  aux("outside", "a[TIME]") + aux("flat", "a(2)") + array("m", {"D", "E"}, "D * 10 + E") +
                  array("turned", {"E", "D"}, "m' + 1"),
              dimensions);
}

TEST(XmileArrays, AnIndexOutsideIsNothingWhereAModelInYamlDoesNotSayOtherwise) {
  const std::string yaml =
      "time: {start: 0, stop: 0, step: 1}\ndimensions: {D: [A, B]}\n"
      "auxiliaries: {'a[D]': 5, x: 'a[TIME + 3]'}\n";
  EXPECT_TRUE(std::isnan(run(controller::model::yaml::read(yaml, "m.yaml")).last("x")));
  EXPECT_EQ(run(controller::model::yaml::read("index_outside: 0\n" + yaml, "m.yaml")).last("x"), 0);
  const auto xmile = controller::model::xmile::write(*controller::model::yaml::read(yaml, "m.yaml"));
  ASSERT_TRUE(xmile);
  EXPECT_TRUE(std::isnan(run(controller::model::xmile::read(*xmile, "m.xmile")).last("x")));
}

}  // namespace
}  // namespace flowyard::test
