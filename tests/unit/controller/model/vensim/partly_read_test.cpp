// What is read of a file with errors, and that the compiler adds only errors that the author made.
#include <gmock/gmock.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/vensim/reader.hpp"
#include "tests/support/diagnostic_text.hpp"

namespace flowyard::controller::model::vensim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string times = "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n";

std::vector<std::string> texts(const Errors& errors) {
  std::vector<std::string> all;
  for (const Error& error : errors) all.push_back(test::place_and_code(error));
  return all;
}

std::vector<std::string> compiler_adds(const std::string& text) {
  const PartlyRead partly = read_partly(text + times, "m.mdl");
  EXPECT_FALSE(partly.errors.empty());
  EXPECT_TRUE(partly.worth_compiling);
  const auto compiled = compiler::compile(partly.model, {});
  return compiled ? std::vector<std::string>() : texts(compiled.error());
}

TEST(PartlyRead, OfASoundFileIsTheModel) {
  const PartlyRead partly = read_partly("a = 1 ~~|\n" + times, "m.mdl");
  EXPECT_THAT(partly.errors, IsEmpty());
  EXPECT_THAT(partly.model.unread, IsEmpty());
  EXPECT_EQ(partly.model.variables.size(), 4U);
}

TEST(PartlyRead, LetsTheCompilerFindTheRestOfTheMistakes) {
  EXPECT_THAT(
      compiler_adds("a = (1 ~~|\nb = nope + a ~~|\nc = ABS(1,2) + FOO(b) ~~|\nf = g ~~|\ng = f ~~|\n"),
      ElementsAre("m.mdl:2:5 unknown-name", "m.mdl:3:5 wrong-arity", "m.mdl:4:1 loop"));
}

TEST(PartlyRead, MissesNothingThatStandsInUnreadText) {
  // c vanishes in the equation of b, which has no end; t and v are not known to be a table and an array.
  EXPECT_THAT(
      compiler_adds(
          "b = 2\nc = 3 ~~|\nd = c + b ~~|\nt((0,0),(1 1)) ~~|\nx = t(Time) + LOOKUP FORWARD(t, 1) ~~|\n"
          "D: p, q ~~|\nv[D] = 1 2 ~~|\ny[D] = v[D] + SUM(v[D!]) ~~|\n"
          "w[p] = 1 ~~|\nw[q] = 1 + ~~|\nz[D] = w[D] ~~|\n"),
      IsEmpty());
}

TEST(PartlyRead, DoesNotMissATimeThatCouldNotBeRead) {
  const PartlyRead partly = read_partly("FINAL TIME = 1 + ~~|\nINITIAL TIME = 0 ~~|\n", "m.mdl");
  EXPECT_THAT(texts(partly.errors), ElementsAre("m.mdl no-equation", "m.mdl:1:18 syntax"));
  EXPECT_TRUE(compiler::compile(partly.model, {}));
}

TEST(PartlyRead, IsNotWorthCompilingWhereNobodyKnowsWhatWasMeant) {
  EXPECT_FALSE(read_partly("D: (A3-A1) ~~|\n" + times, "m.mdl").worth_compiling);
}

TEST(PartlyRead, GoesOnBehindAnOpenQuote) {
  EXPECT_THAT(compiler_adds("a = \"b c * 3 ~~|\n\"b c\" = nope ~~|\n\"d = 4 ~~|\ne = d + nope ~~|\n"),
              ElementsAre("m.mdl:2:9 unknown-name", "m.mdl:4:9 unknown-name"));
}

TEST(PartlyRead, GoesOnBehindAMacroWithoutAHeadOrWithoutABeginning) {
  EXPECT_THAT(compiler_adds(":MACRO: (x)\nM = x * hidden ~~|\n:END OF MACRO:\na = M(3) + nope ~~|\n"),
              ElementsAre("m.mdl:4:12 unknown-name"));
  EXPECT_THAT(compiler_adds("a = 3 + ~~|\n:END OF MACRO:\nb = nope ~~|\n"),
              ElementsAre("m.mdl:3:5 unknown-name"));
}

TEST(PartlyRead, GoesOnBehindAMissingBar) {
  EXPECT_THAT(compiler_adds("a = 1 ~~\nb = 2 ~~|\nc = a + b ~~|\nd = nope ~~|\n"),
              ElementsAre("m.mdl:4:5 unknown-name"));
}

TEST(PartlyRead, GoesOnBehindElementsThatCouldNotBeRead) {
  EXPECT_THAT(compiler_adds("D: p, q, ~~|\nv[D] = 1 ~~|\nw = SUM(v[D!]) + v[p] ~~|\nx[D] = v[D] ~~|\n"
                            "y = nope ~~|\n"),
              ElementsAre("m.mdl:5:5 unknown-name"));
}

TEST(PartlyRead, TakesALastEquationWithoutItsBar) {
  const PartlyRead partly = read_partly(times + "a = 1 + 2", "m.mdl");
  EXPECT_THAT(partly.errors, IsEmpty());
  ASSERT_EQ(partly.model.warnings.size(), 1U);
  EXPECT_EQ(partly.model.warnings[0].location.line, 4);
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
