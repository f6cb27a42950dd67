#include <gmock/gmock.h>

#include "tests/unit/controller/model/xmile/reading.hpp"

namespace flowyard::controller::model::xmile {
namespace {

TEST(XmileEquation, BindsAsTheStandardSays) {
  EXPECT_EQ(tree("-2^2"), "(-(2 ^ 2))");
  EXPECT_EQ(tree("2^-1"), "(2 ^ (-1))");
  EXPECT_EQ(tree("2^3^2"), "(2 ^ (3 ^ 2))");
  EXPECT_EQ(tree("a - b - c"), "((`a` - `b`) - `c`)");
  EXPECT_EQ(tree("a + b * c mod d / e"), "(`a` + (((`b` * `c`) mod `d`) / `e`))");
  EXPECT_EQ(tree("a OR b AND NOT c = d"), "(`a` or (`b` and ((not `c`) = `d`)))");
  EXPECT_EQ(tree("a &lt; b = c >= d"), "((`a` < `b`) = (`c` >= `d`))");
  EXPECT_EQ(tree("a &lt;&gt; b"), "(`a` <> `b`)");
  EXPECT_EQ(tree("a // b"), "safediv(`a`, `b`)");
  EXPECT_EQ(tree("- + -a"), "(-(+(-`a`)))");
}

TEST(XmileEquation, ReadsConditions) {
  EXPECT_EQ(tree("IF a THEN b ELSE c + 1"), "if_then_else(`a`, `b`, (`c` + 1))");
  EXPECT_EQ(tree("1 + if a then b else if c then d else e"),
            "(1 + if_then_else(`a`, `b`, if_then_else(`c`, `d`, `e`)))");
  EXPECT_EQ(tree("IF THEN ELSE(a, b, c)"), "if_then_else(`a`, `b`, `c`)");
  EXPECT_EQ(tree("a :AND: :NOT: b"), "(`a` and (not `b`))");
}

TEST(XmileEquation, ReadsNumbersAndComments) {
  EXPECT_EQ(tree(".5 + 2. + 1e3 + 1.5E-3"), "(((0.5 + 2) + 1000) + 0.0015)");
  EXPECT_EQ(tree("1 {one} + {two\n lines} 2"), "(1 + 2)");
  EXPECT_EQ(tree(":NA:"), ":NA:");
  EXPECT_EQ(tree("PI + pi() + INF"), "((pi() + pi()) + inf())");
}

TEST(XmileEquation, ReadsNames) {
  EXPECT_EQ(tree("\"say \\\"hi\\\"\" + \"two\\nlines\""), "(`say \"hi\"` + `two lines`)");
  EXPECT_EQ(tree("&quot;A B&quot;"), "`A B`");
  EXPECT_EQ(tree("&#xE9;t\xC3\xA9"), "`\xC3\xA9t\xC3\xA9`");
  EXPECT_EQ(tree("hares.area + \"my module\".x + .root"), "((`hares.area` + `my module.x`) + `.root`)");
  EXPECT_EQ(tree("order + andy + iffy"), "((`order` + `andy`) + `iffy`)");
}

TEST(XmileEquation, JoinsWordsThatTogetherNameAVariable) {
  const auto model =
      model_of(file("<aux name=\"birth rate\"><eqn>1</eqn></aux>"
                    "<aux name=\"y\"><eqn>birth rate * 2</eqn></aux>"));
  EXPECT_EQ(test::listing(variable(model, "y").equations[0].expression), "(`birth rate` * 2)");
}

TEST(XmileEquation, ReadsCalls) {
  EXPECT_EQ(tree("MAX(a, MIN(b, c))"), "max(`a`, min(`b`, `c`))");
  EXPECT_EQ(tree("TIME() + f ( )"), "(time() + f())");
  EXPECT_EQ(tree("table[North](x)"), "table[`North`](`x`)");
}

TEST(XmileEquation, ReadsSubscripts) {
  EXPECT_EQ(tree("a[North, Region, 2, *]"), "`a`[`North`, `Region`, #2, *]");
  EXPECT_EQ(tree("a[1:3, North:South]"), "`a`[1:3, `North`:`South`]");
  EXPECT_EQ(tree("a[Region.South, Age-1, Age + 2]"), "`a`[`South`, `Age`-1, `Age`+2]");
  EXPECT_EQ(tree("a[@2, INT(b) + 1, c]"), "`a`[@2, #(int(`b`) + 1), #`c`]");
  EXPECT_EQ(tree("SUM(a[*:Region, Age!])"), "sum(`a`[`Region`!, `Age`!])");
  EXPECT_EQ(tree("a' + b[*, 1]'"), "(`a`' + `b`[*, #1]')");
}

TEST(XmileEquation, MakesSelfTheVariable) {
  EXPECT_EQ(tree("PREVIOUS(SELF, 0) + 1"), "(previous(`x`, 0) + 1)");
  const auto model =
      model_of(file("<aux name=\"a\"><dimensions><dim name=\"D\"/></dimensions>"
                    "<eqn>PREVIOUS(SELF, 0)</eqn></aux>",
                    "<dimensions><dim name=\"D\" size=\"2\"/></dimensions>"));
  EXPECT_EQ(test::listing(variable(model, "a").equations[0].expression), "previous(`a`[`D`], 0)");
}

TEST(XmileEquation, PointsAtWhatItCannotRead) {
  EXPECT_EQ(tree("a + * b"), "m.xmile:5:24 syntax\n");
  EXPECT_EQ(tree("a &gt; ) "), "m.xmile:5:27 syntax\n");
  EXPECT_EQ(tree("(a + b"), "m.xmile:5:26 syntax\n");
  EXPECT_EQ(tree("IF a THEN b"), "m.xmile:5:31 syntax\n");
  EXPECT_EQ(tree("a == b"), "m.xmile:5:22 syntax\n");
  EXPECT_EQ(tree("1, 2"), "m.xmile:5:21 syntax\n");
  EXPECT_EQ(tree("{never closed"), "m.xmile:5:20 syntax\n");
  EXPECT_EQ(tree("\"never closed"), "m.xmile:5:20 syntax\n");
  EXPECT_EQ(tree("1.2.3"), "m.xmile:5:20 bad-number\n");
  EXPECT_EQ(tree("1e999"), "m.xmile:5:20 bad-number\n");
  EXPECT_EQ(tree("a b"), "m.xmile:5:22 syntax\n");
  EXPECT_EQ(tree("?\?? "), "m.xmile:5:20 syntax\n");
  EXPECT_EQ(tree("a[1"), "m.xmile:5:23 syntax\n");
  EXPECT_EQ(tree("a[@0]"), "m.xmile:5:23 syntax\n");
}

TEST(XmileEquation, LimitsDepth) {
  const auto repeated = [](const std::string& piece, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += piece;
    return all;
  };
  EXPECT_EQ(tree(repeated("(", 100'000)), "m.xmile:5:220 too-large\n");
  EXPECT_EQ(tree(repeated("-", 100'000) + "1"), "m.xmile:5:220 too-large\n");
  EXPECT_EQ(tree(repeated("2^", 100'000) + "1"), "m.xmile:5:420 too-large\n");
  EXPECT_EQ(tree(repeated("1+", 100'000) + "1"), "m.xmile:5:2021 too-large\n");
  EXPECT_EQ(tree(repeated("a[", 100'000)), "m.xmile:5:420 too-large\n");
  EXPECT_EQ(tree(repeated("IF a THEN b ELSE ", 100'000) + "1"), "m.xmile:5:3406 too-large\n");
  EXPECT_EQ(tree(repeated("(", 150) + "1" + repeated(")", 150)), "1");
}

}  // namespace
}  // namespace flowyard::controller::model::xmile
