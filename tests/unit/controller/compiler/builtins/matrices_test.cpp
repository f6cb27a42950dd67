// INVERT MATRIX by where its argument begins, and ranges that name an element twice.
#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

// The inverse of {0.8, -0.25; -0.5, 1}.
void expect_inverse(const Ran& ran, const std::string& name) {
  EXPECT_NEAR(ran.last(name + "[c1,c1]"), 1 / 0.675, 1e-12) << ran.errors;
  EXPECT_NEAR(ran.last(name + "[c1,c2]"), 0.25 / 0.675, 1e-12);
  EXPECT_NEAR(ran.last(name + "[c2,c1]"), 0.5 / 0.675, 1e-12);
  EXPECT_NEAR(ran.last(name + "[c2,c2]"), 0.8 / 0.675, 1e-12);
}

TEST(Matrices, AreInvertedWholeHoweverTheyAreNamed) {
  const std::string before =
      "Code: c1, c2 ~~|\nSource <-> Code ~~|\nTarget <-> Code ~~|\n"
      "M[Source, Target] = 0.8, -0.25; -0.5, 1; ~~|\n";
  for (const char* argument : {"M[Source, Source]", "M[Source, Target]", "M[Target, Target]", "M[Code, Code]",
                               "M[c1, c1]", "M[Target, Source]"}) {
    const Ran ran =
        vensim(before + "i[Source, Target] = INVERT MATRIX(" + argument + ", ELMCOUNT(Code)) ~~|\n", 1);
    SCOPED_TRACE(argument);
    expect_inverse(ran, "i");
  }
}

TEST(Matrices, MayBeOneOfSeveral) {
  const Ran ran = vensim(
      "Code: c1, c2 ~~|\nOther <-> Code ~~|\nK: k1, k2 ~~|\n"
      "M[k1, Code, Other] = 0.8, -0.25; -0.5, 1; ~~|\nM[k2, Code, Other] = 2, 0; 0, 4; ~~|\n"
      "i[K, Code, Other] = INVERT MATRIX(M[K, Code, Code], 2) ~~|\n",
      1);
  EXPECT_NEAR(ran.last("i[k1,c1,c2]"), 0.25 / 0.675, 1e-12) << ran.errors;
  EXPECT_NEAR(ran.last("i[k2,c1,c1]"), 0.5, 1e-12);
  EXPECT_NEAR(ran.last("i[k2,c2,c2]"), 0.25, 1e-12);
}

TEST(Matrices, MayBeginInsideOfAnother) {
  const Ran ran = vensim(
      "D: a, b, c ~~|\nE <-> D ~~|\nS: b, c ~~|\nT <-> S ~~|\n"
      "M[D, E] = 1, 2, 3; 4, 2, 0; 5, 0, 4; ~~|\ni[S, T] = INVERT MATRIX(M[b, b], 2) ~~|\n"
      "j[S, T] = INVERT MATRIX(M[S, S], 2) ~~|\n",
      1);
  for (const char* name : {"i", "j"}) {
    EXPECT_EQ(ran.last(std::string(name) + "[b,b]"), 0.5) << ran.errors;
    EXPECT_EQ(ran.last(std::string(name) + "[c,c]"), 0.25);
    EXPECT_EQ(ran.last(std::string(name) + "[b,c]"), 0);
  }
}

TEST(Matrices, OfOtherSizesAreRefused) {
  const std::string before = "D: a, b, c ~~|\nE <-> D ~~|\nM[D, E] = 1, 2, 3; 4, 2, 0; 5, 0, 4; ~~|\n";
  EXPECT_EQ(vensim(before + "i[D, E] = INVERT MATRIX(M[D, D], 4) ~~|\n").errors,
            "m.mdl:5:34 wrong-dimensions\n");
  EXPECT_EQ(vensim(before + "i[D, E] = INVERT MATRIX(M[D, D], 2) ~~|\n").errors,
            "m.mdl:5:11 wrong-dimensions\n");
}

TEST(Matrices, WithoutSubscriptsAreNotTheirDiagonals) {
  const std::string before =
      "R: a, b ~~|\nT <-> R ~~|\nS: s, t ~~|\np[R, T] = 1, 2; 3, 4; ~~|\nq[R] = 5, 6 ~~|\n";
  for (const std::string equation : {"y[R] = p", "y[R, S] = p", "y[R] = p * 2 + q"}) {
    const std::string column = std::to_string(equation.find("= p") + 3);
    EXPECT_EQ(vensim(before + equation + " ~~|\n").errors, "m.mdl:7:" + column + " wrong-dimensions\n");
  }
  const Ran ran = vensim(before + "y[R, T] = p ~~|\nz[R] = q ~~|\nw[T, R] = p[R, T] ~~|\n", 1);
  EXPECT_EQ(ran.last("y[a,b]"), 2) << ran.errors;
  EXPECT_EQ(ran.last("z[b]"), 6);
  EXPECT_EQ(ran.last("w[a,b]"), 3);
  const std::string dims = "<dimensions><dim name=\"R\" size=\"2\"/></dimensions>";
  const std::string array =
      "<aux name=\"m\"><dimensions><dim name=\"R\"/><dim name=\"R\"/></dimensions><eqn>1</eqn></aux>";
  EXPECT_EQ(xmile(array + "<aux name=\"y\"><dimensions><dim name=\"R\"/></dimensions><eqn>m</eqn></aux>", 1,
                  1, dims)
                .errors,
            "m.xmile:1:313 wrong-dimensions\n");
  EXPECT_EQ(xmile(array + aux("y", "SUM(m)"), 1, 1, dims).last("y"), 4);
}

const std::string fuels =
    "Fuel: coal, gas, wind ~~|\nSource: s1, s2, s3, s4 -> src fuel ~~|\n"
    "src fuel: coal, gas, wind, gas -> Source ~~|\nprice[Fuel] = 1.5, 2.25, 3.5 ~~|\n";

TEST(MappedRanges, MayNameAnElementTwice) {
  const Ran ran = vensim(fuels +
                             "cost[Source] = price[src fuel] * 2 ~~|\nall = SUM(cost[Source!]) ~~|\n"
                             "own[src fuel] = price[src fuel] + 1 ~~|\nback[Source] = own[src fuel] ~~|\n"
                             "x[src fuel] :EXCEPT: [gas] = 7 ~~|\nx[gas] = 8 ~~|\n",
                         1);
  EXPECT_EQ(ran.last("cost[s2]"), 4.5) << ran.errors;
  EXPECT_EQ(ran.last("cost[s4]"), 4.5);
  EXPECT_EQ(ran.last("all"), 3 + 4.5 + 7 + 4.5);
  EXPECT_EQ(ran.last("own[gas]"), 3.25);
  EXPECT_EQ(ran.last("back[s4]"), 3.25);
  EXPECT_EQ(ran.last("x[gas]"), 8);
  EXPECT_EQ(ran.last("x[wind]"), 7);
}

TEST(MappedRanges, OneWayIsEnough) {
  const Ran ran = vensim(
      "Fuel: coal, gas ~~|\nsrc fuel: gas, coal, gas ~~|\nSource: s1, s2, s3 -> src fuel ~~|\n"
      "price[Fuel] = 1, 2 ~~|\ncost[Source] = price[src fuel] ~~|\n",
      1);
  EXPECT_EQ(ran.last("cost[s1]"), 2) << ran.errors;
  EXPECT_EQ(ran.last("cost[s2]"), 1);
  EXPECT_EQ(ran.last("cost[s3]"), 2);
}

TEST(MappedRanges, OthersMayNot) {
  EXPECT_EQ(vensim("D: a, b, a ~~|\nx[D] = 1 ~~|\n").errors, "m.mdl:2:1 defined-twice\n");
}

}  // namespace
}  // namespace flowyard::test
