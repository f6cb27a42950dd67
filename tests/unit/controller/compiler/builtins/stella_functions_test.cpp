// Stella's functions beyond the standard, against values worked out by hand.
#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using Column = std::vector<double>;

double value_of(const std::string& equation) {
  const Ran ran = xmile(aux("x", equation), 0);
  EXPECT_EQ(ran.errors, "") << equation;
  return ran.last("x");
}

Column column_of(const std::string& equation, double stop = 4, double step = 1) {
  const Ran ran = xmile(aux("x", equation), stop, step);
  EXPECT_EQ(ran.errors, "") << equation;
  return ran["x"];
}

TEST(StellaFunctions, ComputePlainNumbers) {
  EXPECT_EQ(value_of("PERCENT(0.25)"), 25);
  EXPECT_EQ(value_of("FACTORIAL(5) + FACTORIAL(0)"), 121);
  EXPECT_EQ(value_of("COMBINATIONS(5, 2)"), 10);
  EXPECT_EQ(value_of("PERMUTATIONS(5, 2)"), 20);
  EXPECT_EQ(value_of("SWITCH(3, 2) + SWITCH(2, 2)"), 1);
  EXPECT_EQ(value_of("TRUNC(-2.5)"), -2);
  EXPECT_DOUBLE_EQ(value_of("LOGN(EXP(2))"), 2);
  EXPECT_DOUBLE_EQ(value_of("ARCTAN2(1, -1)"), 2.356194490192345);
  EXPECT_EQ(value_of("IF ISNAN(NAN) THEN 3 ELSE 4"), 3);
  EXPECT_EQ(value_of("MOD(-7, 3) + 7 MOD 3"), 3);
}

TEST(StellaFunctions, KnowTheNormalDistribution) {
  EXPECT_NEAR(value_of("NORMALCDF(-1.96, 1.96)"), 0.950004209703559, 1e-13);
  EXPECT_NEAR(value_of("NORMALCDF(80, 120, 100, 10)"), 0.954499736103642, 1e-13);
  EXPECT_NEAR(value_of("NORMALCDF(-40, -8)") / 6.220960574271785e-16, 1, 1e-6);
  EXPECT_NEAR(value_of("INVNORM(0.975)"), 1.959963984540054, 1e-12);
  EXPECT_NEAR(value_of("INVNORM(0.001)"), -3.090232306167813, 1e-12);
}

TEST(StellaFunctions, CountMoneyAsSpreadsheetsDo) {
  EXPECT_NEAR(value_of("PMT(0.1, 2, 100, 0)"), -57.61904761904762, 1e-12);
  EXPECT_NEAR(value_of("PV(0.1, 2, -57.61904761904762, 0)"), 100, 1e-12);
  EXPECT_NEAR(value_of("FV(0.1, 2, 0, -100)"), 121, 1e-12);
  EXPECT_EQ(value_of("FV(0, 2, -10, -100)"), 120);  // without interest
}

TEST(StellaFunctions, CountRoundAndRound) {
  EXPECT_EQ(column_of("COUNTER(1, 3)"), (Column{1, 2, 1, 2, 1}));
  const Column fine = column_of("COUNTER(0, 1)", 1, 0.1);
  EXPECT_NEAR(fine[9], 0.9, 1e-12);
  EXPECT_NEAR(fine[10], 0, 1e-12);
}

TEST(StellaFunctions, CompoundGrowthIsTheSameForAnyStep) {
  const std::string stock =
      "<stock name=\"s\"><eqn>100</eqn><inflow>f</inflow></stock>"
      "<flow name=\"f\"><eqn>s * CGROWTH(10)</eqn></flow>";
  EXPECT_NEAR(xmile(stock, 1, 1).last("s"), 110, 1e-10);
  EXPECT_NEAR(xmile(stock, 1, 0.125).last("s"), 110, 1e-10);
}

TEST(StellaFunctions, LookBack) {
  EXPECT_EQ(column_of("PREVIOUS(TIME)"), (Column{0, 0, 1, 2, 3}));
  EXPECT_EQ(column_of("HISTORY(TIME * 10, TIME - 2)"), (Column{0, 0, 0, 10, 20}));
  EXPECT_EQ(column_of("HISTORY(TIME * 10, 1)"), (Column{0, 10, 10, 10, 10}));
  EXPECT_EQ(column_of("HISTORY(TIME + 5, 0)"), (Column{5, 5, 5, 5, 5}));
  EXPECT_EQ(column_of("DERIVN(TIME ^ 2, 1)"), (Column{0, 1, 3, 5, 7}));
  EXPECT_EQ(column_of("DERIVN(TIME ^ 2, 2)"), (Column{0, 0, 2, 2, 2}));
  EXPECT_EQ(column_of("ENDVAL(TIME, 7)"), (Column{7, 7, 7, 7, 7}));
  EXPECT_EQ(column_of("ENDVAL(TIME + 3)"), (Column{3, 3, 3, 3, 3}));
}

TEST(StellaFunctions, LeaveOutTheirTimes) {
  EXPECT_EQ(column_of("STEP(3)"), (Column{3, 3, 3, 3, 3}));
  EXPECT_EQ(column_of("RAMP(2)"), (Column{0, 2, 4, 6, 8}));
  EXPECT_EQ(column_of("PULSE(6)", 1, 0.5), (Column{12, 12, 12}));
}

TEST(StellaFunctions, BeginWavesAtTheStart) {
  const std::string text =
      "<xmile><sim_specs><start>5</start><stop>6</stop><dt>1</dt></sim_specs><model><variables>" +
      aux("x", "SINWAVE(2, 4)") + aux("y", "COSWAVE(2, 4)") + "</variables></model></xmile>";
  const Ran ran = run(controller::model::xmile::read(text, "m.xmile"));
  EXPECT_EQ(ran["x"][0], 0);
  EXPECT_NEAR(ran["x"][1], 2, 1e-15);
  EXPECT_EQ(ran["y"][0], 2);
}

TEST(StellaFunctions, MeasureTables) {
  const std::string table = "<gf name=\"t\"><xscale min=\"0\" max=\"2\"/><ypts>1,2,3</ypts></gf>";
  const Ran ran = xmile(table + aux("a", "LOOKUPAREA(t, 2)") + aux("b", "LOOKUPAREA(t, 1, 2)") +
                            aux("c", "LOOKUPMEAN(t)") + aux("d", "LOOKUPMEAN(t, 0, 1)"),
                        0);
  EXPECT_EQ(ran.last("a"), 4);
  EXPECT_EQ(ran.last("b"), 2.5);
  EXPECT_EQ(ran.last("c"), 2);
  EXPECT_EQ(ran.last("d"), 1.5);
}

TEST(StellaFunctions, MayCarryTheirNamespace) {
  EXPECT_EQ(value_of("std.ABS(-2) + isee.PERCENT(0.5) + std.TIME"), 52);
}

}  // namespace
}  // namespace flowyard::test
