// Conveyors and queues: numbers that follow by hand from XMILE 1.0 (3.7.2, 3.7.3) and conveyor.hpp.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using testing::ElementsAre;
using testing::Pointwise;

MATCHER(Near, "") {
  return std::abs(std::get<0>(arg) - std::get<1>(arg)) < 1e-9;
}
auto are(std::vector<double> values) {
  return Pointwise(Near(), std::move(values));
}

std::string flow(const std::string& name, const std::string& inside) {
  return "<flow name=\"" + name + "\">" + inside + "</flow>";
}

// A conveyor c with the inflow `in`, the outflow `out` and perhaps a leak.
std::string conveyor(const std::string& initial, const std::string& inside, const std::string& inflow,
                     const std::string& leak = "", const std::string& attributes = "") {
  return "<stock name=\"c\"><eqn>" + initial + "</eqn><inflow>in</inflow><outflow>out</outflow>" +
         (leak.empty() ? "" : "<outflow>lost</outflow>") + "<conveyor " + attributes + ">" + inside +
         "</conveyor></stock>" + flow("in", "<eqn>" + inflow + "</eqn>") + flow("out", "<eqn>0</eqn>") + leak;
}

TEST(Conveyor, DelaysWhatEntersByItsTransitTime) {
  const Ran ran = xmile(conveyor("0", "<len>2</len>", "STEP(10, 1)"), 4, 0.5);
  EXPECT_THAT(ran["out"], ElementsAre(0, 0, 0, 0, 0, 0, 10, 10, 10));
  EXPECT_THAT(ran["c"], ElementsAre(0, 0, 0, 5, 10, 15, 20, 20, 20));
}

TEST(Conveyor, SpreadsItsInitialContentEvenly) {
  const Ran ran = xmile(conveyor("8", "<len>2</len>", "0"), 3, 0.5);
  EXPECT_THAT(ran["out"], ElementsAre(4, 4, 4, 4, 0, 0, 0));
  EXPECT_THAT(ran["c"], ElementsAre(8, 6, 4, 2, 0, 0, 0));
  // A list begins at the end of the conveyor.
  EXPECT_THAT(xmile(conveyor("1, 2, 5", "<len>3</len>", "0"), 3)["out"], ElementsAre(1, 2, 5, 0));
}

// In balance: inflow * (T (1 - f/2) + f dt / 2) on the conveyor, inflow * (1 - f) at the end.
TEST(Conveyor, LeaksLinearlyTheFractionOfWhatEntered) {
  const auto leak = flow("lost", "<eqn>0.2</eqn><leak/>");
  const Ran ran = xmile(conveyor("18.5", "<len>2</len>", "10", leak), 3, 0.5);
  EXPECT_THAT(ran["out"], are({8, 8, 8, 8, 8, 8, 8}));
  EXPECT_THAT(ran["lost"], are({2, 2, 2, 2, 2, 2, 2}));
  EXPECT_THAT(ran["c"], are({18.5, 18.5, 18.5, 18.5, 18.5, 18.5, 18.5}));
  const Ran filling = xmile(conveyor("0", "<len>2</len>", "10", leak), 2.5, 0.5);
  EXPECT_THAT(filling["lost"], are({0, 0.5, 1, 1.5, 2, 2}));
}

// In balance: inflow * (1 - (1 - f dt)^n) / f.
TEST(Conveyor, LeaksExponentiallyTheFractionOfWhatIsThere) {
  const auto leak = flow("lost", "<leak>0.2</leak>");
  const Ran ran = xmile(conveyor("17.195", "<len>2</len>", "10", leak, "exponential_leak=\"true\""), 1, 0.5);
  EXPECT_THAT(ran["out"], are({6.561, 6.561, 6.561}));
  EXPECT_THAT(ran["c"], are({17.195, 17.195, 17.195}));
}

TEST(Conveyor, LeaksInItsZoneOnly) {
  // Four places; the first half of the way is the two by the entry, each losing half of the fraction.
  const auto leak = "<flow name=\"lost\" leak_start=\"0\" leak_end=\"0.5\"><eqn>0.4</eqn><leak/></flow>";
  const Ran ran = xmile(conveyor("0", "<len>4</len>", "PULSE(10, 0)", leak), 5);
  EXPECT_THAT(ran["lost"], are({0, 2, 2, 0, 0, 0}));
  EXPECT_THAT(ran["out"], are({0, 0, 0, 0, 6, 0}));
}

TEST(Conveyor, LeaksWholeUnits) {
  const auto leak = flow("lost", "<eqn>0.5</eqn><leak/><leak_integers/>");
  const Ran ran = xmile(conveyor("0", "<len>4</len>", "PULSE(10, 0)", leak), 5);
  EXPECT_THAT(ran["lost"], are({0, 1, 1, 1, 2, 0}));  // 1.25 each step
  EXPECT_THAT(ran["out"], are({0, 0, 0, 0, 5, 0}));
}

TEST(Conveyor, HoldsBackWhatIsBeyondItsCapacity) {
  const std::string source = "<stock name=\"source\"><eqn>100</eqn><outflow>in</outflow></stock>";
  const Ran ran = xmile(source + conveyor("0", "<len>2</len><capacity>12</capacity>", "10"), 3, 0.5);
  EXPECT_THAT(ran["c"], ElementsAre(0, 5, 10, 12, 12, 12, 12));
  EXPECT_THAT(ran["in"], ElementsAre(10, 10, 4, 0, 10, 10, 4));
  EXPECT_THAT(ran["source"], ElementsAre(100, 95, 90, 88, 88, 83, 78));
}

TEST(Conveyor, LimitsItsInflow) {
  const auto limited = [](const std::string& attributes) {
    return xmile(conveyor("0", "<len>2</len><in_limit>3</in_limit>", "10", "", attributes), 1.5, 0.5)["in"];
  };
  EXPECT_THAT(limited(""), ElementsAre(3, 3, 3, 3));
  // A discrete one takes a unit of time's worth as it comes: 3 within the first step, no more until time 1.
  EXPECT_THAT(limited("discrete=\"true\""), ElementsAre(6, 0, 6, 0));
}

TEST(Conveyor, StandsStillWhileArrested) {
  const Ran ran = xmile(conveyor("8", "<len>2</len><arrest>TIME &gt;= 1 AND TIME &lt; 2</arrest>", "0"), 4);
  EXPECT_THAT(ran["out"], ElementsAre(4, 0, 4, 0, 0));
  EXPECT_THAT(ran["c"], ElementsAre(8, 4, 4, 0, 0));
}

TEST(Conveyor, PutsWhatEntersAsFarAsTheTransitTimeSaysJustThen) {
  const std::string changing = "<len>IF TIME &lt; 2 THEN 3 ELSE 1</len>";
  EXPECT_THAT(xmile(conveyor("0", changing, "4"), 6)["out"], ElementsAre(0, 0, 0, 8, 8, 4, 4));
  const Ran sampled = xmile(conveyor("0", changing + "<sample>TIME &lt; 1</sample>", "4"), 6);
  EXPECT_THAT(sampled["out"], ElementsAre(0, 0, 0, 4, 4, 4, 4));
}

TEST(Conveyor, FeedsAnotherAndComesInArrays) {
  const std::string dimensions = "<dimensions><dim name=\"D\" size=\"2\"/></dimensions>";
  const std::string dims = "<dimensions><dim name=\"D\"/></dimensions>";
  const std::string model =
      "<stock name=\"a\">" + dims +
      "<eqn>0</eqn><inflow>in</inflow><outflow>mid</outflow><conveyor><len>D</len></conveyor></stock>"
      "<stock name=\"b\">" +
      dims +
      "<eqn>0</eqn><inflow>mid</inflow><outflow>out</outflow>"
      "<conveyor><len>1</len></conveyor></stock>" +
      flow("in", dims + "<eqn>D * 3</eqn>") + flow("mid", dims) + flow("out", dims);
  const Ran ran = xmile(model, 4, 1, dimensions);
  EXPECT_THAT(ran["mid[1]"], ElementsAre(0, 3, 3, 3, 3)) << ran.errors;
  EXPECT_THAT(ran["out[1]"], ElementsAre(0, 0, 3, 3, 3));
  EXPECT_THAT(ran["mid[2]"], ElementsAre(0, 0, 6, 6, 6));
  EXPECT_THAT(ran["out[2]"], ElementsAre(0, 0, 0, 6, 6));
}

TEST(Conveyor, GivesAndTakesTheSameByEveryMethod) {
  const std::string source = "<stock name=\"source\"><eqn>100</eqn><outflow>in</outflow></stock>";
  const auto model = controller::model::xmile::read(
      xmile_text(source + conveyor("0", "<len>2</len>", "source * 0.3"), 6, 0.5, "", "method=\"RK4\""),
      "m.xmile");
  const Ran ran = run(model);
  double gone = 0;
  for (std::size_t k = 0; k + 1 < ran.times.size(); ++k) gone += ran["out"][k] * 0.5;
  EXPECT_NEAR(ran.last("source") + ran.last("c") + gone, 100, 1e-9) << ran.errors;
}

TEST(Conveyor, RefusesWhatMakesNoSense) {
  EXPECT_EQ(
      xmile("<stock name=\"s\"><eqn>1</eqn><outflow>f</outflow></stock>" + flow("f", "<eqn>1</eqn><leak/>"))
          .errors,
      "m.xmile:1:174 wrong-kind\nm.xmile:1:174 no-equation\n");
  EXPECT_EQ(xmile(flow("f", "<eqn>1</eqn><overflow/>")).errors, "m.xmile:1:118 wrong-kind\n");
}

std::string queue_into(const std::string& conveyor_attributes, const std::string& conveyor_parts,
                       const std::string& inflow) {
  return "<stock "
         "name=\"q\"><eqn>0</eqn><inflow>in</inflow><outflow>on</outflow><outflow>past</outflow><queue/>"
         "</stock>" +
         flow("in", "<eqn>" + inflow + "</eqn>") + flow("on", "<eqn>0</eqn>") +
         "<stock name=\"c\"><eqn>0</eqn><inflow>on</inflow><outflow>out</outflow><conveyor "
         "discrete=\"true\" " +
         conveyor_attributes + ">" + conveyor_parts + "</conveyor></stock>" + flow("out", "");
}

TEST(Queue, EmptiesIntoAPlainStock) {
  const Ran ran = xmile(
      "<stock name=\"q\"><eqn>5</eqn><inflow>in</inflow><outflow>on</outflow><queue/></stock>"
      "<stock name=\"s\"><eqn>0</eqn><inflow>on</inflow></stock>" +
          flow("in", "<eqn>2</eqn>") + flow("on", "<eqn>0</eqn>"),
      2);
  EXPECT_THAT(ran["on"], ElementsAre(7, 2, 2));
  EXPECT_THAT(ran["q"], ElementsAre(5, 0, 0));
  EXPECT_THAT(ran["s"], ElementsAre(0, 7, 9));
}

TEST(Queue, WaitsForRoomBatchByBatch) {
  const auto parts = "<len>2</len><capacity>10</capacity>";
  // 12 arrive at once: 10 go in, the rest of the batch when there is room again.
  const Ran ran = xmile(queue_into("", parts, "PULSE(12, 0)") + flow("past", "<overflow/>"), 4);
  EXPECT_THAT(ran["on"], ElementsAre(10, 0, 0, 0, 0));
  EXPECT_THAT(ran["past"], ElementsAre(2, 0, 0, 0, 0));
  const auto alone = [&](const std::string& attributes, const std::string& inflow) {
    std::string text = queue_into(attributes, parts, inflow);
    text.erase(text.find("<outflow>past</outflow>"), std::string("<outflow>past</outflow>").size());
    return xmile(text, 4);
  };
  const Ran split = alone("", "PULSE(12, 0)");
  EXPECT_THAT(split["q"], ElementsAre(0, 2, 2, 0, 0));
  EXPECT_THAT(split["on"], ElementsAre(10, 0, 2, 0, 0));
  const Ran whole = alone("batch_integrity=\"true\"", "PULSE(12, 0) + PULSE(4, 1)");
  EXPECT_THAT(whole["on"],
              ElementsAre(0, 0, 0, 0, 0));  // the first never fits, and the second stays behind it
  EXPECT_THAT(whole["q"], ElementsAre(0, 12, 16, 16, 16));
  // Six a step, ten at most: one batch a step by default, all that fits otherwise.
  EXPECT_THAT(alone("", "6")["on"], ElementsAre(6, 4, 2, 6, 4));
  EXPECT_THAT(alone("one_at_a_time=\"false\"", "6")["on"], ElementsAre(6, 4, 6, 4, 6));
}

TEST(Queue, RefusesAnOverflowThatComesFirst) {
  EXPECT_EQ(
      xmile("<stock name=\"q\"><eqn>0</eqn><outflow>f</outflow><queue/></stock>" + flow("f", "<overflow/>"))
          .errors,
      "m.xmile:1:182 wrong-kind\n");
}

}  // namespace
}  // namespace flowyard::test
