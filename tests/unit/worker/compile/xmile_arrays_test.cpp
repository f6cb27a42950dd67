// Arrays in XMILE (OASIS XMILE 1.0, section 3.7.1).
#include "tests/unit/worker/compile/running.hpp"

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
}

}  // namespace
}  // namespace flowyard::test
