// What the compiler says of a modeller's errors: each once, at its place, with what to do.
#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::HasSubstr;

const std::string dims = "D: d1, d2 ~~|\nE: e1, e2, e3 ~~|\nv[D] = 1, 2 ~~|\n";  // ends in line 4

std::string errors_of(const std::string& equations) {
  return vensim(dims + equations).errors;
}

TEST(Mistakes, OfSubscriptsAreSaidOncePerPlace) {
  EXPECT_EQ(errors_of("a[E] = v[E] ~~|\n"),
            "m.mdl:5:10: 'E' cannot stand where 'v' has 'D': it is no part of it and not mapped to it\n");
  EXPECT_EQ(errors_of("a = v[d3] ~~|\n"), "m.mdl:5:7: unknown subscript 'd3', did you mean 'D'?\n");
  EXPECT_EQ(errors_of("a = v * 2 ~~|\n"),
            "m.mdl:5:5: 'v' has 1 dimension(s): give its subscripts, as in v[D]\n");
  EXPECT_EQ(errors_of("x[d1] = 1 ~~|\ny[D] = x[D] ~~|\n"), "m.mdl:6:10: 'x' has no equation for 'd2'\n");
  EXPECT_EQ(errors_of("x[D] :EXCEPT: [dd] = 1 ~~|\n"),
            "m.mdl:5:16: unknown subscript 'dd', did you mean 'D'?\n");
}

TEST(Mistakes, OfTablesStandWhereTheyAreUsed) {
  EXPECT_EQ(errors_of("t((0,0),(1,1)) ~~|\na = t + 1 ~~|\n"),
            "m.mdl:6:5: 't' is a lookup: give it an argument, as in t(Time)\n");
  EXPECT_THAT(errors_of("b = 5 ~~|\nc = b(3) ~~|\n"), HasSubstr("m.mdl:6:5: 'b' is not a lookup"));
  EXPECT_THAT(errors_of("d ~~|\na = GET DATA AT TIME(d, 3) ~~|\n"), HasSubstr("'d' has no data"));
}

TEST(Mistakes, OfListsTellHowManyNumbersThereAre) {
  EXPECT_EQ(errors_of("a = 1, 5 ~~|\n"), "m.mdl:5:1: 'a' has too many numbers for its elements: 2 for 1\n");
  EXPECT_EQ(errors_of("a[E] = 1, 5 ~~|\n"), "m.mdl:5:1: 'a' has too few numbers for its elements: 2 for 3\n");
}

TEST(Mistakes, OfInitialValuesHaveAPlace) {
  EXPECT_EQ(
      errors_of("s = INTEG(1, a) ~~|\na = s + 1 ~~|\n"),
      "m.mdl:5:1: the initial values depend on each other in a loop: initial value of s <- a <- initial "
      "value of s; one of them must begin with a number\n");
}

TEST(Mistakes, ThatHideNoOthers) {
  const std::string errors = errors_of("a = nope ~~|\nb = c ~~|\nc = b ~~|\n");
  EXPECT_THAT(errors, HasSubstr("unknown name 'nope'"));
  EXPECT_THAT(errors, HasSubstr("in a loop"));
}

TEST(Mistakes, InArgumentsAreFoundWhereTheCallIsWrong) {
  const std::string errors = errors_of("a = ABS(nope1, LN(nope2 + 1)) + SMOOTH ~~|\n");
  EXPECT_THAT(errors, HasSubstr("unknown name 'nope1'"));
  EXPECT_THAT(errors, HasSubstr("unknown name 'nope2'"));
  EXPECT_THAT(errors, HasSubstr("'SMOOTH' is a function: its arguments are missing"));
}

TEST(Mistakes, OfAggregationsAreNotTakenForOneElement) {
  EXPECT_EQ(errors_of("a[D] = v[D!] ~~|\n"),
            "m.mdl:5:10: 'D!' can only stand inside an aggregation such as SUM\n");
  EXPECT_EQ(errors_of("a[D] = SUM(v[D]) ~~|\n"),
            "m.mdl:5:8: 'SUM' has nothing to run over: mark a dimension with '!'\n");
}

TEST(Mistakes, OfElementsDefinedTwiceNameTheFirst) {
  EXPECT_EQ(errors_of("a[d1] = 1 ~~|\na[d2] = 1 ~~|\na[d1] = 2 ~~|\n"),
            "m.mdl:7:1: 'a[d1]' is defined twice, first at line 5\n");
  EXPECT_EQ(errors_of("a[D] = 1 ~~|\na[D] = Time ~~|\n"),
            "m.mdl:6:1: 'a[d1]' and 1 more are defined twice, first at line 5\n");
  EXPECT_THAT(errors_of("F: f1, f2, f1 ~~|\n"),
              HasSubstr("m.mdl:5:1: 'f1' stands twice in the dimension 'F'"));
}

TEST(Mistakes, OfOneCauseAreCounted) {
  EXPECT_THAT(errors_of("F: (f1-f50) ~~|\na[F] = a[F] + 1 ~~|\n"),
              HasSubstr("a[f3] <- a[f3] (and 47 more like it)"));
  EXPECT_EQ(
      errors_of("F: (f1-f2000) ~~|\na[F,F] = 1 ~~|\nb[F] = a[F,f1] + nope ~~|\n"),
      "m.mdl:6:1: with 'a' the model has more than 2,000,000 array elements\n"
      "m.mdl:7:18: unknown name 'nope' (known: v, a, b, INITIAL TIME, FINAL TIME, TIME STEP, SAVEPER)\n");
}

TEST(Mistakes, OfDimensionsInEachOtherAreToldOnce) {
  EXPECT_EQ(errors_of("F <-> G ~~|\nG <-> F ~~|\n"), "m.mdl:5:1: the dimension 'F' contains itself\n");
  std::string chain;  // each named after the next
  for (int i = 0; i < 100; ++i)
    chain += "F" + std::to_string(i) + " <-> F" + std::to_string(i + 1) + " ~~|\n";
  EXPECT_EQ(errors_of(chain + "F100: g1, g2 ~~|\na[F0] = 1 ~~|\n"), "");
}

TEST(Mistakes, OfTheClock) {
  EXPECT_EQ(errors_of("Time = 3 ~~|\n"), "m.mdl:5:1: 'Time' is the clock: no variable can have its name\n");
  EXPECT_THAT(xmile(aux("TIME", "3")).errors, HasSubstr("'TIME' is the clock"));
}

TEST(Mistakes, OfACircularTimeAreToldOnce) {
  const auto ran = run(controller::model::vensim::read(
      "x = INITIAL TIME ~~|\nINITIAL TIME = x ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n", "m.mdl"));
  EXPECT_EQ(std::count(ran.errors.begin(), ran.errors.end(), '\n'), 1) << ran.errors;
}

TEST(Mistakes, OfFlowsStandWhereTheFlowIsNamed) {
  EXPECT_THAT(xmile("\n<stock name=\"s\"><eqn>1</eqn>\n<inflow>birhs</inflow></stock>\n"
                    "<flow name=\"births\"><eqn>1</eqn></flow>")
                  .errors,
              HasSubstr("m.xmile:3:1: there is no flow 'birhs', did you mean 'births'?"));
}

TEST(Mistakes, OfSumsOverNothing) {
  EXPECT_EQ(errors_of("m[D,E] = 1 ~~|\na[D] = SUM(m[D,E]) ~~|\n"),
            "m.mdl:6:8: 'SUM' has nothing to run over: mark a dimension with '!'\n");
}

TEST(Mistakes, OfFlowsThatAreNone) {
  const std::string stocks =
      "<stock name=\"s\"><eqn>1</eqn><inflow>t</inflow></stock><stock name=\"t\"><eqn>1</eqn></stock>";
  EXPECT_THAT(xmile(stocks).errors, HasSubstr("'t' is a stock, not a flow"));
}

TEST(Mistakes, LoopsThroughFunctionsHaveAPlace) {
  EXPECT_THAT(errors_of("x = DELAY1(x, 3) ~~|\n"), testing::StartsWith("m.mdl:5:1: the initial values"));
}

// XMILE has the same names with fewer arguments, or more.
TEST(Mistakes, OfArgumentsAreCountedAsVensimDoes) {
  EXPECT_THAT(xmile("<aux name=\"a\"><eqn>MIN()</eqn></aux>").errors,
              HasSubstr("'MIN' takes at least 1 argument(s), not 0"));
  EXPECT_EQ(errors_of("a = STEP(1) ~~|\n"), "m.mdl:5:5: 'STEP' takes 2 argument(s), not 1\n");
  EXPECT_EQ(errors_of("a = MAX(1, 2, 3) ~~|\n"), "m.mdl:5:5: 'MAX' takes 2 argument(s), not 3\n");
  EXPECT_EQ(errors_of("a = RAMP(1, 2) ~~|\n"), "m.mdl:5:5: 'RAMP' takes 3 argument(s), not 2\n");
}

TEST(Mistakes, OfMacrosCountTheirArguments) {
  const std::string macro = ":MACRO: M(x, y)\nM = x ~~|\n:END OF MACRO:\n";
  EXPECT_THAT(errors_of(macro + "a = M(1) ~~|\n"), HasSubstr("'M' takes 2 argument(s), not 1"));
}

TEST(Mistakes, AreNotFunctionsThatVensimHasAndWeLack) {
  EXPECT_THAT(errors_of("a = QUEUE FIFO(1, 2, 3, 4) ~~|\n"),
              HasSubstr("Vensim's function 'QUEUE FIFO' is not supported"));
}

TEST(Mistakes, SayWhichProgramHasAFunctionThatIsNotComputed) {
  EXPECT_THAT(vensim("a = NET PRESENT VALUE(1, 0.1, 1, Time, 1) ~~|\n").errors,
              HasSubstr("Vensim's function 'NET PRESENT VALUE' is not supported"));
  EXPECT_THAT(xmile(aux("a", "QLEN(a)")).errors, HasSubstr("Stella's function 'QLEN' is not supported"));
}

}  // namespace
}  // namespace flowyard::test
