// What models from strangers' files may say, and what it means: names, ranges, mappings, order, encodings,
// arrays of XMILE.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;

TEST(VensimNames, MayBeQuotedForeignAndBeginLikeFunctions) {
  const Ran ran = vensim(
      "\"odd name, with (stuff)\" = 3 ~~|\ngr\xC3\xB6\xC3\x9F"
      "e = 2 ~~|\nMIN level = 5 ~~|\nIF value = 7 ~~|\n"
      "\"max rate\" = 4 ~~|\nsum of it = \"odd name, with (stuff)\" + gr\xC3\xB6\xC3\x9F"
      "e + Min_Level + max rate + "
      "if  value ~~|\n");
  EXPECT_EQ(ran.last("sum of it"), 21) << ran.errors;
}

TEST(VensimFiles, MayBeInAnyEncodingWithAnyLineEnds) {
  const auto last = [](const std::string& bytes) {
    return run(controller::model::vensim::read(bytes, "m.mdl")).last("a");
  };
  const std::string plain = vensim_text("\xC3\xA9t\xC3\xA9 = 6 ~~|\na = \xC3\xA9t\xC3\xA9 * 2 ~~|\n");
  EXPECT_EQ(last(plain), 12);
  std::string returns = plain;
  for (char& c : returns) c = c == '\n' ? '\r' : c;
  EXPECT_EQ(last(returns), 12);
  std::string wide = "\xFF\xFE";
  for (const char c : vensim_text("a = 12 ~~|\n")) wide += {c, '\0'};
  EXPECT_EQ(last(wide), 12);
  EXPECT_EQ(last(vensim_text("\xE9t\xE9 = 6 ~~|\na = \xE9t\xE9 * 2 ~~|\n").substr(8)), 12);
}

TEST(VensimSubscripts, CountTheElementsThatASumStandsAt) {
  const Ran ran = vensim(
      "D: p, q, r ~~|\nv[D] = 10, 20, 30 ~~|\nsecond = SUM(IF THEN ELSE(D! = 2, v[D!], 0)) ~~|\n"
      "so far[D] = SUM(IF THEN ELSE(D! <= D, v[D!], 0)) ~~|\n");
  EXPECT_EQ(ran.last("second"), 20) << ran.errors;
  EXPECT_EQ(ran.last("so far[q]"), 30);
}

TEST(VensimSubscripts, MixStocksWithNumbers) {
  const Ran ran = vensim("D: p, q ~~|\nx[p] = INTEG(1, 5) ~~|\nx[q] = 7 ~~|\nall = SUM(x[D!]) ~~|\n");
  EXPECT_THAT(ran["all"], ElementsAre(12, 13, 14, 15, 16)) << ran.errors;
}

TEST(VensimFormulas, MayHaveAThousandTerms) {
  std::string sum = "Time";
  for (int i = 1; i < 900; ++i) sum += " + Time";
  const Ran ran = vensim("a = " + sum + " ~~|\n");
  EXPECT_EQ(ran.last("a"), 3600) << ran.errors;
  EXPECT_EQ(vensim("a = 1" + std::string(5000, '+') + "1 ~~|\n").errors, "m.mdl:2:207 too-large\n");
  std::string powers;
  for (int i = 0; i < 50'000; ++i) powers += "2^";
  EXPECT_EQ(vensim("a = " + powers + "1 ~~|\n").errors, "m.mdl:2:405 too-large\n");
}

TEST(VensimSamples, MayCompareWithThemselves) {
  const Ran ran = vensim(
      "D: p, q ~~|\nx[D] = D * (3 - Time) * Time ~~|\npeak[D] = SAMPLE IF TRUE(x[D] > peak[D], x[D], -1) "
      "~~|\n"
      "late = IF THEN ELSE(Time > 1, 1, 0) ~~|\n"
      "since = SAMPLE IF TRUE(:NOT: since :AND: late, Time, 0) ~~|\n"
      "loop = SAMPLE IF TRUE(other > 1, 1, 0) ~~|\nother = loop ~~|\n");
  EXPECT_EQ(ran.errors, "m.mdl:7:1 loop\n");  // only itself is what it was
  const Ran held = vensim(
      "D: p, q ~~|\nx[D] = D * (3 - Time) * Time ~~|\npeak[D] = SAMPLE IF TRUE(x[D] > peak[D], x[D], -1) "
      "~~|\n"
      "late = IF THEN ELSE(Time > 1, 1, 0) ~~|\n"
      "since = SAMPLE IF TRUE(:NOT: since :AND: late, Time, 0) ~~|\n");
  EXPECT_THAT(held["peak[q]"], ElementsAre(0, 4, 4, 4, 4)) << held.errors;
  EXPECT_THAT(held["since"], ElementsAre(0, 0, 2, 2, 2));
}

TEST(VensimEquations, WithoutTheirEndDoNotSwallowTheNext) {
  EXPECT_EQ(vensim("a = 1 ~~\nb = a * 2 ~~|\n").errors, "m.mdl:2:1 syntax\n");
}

TEST(VensimMacros, TakeTablesAsInputs) {
  const Ran ran = vensim(
      ":MACRO: M(x, table)\nM = table(x) * 2 ~~|\n:END OF MACRO:\n"
      "t((0,0),(10,20)) ~~|\na = M(Time, t) ~~|\n");
  EXPECT_THAT(ran["a"], ElementsAre(0, 4, 8, 12, 16)) << ran.errors;
}

TEST(VensimSubscripts, ExceptsRangesAndNumbers) {
  const Ran ran = vensim(
      "D: (A1-A4) ~~|\nE: x, y ~~|\ne[D] :EXCEPT: [A1], [A4] = D ~~|\ne[A1] = 100 ~~|\n"
      "e[A4] = 200 ~~|\ntotal = SUM(e[D!]) ~~|\nt[D,E] :EXCEPT: [A1,E], [D,y] = 1 ~~|\n"
      "t[A1,E] = 2 ~~|\nRest: A2, A3, A4 ~~|\nt[Rest,y] = 3 ~~|\nboth = SUM(t[D!,E!]) ~~|\n"
      "is[D] = IF THEN ELSE(D = A2, 1, 0) ~~|\n");
  EXPECT_EQ(ran.last("total"), 305) << ran.errors;
  EXPECT_EQ(ran.last("both"), 2 + 2 + 3 * (1 + 3));
  EXPECT_EQ(ran.last("is[A2]"), 1);
  EXPECT_EQ(ran.last("is[A3]"), 0);
}

TEST(VensimSubscripts, MapBothWaysAndOntoParts) {
  const Ran ran = vensim(
      "D: a1, a2, a3 ~~|\nE: e1, e2, e3 -> D ~~|\nG: a2, a3 ~~|\nF: f1, f2 -> (D: a1, G) ~~|\n"
      "x[D] = 1, 2, 3 ~~|\ny[E] = 10, 20, 30 ~~|\nz[F] = 100, 200 ~~|\nu[D] = x[D] + y[E] ~~|\n"
      "v[E] = x[D] * 2 ~~|\nw[D] = z[F] ~~|\n");
  EXPECT_EQ(ran.last("u[a3]"), 33) << ran.errors;
  EXPECT_EQ(ran.last("v[e2]"), 4);
  EXPECT_EQ(ran.last("w[a1]"), 100);
  EXPECT_EQ(ran.last("w[a3]"), 200);
}

TEST(VensimOrder, IsThatOfElementsAndActiveInitialCutsCycles) {
  const Ran ran = vensim(
      "T: t1, t2, t3 ~~|\nf[t1] = f[t2] + 1 ~~|\nf[t2] = f[t3] + 1 ~~|\nf[t3] = 5 ~~|\n"
      "ai = ACTIVE INITIAL(aj + 1, 10) ~~|\naj = s * 2 ~~|\ns = INTEG(1, ai) ~~|\n",
      1);
  EXPECT_EQ(ran.last("f[t1]"), 7) << ran.errors;
  EXPECT_THAT(ran["s"], ElementsAre(10, 11));
  EXPECT_THAT(ran["ai"], ElementsAre(21, 23));
  EXPECT_EQ(vensim("a = INTEG(1, b) ~~|\nb = a + 1 ~~|\n").errors, "m.mdl:2:1 loop\n");
}

TEST(VensimArithmetic, OfNegativeNumbersAndNothing) {
  const Ran ran = vensim(
      "a = MODULO(-7, 3) ~~|\nb = INTEGER(-2.7) ~~|\nc = QUANTUM(-7.7, 2) ~~|\nd = QUANTUM(7.7, 0) ~~|\n"
      "e = XIDZ(1, 0.0000001, 7) ~~|\nf = -2^2 ~~|\ng = IF THEN ELSE(h = :NA:, 1, 0) ~~|\nh = :NA: ~~|\n");
  EXPECT_EQ(ran.last("a"), -1);
  EXPECT_EQ(ran.last("b"), -2);
  EXPECT_EQ(ran.last("c"), -6);
  EXPECT_EQ(ran.last("d"), 7.7);
  EXPECT_EQ(ran.last("e"), 7);
  EXPECT_EQ(ran.last("f"), -4);
  EXPECT_EQ(ran.last("g"), 1);
}

// Runge-Kutta looks at times within the step, where what is sampled must not change: the rate is that of the
// step's start, as in Euler's method.
TEST(VensimMemory, SamplesOnceAStepByEveryMethod) {
  const auto text = vensim_text("kept = SAMPLE IF TRUE(Time >= 1, Time, 5) ~~|\ns = INTEG(kept, 0) ~~|\n", 3);
  worker::engine::RunInput by_fourth_order;
  by_fourth_order.method = worker::engine::Method::RungeKutta4;
  const Ran ran = run(controller::model::vensim::read(text, "m.mdl"), by_fourth_order);
  EXPECT_THAT(ran["kept"], ElementsAre(5, 1, 2, 3)) << ran.errors;
  EXPECT_NEAR(ran["s"][1], 5, 1e-12);  // its four weights add up to 1 but for rounding
  EXPECT_NEAR(ran["s"][3], 8, 1e-12);
}

TEST(VensimTables, MayBeUnsortedRangedAndInEquations) {
  const Ran ran = vensim(
      "u((3,30),(1,10),(2,20)) ~~|\na = u(1.5) ~~|\n"
      "b = WITH LOOKUP(Time, ([(0,0)-(10,10),(1,1)],(0,1),(10,11))) ~~|\nflat(0,1,2,10,20,30) ~~|\n"
      "c = flat(1.5) ~~|\nd[E] = table[E](Time) ~~|\nE: x, y ~~|\ntable[E]((0,0),(10,10)) ~~|\n");
  EXPECT_EQ(ran.last("a"), 15) << ran.errors;
  EXPECT_EQ(ran.last("b"), 5);
  EXPECT_EQ(ran.last("c"), 25);
  EXPECT_EQ(ran.last("d[y]"), 4);
}

TEST(VensimData, ShiftInTimeAndEndWhereTheyEnd) {
  const Ran ran = vensim(
      "d := WITH LOOKUP(Time, ((0,0),(4,40))) ~~|\nraw((0,0),(4,40)) ~~|\ns := TIME SHIFT(raw, 1) ~~|\n"
      "b = GET DATA BETWEEN TIMES(raw, Time + 2, 0) ~~|\nat = GET DATA AT TIME(raw, 4) ~~|\n"
      "none = GET DATA AT TIME(raw, 3) ~~|\nfirst = GET DATA FIRST TIME(raw) ~~|\n",
      3);
  EXPECT_THAT(ran["s"], ElementsAre(10, 20, 30, 40)) << ran.errors;
  EXPECT_EQ(ran["b"][2], 40);
  EXPECT_TRUE(std::isnan(ran["b"][3]));
  EXPECT_EQ(ran.last("at"), 40);
  EXPECT_TRUE(std::isnan(ran.last("none")));
  EXPECT_EQ(ran.last("first"), 0);
}

TEST(VensimMacros, NestWithStocksInside) {
  const Ran ran = vensim(
      ":MACRO: INNER(a)\nINNER = INTEG(a, 0) ~~|\n:END OF MACRO:\n"
      ":MACRO: OUTER(a)\nOUTER = INNER(a) + Time$ ~~|\n:END OF MACRO:\n"
      "D: x, y ~~|\nm[D] = OUTER(D) ~~|\n",
      2);
  EXPECT_THAT(ran["m[x]"], ElementsAre(0, 2, 4)) << ran.errors;
  EXPECT_THAT(ran["m[y]"], ElementsAre(0, 3, 6));
}

TEST(VensimTimeSettings, MayBeEquations) {
  const Ran ran = run(
      controller::model::vensim::read("TIME STEP = IF THEN ELSE(Time < 2, 0.5, 1) ~~|\nSAVEPER = TIME STEP "
                                      "~~|\nINITIAL TIME = base ~~|\nbase = 1 ~~|\n"
                                      "FINAL TIME = INITIAL TIME + 3 ~~|\ns = INTEG(1, 0) ~~|\n",
                                      "m.mdl"));
  EXPECT_THAT(ran.times, ElementsAre(1, 1.5, 2, 3, 4)) << ran.errors;
  EXPECT_THAT(ran["s"], ElementsAre(0, 0.5, 1, 2, 3));
}

const std::string square =
    "<aux name=\"sq\"><dimensions><dim name=\"D\"/><dim name=\"D\"/></dimensions>"
    "<element subscript=\"1,1\"><eqn>1</eqn></element><element subscript=\"1,2\"><eqn>2</eqn></element>"
    "<element subscript=\"2,1\"><eqn>3</eqn></element><element "
    "subscript=\"2,2\"><eqn>4</eqn></element></aux>";
const std::string two = "<dimensions><dim name=\"D\" size=\"2\"/><dim name=\"A\" size=\"3\"/></dimensions>";

std::string array(const std::string& name, const std::string& first, const std::string& second,
                  const std::string& equation) {
  return "<aux name=\"" + name + "\"><dimensions><dim name=\"" + first + "\"/><dim name=\"" + second +
         "\"/></dimensions><eqn>" + equation + "</eqn></aux>";
}

TEST(XmileArrays, OfOneDimensionTwiceAreCopiedAndTransposed) {
  const Ran ran = xmile(square + array("copy", "D", "D", "sq") + array("turned", "D", "D", "sq'"), 1, 1, two);
  EXPECT_EQ(ran.last("copy[1,2]"), 2) << ran.errors;
  EXPECT_EQ(ran.last("copy[2,1]"), 3);
  EXPECT_EQ(ran.last("turned[1,2]"), 3);
  EXPECT_EQ(ran.last("turned[2,1]"), 2);
}

TEST(XmileArrays, AreSummedWholeByRowsAndBySlices) {
  const Ran ran =
      xmile(square + array("m", "A", "D", "A * 10 + D") + array("t", "D", "A", "m' * 2") +
                aux("whole", "SUM(sq)") + aux("stars", "SUM(sq[*,*])") + aux("column", "SUM(sq[*,1])") +
                aux("slice", "SUM(m[2:3, 2])") + aux("mean", "MEAN(m)") + aux("size", "SIZE(m)"),
            1, 1, two);
  EXPECT_EQ(ran.last("t[2,3]"), 64) << ran.errors;
  EXPECT_EQ(ran.last("whole"), 10);
  EXPECT_EQ(ran.last("stars"), 10);
  EXPECT_EQ(ran.last("column"), 4);
  EXPECT_EQ(ran.last("slice"), 54);
  EXPECT_EQ(ran.last("mean"), 21.5);
  EXPECT_EQ(ran.last("size"), 6);
  EXPECT_EQ(xmile(array("m", "A", "D", "1") + aux("s", "SUM(m[2:9, 1])"), 1, 1, two).errors,
            "m.xmile:1:303 wrong-dimensions\n");
}

TEST(XmileFunctions, PreviousSelfMacrosAndOthers) {
  const std::string macro =
      "<macro name=\"STORE\"><parm>inp</parm><parm default=\"2\">tau</parm><eqn>lev / tau</eqn><variables>"
      "<stock name=\"lev\"><eqn>inp * tau</eqn><inflow>chg</inflow></stock>"
      "<flow name=\"chg\"><eqn>inp - lev / tau</eqn></flow></variables></macro>";
  const Ran ran =
      xmile(aux("ramp", "RAMP(2, 1)") + aux("before", "PREVIOUS(ramp, -1)") +
                aux("count", "PREVIOUS(SELF, 5) + 1") + aux("kept", "INIT(ramp + 3)") +
                aux("held", "STORE(TIME)") + aux("slow", "STORE(TIME, 4)") +
                aux("odd", "ROOTN(-8, 3) + ROUND(2.5) + SIGN(-3)") + aux("mod", "(-7) MOD 3 + INT(-2.5)"),
            3, 1, macro);
  EXPECT_THAT(ran["before"], ElementsAre(-1, 0, 0, 2)) << ran.errors;
  EXPECT_THAT(ran["count"], ElementsAre(6, 7, 8, 9));
  EXPECT_EQ(ran.last("kept"), 3);
  EXPECT_THAT(ran["held"], ElementsAre(0, 0, 0.5, 1.25));
  EXPECT_THAT(ran["slow"], ElementsAre(0, 0, 0.25, 0.6875));
  EXPECT_EQ(ran.last("odd"), 0);
  EXPECT_EQ(ran.last("mod"), -1);
}

}  // namespace
}  // namespace flowyard::test
