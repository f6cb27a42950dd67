// Small models that ask for much: what they may have, they get in little time and memory; the rest is
// refused.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;

TEST(Limits, DelaysKeepNoMoreThanTheRunLasts) {
  const Ran ran = vensim(
      "endless = DELAY FIXED(Time, 1e12, 5) ~~|\nlonger = DELAY FIXED(Time + 1, 5, 5) ~~|\n"
      "just = DELAY FIXED(Time + 1, 4, 5) ~~|\n"
      "pipe = DELAY MATERIAL(Time, 9e6 + Time, 7, -1) ~~|\n"
      "just pipe = DELAY MATERIAL(Time + 1, 4, 7, -1) ~~|\n"
      "news = DELAY INFORMATION(Time, 9e6 - 9e6 * STEP(1, 2), 7) ~~|\n");
  EXPECT_THAT(ran["endless"], ElementsAre(5, 5, 5, 5, 5)) << ran.errors;
  EXPECT_THAT(ran["longer"], ElementsAre(5, 5, 5, 5, 5));
  EXPECT_THAT(ran["just"], ElementsAre(5, 5, 5, 5, 1));
  EXPECT_THAT(ran["pipe"], ElementsAre(7, 7, 7, 7, 7));
  EXPECT_THAT(ran["just pipe"], ElementsAre(7, 7, 7, 7, 1));
  EXPECT_THAT(ran["news"], ElementsAre(7, 7, 7, 2, 3));
}

TEST(Limits, AConveyorMayHaveSoManyStepsOnly) {
  const auto errors = [](const std::string& length) {
    return xmile("<stock name=\"c\"><eqn>1</eqn><outflow>out</outflow><conveyor><len>" + length +
                 "</len></conveyor></stock><flow name=\"out\"/>")
        .errors;
  };
  EXPECT_EQ(errors("1000"), "");
  EXPECT_THAT(errors("9000000"), testing::HasSubstr("a conveyor is too long for its time step"));
}

TEST(Limits, MacrosThatCallEachOtherTwiceAreRefused) {
  std::string macros = ":MACRO: M0(x)\nM0 = x ~~|\n:END OF MACRO:\n";
  for (int i = 1; i < 30; ++i) {
    const std::string below = "M" + std::to_string(i - 1);
    const std::string own = "M" + std::to_string(i);
    macros += ":MACRO: " + own + "(x)\n" + own + " = " + below + "(x) + " + below + "(x + 1) ~~|\n";
    macros += ":END OF MACRO:\n";
  }
  EXPECT_EQ(vensim(macros + "y = M29(Time) ~~|\n").errors, "m.mdl:42:1 too-large\n");
}

TEST(Limits, OrdersMayBeComputedFromWhatIsNotReadYet) {
  std::string equations = "a = DELAY N(Time, 2, 0, n0) ~~|\n";
  for (int i = 0; i < 40; ++i)
    equations += "n" + std::to_string(i) + " = n" + std::to_string(i + 1) + " * 1 + (1 - 1) ~~|\n";
  const Ran ran = vensim(equations + "n40 = 3 ~~|\n");
  const Ran three = vensim("a = DELAY N(Time, 2, 0, 3) ~~|\n");
  EXPECT_EQ(ran["a"], three["a"]) << ran.errors;
}

TEST(Limits, NumbersOfManyTrialsAreNotDrawnAgainAndAgain) {
  const Ran ran = vensim("x = RANDOM BINOMIAL(-5, -1, 0.5, 1e6, 0, 1, 3) ~~|\n");
  EXPECT_EQ(ran.last("x"), -1) << ran.errors;
}

TEST(Limits, TablesMayReachAsFarAsNumbersDo) {
  const Ran ran = vensim("t((-1e308,0),(0,1),(1e308,2),(1.5e308,4)) ~~|\ny = t((Time - 2) * 1e308) ~~|\n");
  EXPECT_THAT(ran["y"], ElementsAre(0, 0, 1, 2, 4)) << ran.errors;
}

TEST(Limits, ChoicesThatAreNoNumbersChooseNothing) {
  const Ran ran = vensim(
      "D: A, B ~~|\nv[D] = 1, 2 ~~|\ncurve: ctype, cmiddle, cwidth, cextra ~~|\n"
      "c[ctype] = 1e300 * (1 + Time) ~~|\nc[cmiddle] = 5 ~~|\nc[cwidth] = 4 ~~|\nc[cextra] = 0 ~~|\nnone = "
      "(Time - Time) / (Time - Time) ~~|\n"
      "a = VECTOR LOOKUP(v[A], 0.5, 0, 1, 1e300) ~~|\nb = VECTOR LOOKUP(v[A], 0.5, 0, 1, none) ~~|\n"
      "d = DEMAND AT PRICE(8, c[ctype], 100) ~~|\n");
  for (const char* name : {"a", "b", "d"}) EXPECT_TRUE(std::isnan(ran.last(name))) << name << ran.errors;
}

TEST(Limits, WideLeftHandSidesTakeNoTimeForEachPairOfElements) {
  const std::string wide = "D: (A1-A50000) ~~|\nS: (A1-A49999) ~~|\n";
  EXPECT_EQ(vensim(wide + "x[D] = Time ~~|\nx[D] = 2 * Time ~~|\n").errors, "m.mdl:5:1 defined-twice\n");
  EXPECT_EQ(vensim(wide + "x[D] :EXCEPT: [S] = Time ~~|\n").errors, "");
  const std::string halves = "D: (A1-A50000) ~~|\nL: (A1-A25000) ~~|\nR: (A25001-A50000) ~~|\n";
  EXPECT_EQ(vensim(halves + "x[L] = Time ~~|\nx[R] = unknown ~~|\n").errors, "m.mdl:6:8 unknown-name\n");
}

TEST(Limits, MappingsAreReadBackwardsWithoutSearch) {
  const std::string mapped = "D: (A1-A20000) -> E ~~|\nE: (B1-B20000) ~~|\n";
  const Ran ran = vensim(mapped + "x[E] = E ~~|\ny[D] = x[E] + 1 ~~|\nz = SUM(y[D!]) ~~|\n", 1);
  EXPECT_EQ(ran.last("z"), 20000.0 * 20001 / 2 + 20000) << ran.errors;
}

std::string thousand(const std::string& names) {
  std::string text;
  for (const char name : names) text += std::string(1, name) + ": (" + name + "1-" + name + "1000) ~~|\n";
  return text;
}

TEST(Limits, SumsOverMoreThanCanBeAreRefusedBeforeTheyAreMade) {
  const std::string x = "x[d, e, f] = 1 ~~|\n";
  const auto errors = [&](const std::string& equations) {
    return vensim(thousand("def") + equations).errors;
  };
  EXPECT_EQ(errors(x + "y = SUM(x[d!, e!, f!]) ~~|\n"), "m.mdl:5:1 too-large\nm.mdl:6:1 too-large\n");
  EXPECT_EQ(errors("x[d] = 1 ~~|\ny = SUM(x[d!] * e! * f!) ~~|\n"), "m.mdl:6:1 too-large\n");
  EXPECT_EQ(errors("x[d] = 1 ~~|\ny = VECTOR SELECT(x[d!], e! * f!, 0, 0, 0) ~~|\n"),
            "m.mdl:6:1 too-large\n");
}

TEST(Limits, WorkThatMakesNothingNewIsCountedToo) {
  // A million sums, each of a million, all the same to the graph.
  EXPECT_EQ(vensim("D: (d1-d1000000) ~~|\nx[D] = Time ~~|\nE <-> D ~~|\ny[E] = SUM(x[D!]) ~~|\n").errors,
            "m.mdl:5:1 too-large\nm.mdl:6:1 too-large\n");
  std::string doubled;
  for (int i = 0; i < 60; ++i)
    doubled +=
        "n" + std::to_string(i) + " = n" + std::to_string(i + 1) + " + n" + std::to_string(i + 1) + " ~~|\n";
  EXPECT_EQ(vensim(doubled + "n60 = 1 ~~|\na = DELAY N(Time, 2, 0, n0) ~~|\n").errors,
            "m.mdl:63:1 too-large\n");
}

TEST(Limits, WhatWaitsToBeComputedBeforeTheRunIsNotTooDeep) {
  std::string chain;
  for (int i = 0; i < 3000; ++i)
    chain += "a" + std::to_string(i) + " = DELAY N(Time, 2, 0, a" + std::to_string(i + 1) + ") ~~|\n";
  EXPECT_THAT(vensim(chain + "a3000 = 1 ~~|\n").errors, testing::StartsWith("m.mdl too-large\n"));
}

TEST(Limits, CompilingEndsWhenItIsCalledOff) {
  const auto model = controller::model::vensim::read(
      vensim_text("D: (d1-d20000) ~~|\nx[D] = Time ~~|\nE <-> D ~~|\ny[E] = SUM(x[D!] * E) ~~|\n"), "m.mdl");
  ASSERT_TRUE(model);
  std::stop_source stop;
  stop.request_stop();
  const auto program = controller::compiler::compile(*model, {.stop = stop.get_token()});
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().front().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace flowyard::test
