// What the compiler says of a modeller's errors: each once, at its place, with what to do.
#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

const std::string dims = "D: d1, d2 ~~|\nE: e1, e2, e3 ~~|\nv[D] = 1, 2 ~~|\n";  // ends in line 4

std::string errors_of(const std::string& equations) {
  return vensim(dims + equations).errors;
}

TEST(Mistakes, OfSubscriptsAreSaidOncePerPlace) {
  EXPECT_EQ(errors_of("a[E] = v[E] ~~|\n"), "m.mdl:5:10 wrong-dimensions\n");
  EXPECT_EQ(errors_of("a = v[d3] ~~|\n"), "m.mdl:5:7 unknown-subscript\n");
  EXPECT_EQ(errors_of("a = v * 2 ~~|\n"), "m.mdl:5:5 wrong-dimensions\n");
  EXPECT_EQ(errors_of("x[d1] = 1 ~~|\ny[D] = x[D] ~~|\n"), "m.mdl:6:10 no-equation\n");
  EXPECT_EQ(errors_of("x[D] :EXCEPT: [dd] = 1 ~~|\n"), "m.mdl:5:16 unknown-subscript\n");
}

TEST(Mistakes, OfTablesStandWhereTheyAreUsed) {
  EXPECT_EQ(errors_of("t((0,0),(1,1)) ~~|\na = t + 1 ~~|\n"), "m.mdl:6:5 wrong-kind\n");
  EXPECT_EQ(errors_of("b = 5 ~~|\nc = b(3) ~~|\n"), "m.mdl:6:5 wrong-kind\n");
  EXPECT_EQ(errors_of("d ~~|\na = GET DATA AT TIME(d, 3) ~~|\n"), "m.mdl:5:1 no-data\nm.mdl:6:22 no-data\n");
}

TEST(Mistakes, OfListsTellHowManyNumbersThereAre) {
  EXPECT_EQ(errors_of("a = 1, 5 ~~|\n"), "m.mdl:5:1 wrong-dimensions\n");
  EXPECT_EQ(errors_of("a[E] = 1, 5 ~~|\n"), "m.mdl:5:1 wrong-dimensions\n");
}

TEST(Mistakes, OfInitialValuesHaveAPlace) {
  EXPECT_EQ(errors_of("s = INTEG(1, a) ~~|\na = s + 1 ~~|\n"), "m.mdl:5:1 loop\n");
}

TEST(Mistakes, ThatHideNoOthers) {
  const std::string errors = errors_of("a = nope ~~|\nb = c ~~|\nc = b ~~|\n");
  EXPECT_EQ(errors, "m.mdl:5:5 unknown-name\nm.mdl:6:1 loop\n");
}

TEST(Mistakes, InArgumentsAreFoundWhereTheCallIsWrong) {
  const std::string errors = errors_of("a = ABS(nope1, LN(nope2 + 1)) + SMOOTH ~~|\n");
  EXPECT_EQ(
      errors,
      "m.mdl:5:5 wrong-arity\nm.mdl:5:9 unknown-name\nm.mdl:5:19 unknown-name\nm.mdl:5:33 wrong-arity\n");
}

TEST(Mistakes, OfAggregationsAreNotTakenForOneElement) {
  EXPECT_EQ(errors_of("a[D] = v[D!] ~~|\n"), "m.mdl:5:10 not-aggregated\n");
  EXPECT_EQ(errors_of("a[D] = SUM(v[D]) ~~|\n"), "m.mdl:5:8 not-aggregated\n");
}

TEST(Mistakes, OfElementsDefinedTwiceNameTheFirst) {
  EXPECT_EQ(errors_of("a[d1] = 1 ~~|\na[d2] = 1 ~~|\na[d1] = 2 ~~|\n"), "m.mdl:7:1 defined-twice\n");
  EXPECT_EQ(errors_of("a[D] = 1 ~~|\na[D] = Time ~~|\n"), "m.mdl:6:1 defined-twice\n");
  EXPECT_EQ(errors_of("F: f1, f2, f1 ~~|\n"), "m.mdl:5:1 defined-twice\n");
}

TEST(Mistakes, OfOneCauseAreCounted) {
  EXPECT_EQ(errors_of("F: (f1-f50) ~~|\na[F] = a[F] + 1 ~~|\n"),
            "m.mdl:6:1 loop\nm.mdl:6:1 loop\nm.mdl:6:1 loop\n");
  EXPECT_EQ(errors_of("F: (f1-f2000) ~~|\na[F,F] = 1 ~~|\nb[F] = a[F,f1] + nope ~~|\n"),
            "m.mdl:6:1 too-large\nm.mdl:7:18 unknown-name\n");
}

TEST(Mistakes, OfDimensionsInEachOtherAreToldOnce) {
  EXPECT_EQ(errors_of("F <-> G ~~|\nG <-> F ~~|\n"), "m.mdl:5:1 loop\n");
  std::string chain;  // each named after the next
  for (int i = 0; i < 100; ++i)
    chain += "F" + std::to_string(i) + " <-> F" + std::to_string(i + 1) + " ~~|\n";
  EXPECT_EQ(errors_of(chain + "F100: g1, g2 ~~|\na[F0] = 1 ~~|\n"), "");
}

TEST(Mistakes, OfTheClock) {
  EXPECT_EQ(errors_of("Time = 3 ~~|\n"), "m.mdl:5:1 defined-twice\n");
  EXPECT_EQ(xmile(aux("TIME", "3")).errors, "m.xmile:1:118 defined-twice\n");
}

TEST(Mistakes, OfACircularTimeAreToldOnce) {
  const auto ran = run(controller::model::vensim::read(
      "x = INITIAL TIME ~~|\nINITIAL TIME = x ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n", "m.mdl"));
  EXPECT_EQ(std::count(ran.errors.begin(), ran.errors.end(), '\n'), 1) << ran.errors;
}

TEST(Mistakes, OfFlowsStandWhereTheFlowIsNamed) {
  EXPECT_EQ(xmile("\n<stock name=\"s\"><eqn>1</eqn>\n<inflow>birhs</inflow></stock>\n"
                  "<flow name=\"births\"><eqn>1</eqn></flow>")
                .errors,
            "m.xmile:3:1 unknown-name\n");
}

TEST(Mistakes, OfSumsOverNothing) {
  EXPECT_EQ(errors_of("m[D,E] = 1 ~~|\na[D] = SUM(m[D,E]) ~~|\n"), "m.mdl:6:8 not-aggregated\n");
}

TEST(Mistakes, OfFlowsThatAreNone) {
  const std::string stocks =
      "<stock name=\"s\"><eqn>1</eqn><inflow>t</inflow></stock><stock name=\"t\"><eqn>1</eqn></stock>";
  EXPECT_EQ(xmile(stocks).errors, "m.xmile:1:146 wrong-kind\n");
}

TEST(Mistakes, LoopsThroughFunctionsHaveAPlace) {
  EXPECT_EQ(errors_of("x = DELAY1(x, 3) ~~|\n"), "m.mdl:5:1 loop\n");
}

// XMILE has the same names with fewer arguments, or more.
TEST(Mistakes, OfArgumentsAreCountedAsVensimDoes) {
  EXPECT_EQ(xmile("<aux name=\"a\"><eqn>MIN()</eqn></aux>").errors, "m.xmile:1:137 wrong-arity\n");
  EXPECT_EQ(errors_of("a = STEP(1) ~~|\n"), "m.mdl:5:5 wrong-arity\n");
  EXPECT_EQ(errors_of("a = MAX(1, 2, 3) ~~|\n"), "m.mdl:5:5 wrong-arity\n");
  EXPECT_EQ(errors_of("a = RAMP(1, 2) ~~|\n"), "m.mdl:5:5 wrong-arity\n");
}

TEST(Mistakes, OfMacrosCountTheirArguments) {
  const std::string macro = ":MACRO: M(x, y)\nM = x ~~|\n:END OF MACRO:\n";
  EXPECT_EQ(errors_of(macro + "a = M(1) ~~|\n"), "m.mdl:8:5 wrong-arity\n");
}

TEST(Mistakes, AreNotFunctionsThatVensimHasAndWeLack) {
  EXPECT_EQ(errors_of("a = QUEUE FIFO(1, 2, 3, 4) ~~|\n"), "m.mdl:5:5 unsupported\n");
}

TEST(Mistakes, SayWhichProgramHasAFunctionThatIsNotComputed) {
  EXPECT_EQ(vensim("a = NET PRESENT VALUE(1, 0.1, 1, Time, 1) ~~|\n").errors, "m.mdl:2:5 unsupported\n");
  EXPECT_EQ(xmile(aux("a", "QLEN(a)")).errors, "m.xmile:1:137 unsupported\n");
}

}  // namespace
}  // namespace flowyard::test
