// What Vensim writes beside plain equations: arrows of the sketch, apostrophes in names, comments in
// comments.
#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

TEST(Arrows, StandAsideForTheEquation) {
  const Ran ran = vensim(
      "y = 1.25 ~~|\nx = A FUNCTION OF( y, -z) ~~|\nx = 2.25 ~~|\nz = x + 1 ~~|\n"
      "z = A FUNCTION OF(y) ~~|\nD: a, b ~~|\nv[D] = A FUNCTION OF(y) ~~|\nv[a] = 1 ~~|\nv[b] = 2 ~~|\n"
      "t = A FUNCTION OF(y) ~~|\nt((0,1),(1,3)) ~~|\ns = A FUNCTION OF(x) ~~|\ns = INTEG(x, 1) ~~|\n"
      "out = t(0.5) ~~|\n");
  EXPECT_EQ(ran.last("x"), 2.25) << ran.errors;
  EXPECT_EQ(ran.last("z"), 3.25);
  EXPECT_EQ(ran.last("v[b]"), 2);
  EXPECT_EQ(ran.last("out"), 2);
  EXPECT_EQ(ran.last("s"), 10);
}

TEST(Arrows, AloneAreAnError) {
  EXPECT_EQ(vensim("y = 1 ~~|\nx = A FUNCTION OF(y) ~~|\n").errors, "m.mdl:3:5 no-equation\n");
  EXPECT_EQ(
      vensim("y = 1 ~~|\nD: a, b ~~|\nx[a] = A FUNCTION OF(y) ~~|\nx[b] = 1 ~~|\nz = x[a] ~~|\n").errors,
      "m.mdl:6:7 no-equation\n");
}

TEST(Apostrophes, MayBeginAndEndWordsOfANameButNotBeItsFirst) {
  const Ran ran = vensim(
      "threshold 'high' = 2.25 ~~|\nworld's pop = 3.5 ~~|\nthe cows' milk = 1 ~~|\nrock 'n' roll=2 ~~|\n"
      "x = threshold 'high' + world's pop - the cows' milk *rock 'n' roll ~~|\n"
      "y = MAX(threshold 'high', world's pop) ~~|\n");
  EXPECT_EQ(ran.last("x"), 2.25 + 3.5 - 2) << ran.errors;
  EXPECT_EQ(ran.last("y"), 3.5);
}

TEST(Comments, MayStandInComments) {
  const Ran ran = vensim("{ old { x = 7 ~~| } still } x = 2 {a {b {c}}} + 1 ~~|\n{{}}y = {{1}} 5 ~~|\n");
  EXPECT_EQ(ran.last("x"), 3) << ran.errors;
  EXPECT_EQ(ran.last("y"), 5);
}

TEST(Comments, ThatAreNotAllClosedEndAtTheFirstBrace) {
  const Ran ran = vensim("{ see { there } x = 2 ~~|\ny = 3 {plain} ~~|\n");
  EXPECT_EQ(ran.last("x"), 2) << ran.errors;
  EXPECT_EQ(ran.last("y"), 3);
}

}  // namespace
}  // namespace flowyard::test
