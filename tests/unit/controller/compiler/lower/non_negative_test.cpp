// Non-negative stocks of Stella hold their outflows back; arrayed flows of stocks with fewer dimensions. The
// numbers follow by hand from isee's rule: an outflow is at most stock / dt + inflows, less those before it.
#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;

std::string stock(const std::string& name, const std::string& initial, const std::string& inside,
                  const std::string& mark = "<non_negative/>") {
  return "<stock name=\"" + name + "\"><eqn>" + initial + "</eqn>" + inside + mark + "</stock>";
}
std::string in(const std::string& name) {
  return "<inflow>" + name + "</inflow>";
}
std::string out(const std::string& name) {
  return "<outflow>" + name + "</outflow>";
}
std::string flow(const std::string& name, const std::string& equation) {
  return "<flow name=\"" + name + "\"><eqn>" + equation + "</eqn></flow>";
}

TEST(NonNegative, OutflowsThatAreNumbersAreHeldBackToo) {
  const Ran ran =
      xmile(stock("A", "2.25", out("move")) + stock("B", "0.5", in("move")) + flow("move", "1.5"), 3);
  EXPECT_THAT(ran["move"], ElementsAre(1.5, 0.75, 0, 0)) << ran.errors;
  EXPECT_THAT(ran["B"], ElementsAre(0.5, 2, 2.75, 2.75));
}

TEST(NonNegative, WhatFlowsInMayFlowOutAtOnce) {
  const Ran ran = xmile(stock("A", "1", in("i") + out("o")) + flow("i", "2") + flow("o", "5"), 2);
  EXPECT_THAT(ran["o"], ElementsAre(3, 2, 2)) << ran.errors;
  EXPECT_THAT(ran["A"], ElementsAre(1, 0, 0));
}

TEST(NonNegative, TheTimeStepCounts) {
  const Ran ran = xmile(stock("A", "1", out("o")) + flow("o", "6"), 1, 0.25);
  EXPECT_THAT(ran["o"], ElementsAre(4, 0, 0, 0, 0)) << ran.errors;
}

TEST(NonNegative, OutflowsAreServedInTheOrderInWhichTheyAreListed) {
  const std::string flows = flow("a", "2") + flow("b", "3") + flow("c", "4");
  const Ran ran = xmile(stock("S", "6", out("b") + out("a") + out("c")) + flows, 1);
  EXPECT_THAT(ran["b"], ElementsAre(3, 0)) << ran.errors;
  EXPECT_THAT(ran["a"], ElementsAre(2, 0));
  EXPECT_THAT(ran["c"], ElementsAre(1, 0));
}

TEST(NonNegative, AnOutflowThatAnotherReadsGoesBeforeIt) {
  const Ran ran = xmile(stock("S", "5", out("a") + out("b")) + flow("a", "2 * b") + flow("b", "3"), 1);
  EXPECT_THAT(ran["b"], ElementsAre(3, 0)) << ran.errors;
  EXPECT_THAT(ran["a"], ElementsAre(2, 0));
}

TEST(NonNegative, WhatIsHeldBackUpstreamDoesNotArrive) {
  const Ran ran = xmile(stock("A", "1", out("ab")) + stock("B", "0", in("ab") + out("bc")) +
                            stock("C", "0", in("bc")) + flow("ab", "4") + flow("bc", "9"),
                        2);
  EXPECT_THAT(ran["ab"], ElementsAre(1, 0, 0)) << ran.errors;
  EXPECT_THAT(ran["bc"], ElementsAre(1, 0, 0));
  EXPECT_THAT(ran["C"], ElementsAre(0, 1, 1));
}

TEST(NonNegative, ACircleOfStocksLosesNothing) {
  const Ran ran = xmile(stock("A", "3", in("ba") + out("ab")) + stock("B", "1", in("ab") + out("ba")) +
                            flow("ab", "5") + flow("ba", "7"),
                        3);
  EXPECT_THAT(ran["ab"], ElementsAre(3, 1, 3, 1)) << ran.errors;
  EXPECT_THAT(ran["ba"], ElementsAre(1, 3, 1, 3));
}

TEST(NonNegative, AnInflowThatDependsOnTheOutflowIsNotWaitedFor) {
  const Ran ran = xmile(stock("A", "2", in("back") + out("o")) + flow("o", "5") + flow("back", "o / 2"), 2);
  EXPECT_THAT(ran["o"], ElementsAre(2, 1, 0.5)) << ran.errors;
  EXPECT_THAT(ran["A"], ElementsAre(2, 1, 0.5));
  // By way of something that remembers it does not depend on it.
  const Ran later =
      xmile(stock("A", "2", in("back") + out("o")) + flow("o", "5") + flow("back", "SMTH1(o, 2, 3)"), 1);
  EXPECT_THAT(later["o"], ElementsAre(5, 4)) << later.errors;
}

TEST(NonNegative, OneStockMayBeSoAndItsNeighbourNot) {
  const Ran ran = xmile(stock("A", "1", out("ab"), "") + stock("B", "0", in("ab") + out("bc")) +
                            stock("C", "0", in("bc"), "") + flow("ab", "2") + flow("bc", "5"),
                        2);
  EXPECT_THAT(ran["A"], ElementsAre(1, -1, -3)) << ran.errors;
  EXPECT_THAT(ran["bc"], ElementsAre(2, 2, 2));
}

TEST(NonNegative, WhatEntersAConveyorIsWhatLeftTheStock) {
  const Ran ran = xmile(
      stock("A", "3", out("in")) +
          "<stock name=\"belt\"><eqn>0</eqn><inflow>in</inflow><outflow>out</outflow><conveyor><len>2</len>"
          "</conveyor></stock>" +
          stock("end", "0", in("out")) + flow("in", "2") + flow("out", "0"),
      5);
  EXPECT_THAT(ran["in"], ElementsAre(2, 1, 0, 0, 0, 0)) << ran.errors;
  EXPECT_THAT(ran["end"], ElementsAre(0, 0, 0, 2, 3, 3));
}

TEST(NonNegative, NothingIsMadeOrLostByAnyMethod) {
  for (const char* method : {"Euler", "RK2", "RK4"}) {
    const std::string model = stock("A", "2.25", out("ab")) + stock("B", "0.5", in("ab") + out("ba")) +
                              stock("C", "0.25", in("ba")) + flow("ab", "1.5 + TIME") + flow("ba", "2");
    const Ran ran = run(controller::model::xmile::read(
        xmile_text(model, 4, 0.5, "", "method=\"" + std::string(method) + "\""), "m.xmile"));
    for (std::size_t i = 0; i < ran.times.size(); ++i) {
      EXPECT_NEAR(ran["A"][i] + ran["B"][i] + ran["C"][i], 3, 1e-12) << method << ran.errors;
      EXPECT_GE(ran["A"][i], 0);
      EXPECT_GE(ran["B"][i], 0);
    }
  }
}

TEST(NonNegative, StocksOfSdCloudStopAtZeroWhileTheirOutflowGoesOn) {
  const std::string model =
      stock("A", "2.25", out("move")) + stock("B", "0.5", in("move")) + flow("move", "1.5");
  const Ran ran = xmile(model, 3, 1, "<header><vendor>sdCloud</vendor></header>");
  EXPECT_THAT(ran["A"], ElementsAre(2.25, 0.75, 0, 0)) << ran.errors;
  EXPECT_THAT(ran["B"], ElementsAre(0.5, 2, 3.5, 5));
}

const std::string regions =
    "<dimensions><dim name=\"R\"><elem name=\"N\"/><elem name=\"S\"/></dim><dim name=\"K\"><elem name=\"x\"/>"
    "<elem name=\"y\"/><elem name=\"z\"/></dim></dimensions>";
std::string of(const std::string& text, const std::string& dimensions) {
  std::string inside;
  for (const char dimension : dimensions) inside += std::string("<dim name=\"") + dimension + "\"/>";
  const auto end = text.find('>') + 1;
  return text.substr(0, end) + "<dimensions>" + inside + "</dimensions>" + text.substr(end);
}

TEST(ArrayedFlow, IsAddedUpOverWhatTheStockDoesNotHave) {
  const std::string model = stock("total", "1", in("f"), "") + of(stock("by region", "0", in("f"), ""), "R") +
                            of(stock("by kind", "0", in("f") + out("g"), ""), "K") +
                            of(flow("f", "10 * R + K"), "RK") + of(flow("g", "R"), "R");
  const Ran ran = xmile(model, 1, 1, regions);
  EXPECT_EQ(ran.last("total"), 1 + 11 + 12 + 13 + 21 + 22 + 23) << ran.errors;
  EXPECT_EQ(ran.last("by region[N]"), 36);
  EXPECT_EQ(ran.last("by region[S]"), 66);
  EXPECT_EQ(ran.last("by kind[x]"), 11 + 21 - 3);
  EXPECT_EQ(ran.last("by kind[z]"), 13 + 23 - 3);
}

TEST(ArrayedFlow, OutOfANonNegativeStockGoesElementByElement) {
  const Ran ran =
      xmile(stock("T", "4", out("f")) + of(stock("to", "0", in("f")), "K") + of(flow("f", "K"), "K"), 1, 1,
            regions);
  EXPECT_EQ(ran["f[x]"].front(), 1) << ran.errors;
  EXPECT_EQ(ran["f[y]"].front(), 2);
  EXPECT_EQ(ran["f[z]"].front(), 1);
  EXPECT_EQ(ran.last("T"), 0);
}

TEST(ArrayedFlow, OneFlowOutOfEveryElementIsHeldBackByTheLeast) {
  const Ran ran = xmile(of(stock("T", "K", out("f")), "K") + flow("f", "5"), 1, 1, regions);
  EXPECT_THAT(ran["f"], ElementsAre(1, 0)) << ran.errors;
  EXPECT_EQ(ran.last("T[z]"), 2);
}

}  // namespace
}  // namespace flowyard::test
