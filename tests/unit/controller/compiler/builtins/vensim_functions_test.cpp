// Vensim's functions against values that follow from their definitions in Vensim's reference manual by hand.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

MATCHER(Near, "") {
  return std::abs(std::get<0>(arg) - std::get<1>(arg)) < 1e-9;
}
auto are(std::vector<double> values) {
  return Pointwise(Near(), std::move(values));
}

const std::string abc = "D: A, B, C ~~|\nE: x, y ~~|\nv[D] = 3, 1, 2 ~~|\nm[D,E] = 1,2; 3,4; 5,6; ~~|\n";

TEST(VensimVectors, OrderRankAndReorder) {
  const Ran ran = vensim(abc +
                         "up[D] = VECTOR SORT ORDER(v[D], 1) ~~|\ndown[D] = VECTOR SORT ORDER(v[D], 0) ~~|\n"
                         "rank[D] = VECTOR RANK(v[D], 1) ~~|\nsorted[D] = VECTOR REORDER(v[D], up[D]) ~~|\n");
  EXPECT_EQ(ran.last("up[A]"), 1);
  EXPECT_EQ(ran.last("up[B]"), 2);
  EXPECT_EQ(ran.last("up[C]"), 0);
  EXPECT_EQ(ran.last("down[A]"), 0);
  EXPECT_EQ(ran.last("rank[A]"), 3);
  EXPECT_EQ(ran.last("rank[B]"), 1);
  EXPECT_EQ(ran.last("sorted[A]"), 1);
  EXPECT_EQ(ran.last("sorted[C]"), 3);
}

TEST(VensimVectors, MayBeFormulas) {
  const Ran ran = vensim(abc +
                         "up[D] = VECTOR SORT ORDER(v[D] * 2 + D / 10, 1) ~~|\n"
                         "rank[D] = VECTOR RANK(-v[D] + SUM(m[D,E!]), 1) ~~|\n"
                         "place[D] = VECTOR RANK(SUM(m[A,E!]) - v[D], 1) ~~|\n");
  EXPECT_EQ(ran.last("up[A]"), 1);
  EXPECT_EQ(ran.last("up[C]"), 0);
  EXPECT_EQ(ran.last("rank[A]"), 1);
  EXPECT_EQ(ran.last("rank[C]"), 3);
  EXPECT_EQ(ran.last("place[A]"), 1);
  EXPECT_EQ(ran.last("place[B]"), 3);
  EXPECT_EQ(vensim(abc + "r[D] = VECTOR RANK(Time + 1, 1) ~~|\n").errors, "m.mdl:6:25 wrong-kind\n");
}

TEST(VensimVectors, ElementMapCountsThroughTheWholeVariable) {
  const Ran ran =
      vensim(abc +
             "same[D,E] = VECTOR ELM MAP(m[A,x], (D-1)*ELMCOUNT(E) + (E-1)) ~~|\n"
             "next[D] = VECTOR ELM MAP(v[D], 1) ~~|\nmoving = VECTOR ELM MAP(m[A,x], Time) ~~|\n");
  EXPECT_EQ(ran.last("same[B,x]"), 3);
  EXPECT_EQ(ran.last("same[C,y]"), 6);
  EXPECT_EQ(ran.last("next[A]"), 1);
  EXPECT_TRUE(std::isnan(ran.last("next[C]")));
  EXPECT_THAT(ran["moving"], ElementsAre(1, 2, 3, 4, 5));
}

TEST(VensimVectors, LookupReadsAVectorAsATableInTenWays) {
  const auto at = [](const std::string& x, int mode) {
    return vensim(
               "D: A, B, C ~~|\nv[D] = 0, 10, 40 ~~|\n"
               "r = VECTOR LOOKUP(v[A], " +
               x + ", 0, 2, " + std::to_string(mode) + ") ~~|\n")
        .last("r");
  };
  EXPECT_EQ(at("1.5", 0), 25);
  EXPECT_EQ(at("9", 0), 40);
  EXPECT_EQ(at("2", 1), 30);  // 5 + 25
  EXPECT_EQ(at("1.5", 2), 10);
  EXPECT_EQ(at("3", 3), 70);
  EXPECT_EQ(at("1.5", 4), 40);
  EXPECT_EQ(at("25", 5), 1.5);
  EXPECT_EQ(at("0.5", 6), 10);
  EXPECT_EQ(at("3", 6), 0);
  EXPECT_EQ(at("3", 7), 85);  // 30 + (40 + 70) / 2
  EXPECT_EQ(at("70", 8), 3);
  EXPECT_EQ(at("3", 9), 30);
}

TEST(VensimAllocation, InTwoStepsIsTheSameAsInOne) {
  const Ran ran = vensim(
      "D: A, B, C ~~|\nr[D] = 3, 2, 4 ~~|\np[D] = 2, 1, 1.5 ~~|\n"
      "mp = MARKETP(r[A], p[A], ELMCOUNT(D), 1, Time*2 + 0.5) ~~|\ngiven[D] = ALLOC P(r[D], p[D], 1, mp) "
      "~~|\n"
      "once[D] = ALLOCATE BY PRIORITY(r[D], p[D], ELMCOUNT(D), 1, Time*2 + 0.5) ~~|\n");
  for (const char* element : {"[A]", "[B]", "[C]"})
    for (std::size_t k = 0; k < 5; ++k)
      EXPECT_NEAR(ran[std::string("given") + element].at(k), ran[std::string("once") + element].at(k), 1e-6);
  EXPECT_NEAR(ran["given[A]"].at(1) + ran["given[B]"].at(1) + ran["given[C]"].at(1), 2.5, 1e-6) << ran.errors;
}

TEST(VensimFinance, NetPresentValueCountsTheStepItStandsIn) {
  const Ran ran = vensim("n = NPV(100, 0.1, 5, 2) ~~|\ne = NPVE(100, 0.1, 0, 1) ~~|\n", 2);
  EXPECT_THAT(ran["n"], are({210, 210 + 200 / 1.1, 210 + 200 / 1.1 + 200 / 1.21}));
  EXPECT_THAT(ran["e"], are({100 / 1.1, 100 / 1.1 + 100 / 1.21, 100 / 1.1 + 100 / 1.21 + 100 / 1.331}));
}

TEST(VensimFinance, StraightLineDepreciation) {
  const Ran ran = vensim(
      "once = DEPRECIATE STRAIGHTLINE(PULSE(1, 1) * 90, 3, 1, 0) ~~|\n"
      "always = DEPRECIATE STRAIGHTLINE(30, 3, 1, 30) ~~|\n",
      5);
  EXPECT_THAT(ran["once"], are({0, 30, 30, 30, 0, 0}));
  EXPECT_THAT(ran["always"], are({30, 30, 30, 30, 30, 30}));
}

TEST(VensimFinance, DepreciationLumpsPaymentsOfAFiscalPeriod) {
  // 20 for the first half of the year only: a mean of 10, a half of which is left for the second year.
  const Ran ran = vensim("d = DEPRECIATE STRAIGHTLINE(PULSE(0, 0.5) * 20, 2, 1, 0) ~~|\n", 2.5, 0.5);
  EXPECT_THAT(ran["d"], are({10, 0, 5, 5, 0, 0}));
}

TEST(VensimTables, ForwardBackwardInvertExtrapolateAreaSlope) {
  const Ran ran = vensim(
      "t((0,0),(1,10),(3,20)) ~~|\nforward = LOOKUP FORWARD(t, 0.5) ~~|\nbackward = LOOKUP BACKWARD(t, 0.5) "
      "~~|\n"
      "invert = LOOKUP INVERT(t, 15) ~~|\nbeyond = LOOKUP EXTRAPOLATE(t, 4) ~~|\narea = LOOKUP AREA(t, 0.5, "
      "2) ~~|\n"
      "left = LOOKUP SLOPE(t, 1, -1) ~~|\nright = LOOKUP SLOPE(t, 1, 1) ~~|\n");
  EXPECT_EQ(ran.last("forward"), 10);
  EXPECT_EQ(ran.last("backward"), 0);
  EXPECT_EQ(ran.last("invert"), 2);
  EXPECT_EQ(ran.last("beyond"), 25);
  EXPECT_EQ(ran.last("area"), 3.75 + 12.5);
  EXPECT_EQ(ran.last("left"), 10);
  EXPECT_EQ(ran.last("right"), 5);
}

TEST(VensimPipes, MaterialDelayAddsUpAndLeavesGaps) {
  const Ran ran = vensim(
      "shorter = DELAY MATERIAL(Time, IF THEN ELSE(Time < 3, 4, 2), 7, -1) ~~|\n"
      "longer = DELAY MATERIAL(Time, IF THEN ELSE(Time < 3, 1, 3), 7, -1) ~~|\n"
      "news = DELAY INFORMATION(Time, IF THEN ELSE(Time < 3, 4, 2), 7) ~~|\n",
      8);
  EXPECT_THAT(ran["shorter"], ElementsAre(7, 7, 7, 7, 0, 1 + 3, 2 + 4, 5, 6));
  EXPECT_THAT(ran["longer"], ElementsAre(7, 0, 1, 2, -1, -1, 3, 4, 5));
  EXPECT_THAT(ran["news"], ElementsAre(7, 7, 7, 7, 0, 3, 4, 5, 6));
}

TEST(VensimPipes, DelayWithPipelineDefinesThePipeline) {
  const Ran ran = vensim("out = DELAYP(STEP(3, 1), 3 : under way) ~~|\ntwice = under way * 2 ~~|\n", 8);
  EXPECT_THAT(ran["out"], ElementsAre(0, 0, 0, 0, 3, 3, 3, 3, 3));
  EXPECT_THAT(ran["under way"], ElementsAre(0, 0, 3, 6, 9, 9, 9, 9, 9));
  EXPECT_EQ(ran.last("twice"), 18);
}

TEST(VensimPipes, ShiftIfTrueMovesCohortsOn) {
  const Ran ran = vensim(
      "D: A, B, C ~~|\np[A] = INTEG(10, 100) ~~|\np[B] = INTEG(0, 10) ~~|\np[C] = INTEG(0, 1) ~~|\n"
      "q[D] = INTEG(0, D) ~~|\nkept = SHIFT IF TRUE(p[A], MODULO(Time, 2) = 1, 3, 1, 5) ~~|\n"
      "gone = SHIFT IF TRUE(q[A], Time = 1, 3, 0, 9) ~~|\n",
      4);
  EXPECT_THAT(ran["p[A]"], ElementsAre(100, 110, 5, 15, 5));
  EXPECT_THAT(ran["p[B]"], ElementsAre(10, 10, 120, 120, 25));
  EXPECT_THAT(ran["p[C]"], ElementsAre(1, 1, 11, 11, 131));
  EXPECT_THAT(ran["kept"], ElementsAre(0, 0, 0, 0, 0));
  EXPECT_THAT(ran["gone"], ElementsAre(0, 3, 0, 0, 0));
  EXPECT_THAT(ran["q[C]"], ElementsAre(3, 3, 2, 2, 2));
  EXPECT_EQ(vensim("D: A, B ~~|\np[D] = INTEG(0, 1) ~~|\ns = SHIFT IF TRUE(p[A], 1, 9, 0, 0) ~~|\n").errors,
            "m.mdl:4:5 wrong-dimensions\n");
}

// All models below begin at 0; the same numbers by RK4, in which what is decided once a step stays.
Ran by_rk4(const std::string& equations, double stop, double step) {
  const auto model = controller::model::vensim::read(vensim_text(equations, stop, step), "m.mdl");
  if (!model) return run(model);
  controller::model::Model changed = *model;
  changed.time.method = controller::model::Method::RungeKutta4;
  return run(Results<controller::model::Model>(std::move(changed)));
}

TEST(VensimBatches, GatherAreWorkedOnOneAtATimeAndComeOutAtOnce) {
  // 4 a unit of time and 3 at first: 11 at 2 is enough for 10. At 5 that batch is done and 13 have gathered;
  // of these 10 go on, and so do 10 of 15 at 8.
  const std::string plain = "o = DELAY BATCH(4, 10, 3, 7, 1, 3) ~~|\n";
  const std::vector<double> expected = {0, 7, 0, 0, 0, 10, 0, 0, 10, 0, 0, 10};
  EXPECT_THAT(vensim(plain, 11)["o"], are(expected));
  EXPECT_THAT(by_rk4(plain, 11, 1)["o"], are(expected));
}

TEST(VensimBatches, ComeOutInOneStepWithAllTheirMaterial) {
  // Steps of a half: 2 have gathered at 1, and leave in the step from 2 on, at 4 a unit of time.
  const std::string model =
      "o = DELAY BATCH(IF THEN ELSE(Time < 1.1, 2, 0), 2, IF THEN ELSE(Time < 1.25, 1, 9), 3, 0, 0) ~~|\n"
      "sum = INTEG(o, 0) ~~|\n";
  EXPECT_THAT(vensim(model, 3, 0.5)["o"], are({3, 0, 0, 0, 4, 0, 0}));
  EXPECT_THAT(by_rk4(model, 3, 0.5)["sum"], are({0, 1.5, 1.5, 1.5, 1.5, 3.5, 3.5}));
}

TEST(VensimBatches, GatherWithoutLossByRungeKutta) {
  // The integral of 2 t over 0 to 2 is 4: enough at 2, where Euler has 2 only.
  const std::string model = "o = DELAY BATCH(2 * Time, 4, 1, 0, 0, 0) ~~|\n";
  EXPECT_THAT(by_rk4(model, 4, 1)["o"], are({0, 0, 0, 4, 4}));
  EXPECT_THAT(vensim(model, 4)["o"], are({0, 0, 0, 0, 4}));
}

TEST(VensimConveyors, BringTheFirstContentByItsProfileThenTheInput) {
  // The profile falls to 0 over twice the conveyor's time: 3/4 of 8 leave in the first half.
  const std::string model =
      "p((0,2),(4,0)) ~~|\nflat((0,1),(9,1)) ~~|\n"
      "o = DELAY CONVEYOR(10 + Time, 2, 0, p, 8, 2) ~~|\n"
      "half = DELAY CONVEYOR(10 + Time, 2, 0, flat, 8, 4) ~~|\n";
  EXPECT_THAT(vensim(model, 5)["o"], are({6, 2, 10, 11, 12, 13}));
  EXPECT_THAT(by_rk4(model, 5, 1)["o"], are({6, 2, 10, 11, 12, 13}));
  EXPECT_THAT(vensim(model, 5)["half"], are({2, 2, 12, 13, 12, 13}));
}

TEST(VensimConveyors, LeakInEveryStepFromAllThatIsThere) {
  // A half of it all, the input too, is left after each step; half of that again from 2 on.
  const std::string model =
      "flat((0,1),(1,1)) ~~|\nrate = IF THEN ELSE(Time < 2, 0.5, 0.75) ~~|\n"
      "out = DELAY CONVEYOR(16, 2, rate, flat, 8, 2) ~~|\n"
      "leaking = (content + TIME STEP * (16 - out)) * rate ~~|\n"
      "content = INTEG(16 - out - leaking, 8) ~~|\n"
      "all gone = DELAY CONVEYOR(16, 2, 1, flat, 8, 2) ~~|\n";
  const Ran ran = vensim(model, 5);
  EXPECT_THAT(ran["out"], are({4, 2, 4, 2, 1, 1}));
  // (16 + 8 - 4) / 2, (10 + 16 - 2) / 2, (12 + 16 - 4) / 4 ...
  EXPECT_THAT(ran["content"], are({8, 10, 12, 6, 5, 5}));
  EXPECT_THAT(ran["all gone"], are({4, 0, 0, 0, 0, 0}));
  EXPECT_THAT(by_rk4(model, 5, 1)["out"], are({4, 2, 4, 2, 1, 1}));
}

TEST(VensimConveyors, KeepTheirSpeed) {
  EXPECT_EQ(vensim("p((0,1),(1,1)) ~~|\no = DELAY CONVEYOR(1, 2 + STEP(1, 3), 0, p, 8, 2) ~~|\n").errors,
            "m.mdl:3:25 unsupported\n");
}

TEST(VensimData, AreSummedUpPointByPoint) {
  const Ran ran = vensim("so far := CUMULATE(d) ~~|\nlast := CUMULATEF(d) ~~|\nd((0,3),(2,4),(3,-1)) ~~|\n");
  EXPECT_THAT(ran["so far"], are({3, 5, 7, 6, 6}));
  EXPECT_THAT(ran["last"], are({6, 6, 6, 6, 6}));
}

TEST(VensimStocks, AreHeldWithinTheirBounds) {
  // Up by 3 to 5 at most, then down by 4 to 0 at least; the rate may read the stock itself.
  const std::string model =
      "x = SINTEG(IF THEN ELSE(Time < 3, 3, -4), 1, 0, 5, :NA:, :NA:, :NA:) ~~|\n"
      "free = SINTEG(2, 1, :NA:, :NA:, :NA:, :NA:, :NA:) ~~|\n"
      "filling = SINTEG(2 * filling, 1, :NA:, 5, :NA:, :NA:, :NA:) ~~|\n";
  const Ran ran = vensim(model, 6);
  EXPECT_THAT(ran["x"], are({1, 4, 5, 5, 1, 0, 0}));
  EXPECT_THAT(ran["free"], are({1, 3, 5, 7, 9, 11, 13}));
  EXPECT_THAT(ran["filling"], are({1, 3, 5, 5, 5, 5, 5}));
  // 1 + 2 + 2 + 4/3 + 2/3 is what four stages make of e^2 where no bound is met.
  EXPECT_THAT(by_rk4("f = SINTEG(2 * f, 1, 0, 5 + 3 * Time, :NA:, :NA:, :NA:) ~~|\n", 1, 1)["f"],
              are({1, 7}));
  EXPECT_EQ(vensim("x = SINTEG(1, 1, 0, 9, 1, :NA:, :NA:) ~~|\n").errors, "m.mdl:2:24 unsupported\n");
}

TEST(VensimMarkets, PriceClearsDemandAndSupply) {
  // Rectangular curves around 5, 4 wide: half of everything at 5, for both sides.
  const Ran ran = vensim(
      "curve: ctype, cmiddle, cwidth, cextra ~~|\nbuyer: b1, b2 ~~|\nseller: s1, s2 ~~|\nwants[buyer] = 100, "
      "50 ~~|\n"
      "has[seller] = 100, 50 ~~|\nbuys[buyer,curve] = 1,5,4,0; 1,5,4,0; ~~|\nsells[seller,curve] = 1,5,4,0; "
      "1,5,4,0; ~~|\n"
      "price = FIND MARKET PRICE(wants[b1], buys[b1,ctype], has[s1], sells[s1,ctype]) ~~|\n"
      "bought[buyer] = DEMAND AT PRICE(wants[buyer], buys[buyer,ctype], price) ~~|\n"
      "offered[seller] = SUPPLY AT PRICE(has[seller], sells[seller,ctype], price - 1) ~~|\n");
  EXPECT_THAT(ran.last("price"), DoubleNear(5, 1e-9));
  EXPECT_THAT(ran.last("bought[b1]"), DoubleNear(50, 1e-6));
  EXPECT_THAT(ran.last("bought[b2]"), DoubleNear(25, 1e-6));
  EXPECT_THAT(ran.last("offered[s1]"), DoubleNear(25, 1e-6));
}

TEST(VensimMarkets, AFixedQuantityIsThereAtAnyPrice) {
  const Ran ran = vensim(
      "curve: ctype, cmiddle, cwidth, cextra ~~|\nc[curve] = 0, 5, 4, 0 ~~|\n"
      "d = DEMAND AT PRICE(8, c[ctype], 100) ~~|\ns = SUPPLY AT PRICE(8, c[ctype], 1) ~~|\n");
  EXPECT_EQ(ran.last("d"), 8);
  EXPECT_EQ(ran.last("s"), 8);
}

TEST(VensimTime, TrendsTakeTheSizeOfTheAverage) {
  const Ran ran = vensim(
      "up = TREND(100 + 10*Time, 2, 0.05) ~~|\ndown = TREND(-100 - 10*Time, 2, 0.05) ~~|\n"
      "f = FORECAST(100 + 10*Time, 2, 4) ~~|\n",
      1);
  const double average = 100 / 1.1;
  EXPECT_NEAR(ran["up"][0], (100 - average) / (2 * average), 1e-12);
  EXPECT_NEAR(ran["down"][0], -(100 - average) / (2 * average), 1e-12);
  EXPECT_THAT(ran["f"], are({100, 110 * (1 + 4 * (110.0 - 100) / (2 * 100))}));
}

TEST(VensimTime, BaseAndSpecialFunctions) {
  const Ran ran =
      vensim("year = TIME BASE(1980, 0.5) ~~|\ng = GAMMA LN(5) ~~|\ns = SSHAPE(0.5, 2, 8) ~~|\n", 2);
  EXPECT_THAT(ran["year"], ElementsAre(1980, 1980.5, 1981));
  EXPECT_NEAR(ran.last("g"), std::log(24.0), 1e-12);
  EXPECT_EQ(ran.last("s"), 5);
}

TEST(VensimMacros, DefineTheirOutputsInTheCaller) {
  const Ran ran = vensim(
      ":MACRO: SPREAD(inp, k : level, twice)\nSPREAD = level / k ~~|\n"
      "level = INTEG(inp - SPREAD, 0) ~~|\ntwice = level * 2 ~~|\n:END OF MACRO:\n"
      "o = SPREAD(8, 2 : stored, double) ~~|\nsum = stored + double ~~|\n",
      2);
  EXPECT_THAT(ran["o"], ElementsAre(0, 4, 6));
  EXPECT_THAT(ran["stored"], ElementsAre(0, 8, 12));
  EXPECT_THAT(ran["sum"], ElementsAre(0, 24, 36));
}

}  // namespace
}  // namespace flowyard::test
