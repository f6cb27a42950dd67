// What a Vensim model uses without an equation, and a file feeds.
#include "controller/model/data/exogenous.hpp"

#include <gmock/gmock.h>

#include "controller/model/data/feed.hpp"
#include "controller/model/vensim/reader.hpp"
#include "tests/support/diagnostic_text.hpp"

namespace flowyard::controller::model::data {
namespace {

Model model_of(const std::string& equations) {
  auto read = vensim::read(
      equations + "INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n",
      "m.mdl");
  EXPECT_TRUE(read);
  return read ? std::move(*read) : Model();
}

const std::string equations =
    "D: p, q ~~|\na = price * 2 + Time + D ~~|\nb = demand[p] + SUM(demand[D!]) ~~|\n"
    "s = INTEG(a, price) ~~|\n";

TEST(Exogenous, IsWhatNothingDefines) {
  const auto found = exogenous(model_of(equations));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name.key, "price");
  EXPECT_EQ(found[1].name.key, "demand");
  EXPECT_EQ(found[1].equations.front().subscripts.at(0).name.key, "d");
}

TEST(Exogenous, BecomesDataWhereAFileHasIt) {
  Model model = model_of(equations);
  const auto before = model.variables.size();
  const NumberTable numbers{{0, 4}, {"price", "demand[p]", "demand[q]"}, {{1, 2}, {3, 3}, {4, 4}}};
  const auto fed = feed_data(model, numbers, "d.csv");
  ASSERT_TRUE(fed);
  EXPECT_EQ(*fed, 2U);
  ASSERT_EQ(model.variables.size(), before + 2);
  EXPECT_EQ(model.variables.back().kind, VariableKind::Data);
  EXPECT_EQ(model.variables.back().equations.front().tables.size(), 2U);
}

TEST(Exogenous, IsNotFedByTwoColumnsOfOneName) {
  Model model = model_of(equations);
  const auto fed = feed_data(model, {{0}, {"price", "Price"}, {{1}, {2}}}, "d.csv");
  ASSERT_FALSE(fed);
  EXPECT_EQ(test::place_and_code(fed.error().front()), "d.csv:1 defined-twice");
}

TEST(Exogenous, WarnsOfColumnsThatAreCalledLikeNothing) {
  Model model = model_of(equations);
  ASSERT_TRUE(feed_data(model, {{0}, {"price", "prise", "a stranger"}, {{1}, {2}, {3}}}, "d.csv"));
  EXPECT_THAT(test::lines_and_codes(model.warnings),
              testing::ElementsAre("1: unknown-name", "1: unknown-name"));
  EXPECT_EQ(to_string(source_location(model, model.warnings[1].location)), "d.csv:1");
}

TEST(Exogenous, StaysUnknownWhereNoFileHasIt) {
  Model model = model_of(equations);
  const auto before = model.variables.size();
  EXPECT_EQ(*feed_data(model, {{0}, {"other"}, {{1}}}, "d.csv"), 0U);
  EXPECT_EQ(model.variables.size(), before);
}

}  // namespace
}  // namespace flowyard::controller::model::data
