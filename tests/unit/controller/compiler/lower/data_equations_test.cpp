// Data that a formula makes of data (Vensim :=), as arguments of functions of data; and an INITIAL TIME that
// depends on Time.
#include <cmath>

#include <gmock/gmock.h>

#include "controller/model/data/feed.hpp"
#include "controller/model/data/number_table.hpp"
#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

namespace data = controller::model::data;

constexpr const char* kTable = "Time\traw 1\traw 2\n0\t1.5\t\n2\t2.5\t4\n3\t3.25\t5\n5\t\t7.5\n";

Ran fed(const std::string& equations) {
  auto model = controller::model::vensim::read(vensim_text(equations, 4), "m.mdl");
  if (!model) return run(model);
  const auto numbers = data::read_numbers(kTable, "d.tab");
  EXPECT_TRUE(numbers);
  EXPECT_TRUE(data::feed_data(*model, *numbers, "d.tab"));
  return run(model);
}

TEST(DataEquations, HaveTheirPointsWhereTheirDataHave) {
  const Ran ran =
      fed("raw 1 ~~|\nraw 2 ~~|\nc = 2 ~~|\none := raw 1 * c ~~|\nboth := one + raw 2 ~~|\n"
          "first = GET DATA FIRST TIME(one) ~~|\nlast = GET DATA LAST TIME(one) ~~|\n"
          "points = GET DATA TOTAL POINTS(one) ~~|\nmost = GET DATA MAX(one, 0, 9) ~~|\n"
          "least = GET DATA MIN(one, 1, 9) ~~|\nmean = GET DATA MEAN(one, 0, 2) ~~|\n"
          "at = GET DATA AT TIME(one, 2) ~~|\nbetween = GET DATA BETWEEN TIMES(one, 1, 0) ~~|\n"
          "of two = GET DATA TOTAL POINTS(both) ~~|\nlast of two = GET DATA LAST TIME(both) ~~|\n"
          "value of two = GET DATA AT TIME(both, 5) ~~|\n");
  EXPECT_EQ(ran.last("first"), 0) << ran.errors;
  EXPECT_EQ(ran.last("last"), 3);
  EXPECT_EQ(ran.last("points"), 3);
  EXPECT_EQ(ran.last("most"), 6.5);
  EXPECT_EQ(ran.last("least"), 5);
  EXPECT_EQ(ran.last("mean"), 4);
  EXPECT_EQ(ran.last("at"), 5);
  EXPECT_EQ(ran.last("between"), 4);
  EXPECT_EQ(ran.last("of two"), 4);
  EXPECT_EQ(ran.last("last of two"), 5);
  EXPECT_EQ(ran.last("value of two"), 2 * 3.25 + 7.5);
}

TEST(DataEquations, MayBeRawAndReadTime) {
  const Ran ran =
      fed("raw 1 :RAW: ~~|\nraw 2 :RAW: ~~|\nboth := raw 1 + raw 2 ~~|\nshifted := raw 1 + Time ~~|\n"
          "first = GET DATA FIRST TIME(both) ~~|\nlast = GET DATA LAST TIME(both) ~~|\n"
          "at = GET DATA AT TIME(shifted, 3) ~~|\n");
  EXPECT_EQ(ran.last("first"), 2) << ran.errors;
  EXPECT_EQ(ran.last("last"), 3);
  EXPECT_EQ(ran.last("at"), 6.25);
}

TEST(DataEquations, OfWhatTheRunDecidesHaveNoPoints) {
  const std::string before = "raw 1 ~~|\nraw 2 ~~|\ns = INTEG(1, 0) ~~|\n";
  EXPECT_EQ(fed(before + "d := raw 1 + s ~~|\ny = GET DATA LAST TIME(d) ~~|\n").errors,
            "m.mdl:6:24 no-data\n");
  EXPECT_EQ(fed(before + "d := 3 ~~|\ny = GET DATA LAST TIME(d) ~~|\n").errors, "m.mdl:6:24 no-data\n");
  EXPECT_EQ(fed(before + "d := raw 1 + GET DATA LAST TIME(d) ~~|\ny = GET DATA LAST TIME(d) ~~|\n").errors,
            "m.mdl:5:1 too-large\nm.mdl:5:33 no-data\n");
}

TEST(StartTime, ThatDependsOnTimeIsComputedAtZero) {
  const auto from = [](const std::string& start) {
    return run(
        controller::model::vensim::read("{UTF-8}\nbase = 3 ~~|\ny = Time ~~|\nINITIAL TIME = " + start +
                                            " ~~|\nFINAL TIME = 5 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n",
                                        "m.mdl"));
  };
  EXPECT_EQ(from("base + Time").times.front(), 3) << from("base + Time").errors;
  EXPECT_EQ(from("IF THEN ELSE(Time > 2, 4, base - 1)").times.front(), 2);
  EXPECT_EQ(from("MAX(Time, 1)").times.size(), 5U);
}

}  // namespace
}  // namespace flowyard::test
