#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/model/units/unit_check.hpp"
#include "controller/model/vensim/reader.hpp"

namespace flowyard::controller::model::vensim {
namespace {

Model model_with(const std::string& settings, const std::string& equations = "a = 1 ~~|\n") {
  const auto model = read(equations +
                              "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n"
                              "\\\\\\---/// Sketch information\nV300\n*View 1\n///---\\\\\\\n" +
                              settings,
                          "m.mdl");
  EXPECT_TRUE(model) << to_string(model.error().front());
  return model ? *model : Model{};
}

Method method_of(const std::string& numbers) {
  return model_with(":L\x7F<%^E!@\r\n15:" + numbers + "\r\n").time.method;
}

TEST(VensimSettings, SayTheMethodOfIntegration) {
  EXPECT_EQ(method_of("0,0,0,0,0,0"), Method::Euler);
  EXPECT_EQ(method_of("0,0,0,1,0,0"), Method::RungeKuttaAuto);
  EXPECT_EQ(method_of("0,0,0,2,0,0"), Method::Euler);
  EXPECT_EQ(method_of("0,0,0,3,0,0"), Method::RungeKutta2);
  EXPECT_EQ(method_of("0,0,0,4,0,0"), Method::RungeKutta2);
  EXPECT_EQ(method_of("0,0,0,5,0,0"), Method::RungeKutta4);
  EXPECT_EQ(model_with("").time.method, Method::Euler);
  EXPECT_EQ(model_with(":L<%^E!@\n15:0,0,0,5,0,0\n").time.method, Method::RungeKutta4);
}

TEST(VensimSettings, SayWhichUnitsAreTheSame) {
  const std::string equations = "a = 1 ~ Cow ~|\nb = a ~ Beast ~|\nc = a ~ Goat ~|\n";
  EXPECT_EQ(check_units(model_with(":L<%^E!@\n22:Cow,Cows,Beast\n", equations), compiler::find_unit_rule)
                .mismatches.size(),
            1U);
  EXPECT_EQ(check_units(model_with("", equations), compiler::find_unit_rule).mismatches.size(), 2U);
}

TEST(VensimSettings, SayWhichFileAShortNameMeans) {
  const Model model = model_with(":L<%^E!@\n30:?data=numbers.xlsx\n",
                                 "a = 1 + GET DIRECT CONSTANTS('?data', 'Sheet', 'B2') ~~|\n");
  EXPECT_EQ(model.variables.front().equations.front().expression.arguments.at(1).external->file,
            "numbers.xlsx");
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
