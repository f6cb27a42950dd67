// What can be computed and is hardly meant: told as warnings, and not for what is usual.
#include "controller/compiler/lint/lint.hpp"

#include <gmock/gmock.h>

#include "tests/support/diagnostic_text.hpp"
#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> warnings_of(const Results<controller::model::Model>& model) {
  if (!model) return {"not readable: " + to_string(model.error().front())};
  return lines_and_codes(controller::compiler::lint(*model));
}

std::vector<std::string> in_vensim(const std::string& equations) {
  return warnings_of(
      controller::model::vensim::read(vensim_text("D: d1, d2, d3 ~~|\n" + equations), "m.mdl"));
}

std::vector<std::string> in_xmile(const std::string& variables) {
  return warnings_of(controller::model::xmile::read(xmile_text("\n" + variables), "m.xmile"));
}

TEST(Lint, AreNotHadAboutWhatIsUsual) {
  EXPECT_THAT(
      in_vensim("x[D] :EXCEPT: [d1] = 1 ~~|\nx[d1] = 2 ~~|\ny[d1] = 1 ~~|\ny[d2] = 2 ~~|\n"
                "t((0,0),(1,1),(1,2),(2,3)) ~~|\nz = RANDOM UNIFORM(0, 1, 7) + SMOOTH(t(Time), 3) / 2 ~~|\n"),
      IsEmpty());
  EXPECT_THAT(in_xmile("<stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock>\n"
                       "<stock name=\"t\"><eqn>1</eqn><outflow>f</outflow></stock>\n"
                       "<flow name=\"f\"><eqn>1</eqn></flow>"),
              IsEmpty());
}

TEST(Lint, NameBothPlacesOfAnElementWithTwoEquations) {
  EXPECT_THAT(in_vensim("x[D] = 1 ~~|\nx[d2] = 2 ~~|\n"), ElementsAre("4: defined-twice"));
  EXPECT_THAT(in_vensim("E: d1, d2 ~~|\nx[E] = 1 ~~|\nx[D] = 2 ~~|\n"), ElementsAre("5: defined-twice"));
}

TEST(Lint, TellNamesThatMeanTwoThings) {
  EXPECT_THAT(in_vensim("D = 1 ~~|\nd2 = 2 ~~|\nTime: t1, t2 ~~|\n"),
              ElementsAre("3: ambiguous-name", "4: ambiguous-name", "5: ambiguous-name"));
}

TEST(Lint, TellFlowsThatCountTwice) {
  EXPECT_THAT(in_xmile("<stock name=\"s\"><eqn>1</eqn>\n<inflow>f</inflow>\n<inflow>f</inflow>\n"
                       "<outflow>f</outflow></stock>\n<flow name=\"f\"><eqn>1</eqn></flow>"),
              ElementsAre("4: wrong-flow", "5: wrong-flow"));
  EXPECT_THAT(
      in_xmile(
          "<stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock>\n"
          "<stock name=\"t\"><eqn>1</eqn><inflow>f</inflow></stock>\n<flow name=\"f\"><eqn>1</eqn></flow>"),
      ElementsAre("3: wrong-flow"));
}

TEST(Lint, TellArgumentsThatNobodyMeans) {
  EXPECT_THAT(
      in_vensim("t((1,0),(1,2)) ~~|\na = RANDOM UNIFORM(5, 1, 0) + t(Time) ~~|\n"
                "b = RANDOM NORMAL(0, 1, 0, -1, 0) ~~|\nc = SMOOTH(Time, 0) / 0 ~~|\n"),
      ElementsAre("3: wrong-value", "4: wrong-value", "5: wrong-value", "6: wrong-value", "6: wrong-value"));
}

TEST(Lint, TellTargetsOfMappingsThatAreNotThere) {
  EXPECT_THAT(in_vensim("E: e1, e2, e3 ~~|\nF: f1, f2 -> (D: d1, e2) ~~|\n"),
              ElementsAre("4: wrong-dimensions"));
}

TEST(Lint, TellExceptionsThatExceptNothing) {
  EXPECT_THAT(in_vensim("E: e1, e2 ~~|\nx[D] :EXCEPT: [e1] = 1 ~~|\n"), ElementsAre("4: ignored"));
}

TEST(Lint, TellNamesInMacrosThatNoCallNeeds) {
  EXPECT_THAT(in_vensim(":MACRO: M(inp)\nM = inp * Time ~~|\nc = imp + Time$ + M ~~|\n:END OF MACRO:\n"),
              ElementsAre("5: unknown-name"));
}

TEST(Lint, TellNumbersOutsideOfTheirOwnLimits) {
  EXPECT_THAT(in_vensim("a = 30 ~ people [0,10] ~|\nb = 3 ~ people [0,?] ~|\n"),
              ElementsAre("3: outside-limits"));
}

Errors time_mistakes_of(const std::string& times) {
  const auto model = controller::model::vensim::read("x = INTEG(1, 0) ~~|\n" + times, "m.mdl");
  const auto program = controller::compiler::compile(*model, {});
  return controller::compiler::time_errors(*model, *program);
}

TEST(MistakesOfTime, StandAtTheirEquations) {
  const auto errors = time_mistakes_of(
      "INITIAL TIME = 5 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 0 ~~|\nSAVEPER = TIME STEP ~~|\n");
  EXPECT_EQ(places_and_codes(errors), "m.mdl:3:1 wrong-time\nm.mdl:4:1 wrong-time\n");
  EXPECT_THAT(
      time_mistakes_of("INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 2 ~~|\n"),
      IsEmpty());
}

TEST(MistakesOfTime, AreFoundAmongOtherMistakes) {
  const auto model = controller::model::vensim::read(
      "x = INTEG(y, 0) ~~|\nINITIAL TIME = 5 ~~|\nFINAL TIME = -4 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n",
      "m.mdl");
  const auto errors = controller::compiler::time_errors(*model);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(place_and_code(errors[0]), "m.mdl:3:1 wrong-time");
}

TEST(DoubtsAboutTime, AreHadWhereSavesFallBetweenSteps) {
  const auto lint_of = [](const std::string& saveper) {
    const auto model = controller::model::vensim::read(
        "x = INTEG(1, 0) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 3 ~~|\nTIME STEP = 0.3 ~~|\nSAVEPER = " +
            saveper + " ~~|\n",
        "m.mdl");
    return controller::compiler::lint_time(*model, *controller::compiler::compile(*model, {}));
  };
  EXPECT_THAT(lint_of("0.6"), IsEmpty());
  ASSERT_EQ(lint_of("0.5").size(), 1U);
  EXPECT_EQ(lint_of("0.5")[0].location.line, 5);
}

}  // namespace
}  // namespace flowyard::test
