#include "controller/model/vensim/reader.hpp"

#include <gtest/gtest.h>

#include "controller/model/diagnostics.hpp"
#include "tests/support/diagnostic_text.hpp"

namespace flowyard::controller::model::vensim {
namespace {

const std::string control = "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n";

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

Errors errors_of(const std::string& text) {
  const auto model = read(text + control, "m.mdl");
  return model ? Errors() : model.error();
}

Model model_of(const std::string& text) {
  const auto model = read(text + control, "folder/m.mdl");
  EXPECT_TRUE(model.has_value()) << to_string(model.error().at(0));
  return model ? *model : Model();
}

TEST(VensimReader, GivesPlacesInCharactersWhateverTheLineEnds) {
  for (const std::string line_end : {"\n", "\r\n", "\r"}) {
    const auto errors =
        errors_of("{UTF-8}" + line_end + "a = 1 ~~|" + line_end + "\xC3\xA9t\xC3\xA9 = ) ~~|" + line_end);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(test::place_and_code(errors[0]), "m.mdl:3:7 syntax");
  }
}

TEST(VensimReader, ReadsLatin1Names) {
  EXPECT_EQ(model_of("caf\xE9 = 1 ~~|").variables.at(0).name.key, "caf\xC3\xA9");
}

TEST(VensimReader, TakesAmpersandsAndPercentSignsIntoNames) {
  const Model model =
      model_of("rate% = 3 ~~|\nR&D budget = rate% * 2 ~~|\nprofit & loss = R&D Budget+rate% ~~|");
  ASSERT_EQ(model.variables.size(), 6U);
  EXPECT_EQ(model.variables[0].name.display, "rate%");
  EXPECT_EQ(model.variables[1].name.key, "r&d_budget");
  const Expression& sum = model.variables[2].equations.at(0).expression;
  EXPECT_EQ(model.variables[2].name.display, "profit & loss");
  EXPECT_EQ(sum.arguments.at(0).name.key, "r&d_budget");
  EXPECT_EQ(sum.arguments.at(1).name.key, "rate%");
  EXPECT_EQ(errors_of("a = & ~~|").size(), 1U);
}

TEST(VensimReader, NamesTheMissingControlVariables) {
  const auto model = read("a = 1 ~~|\nTIME STEP = 1 ~~|", "m.mdl");
  ASSERT_TRUE(model.has_error());
  EXPECT_EQ(test::places_and_codes(model.error()), "m.mdl no-equation\n");
}

TEST(VensimReader, KeepsTheModelNameOfThePath) {
  EXPECT_EQ(model_of("").name.display, "m");
}

TEST(VensimReader, StopsAtTheSketchEvenInsideAnEquation) {
  const auto model = read(control + "a = 1 ~ Widget ~ never closed\n\\\\\\---/// Sketch\nb = ( ~~|", "m.mdl");
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model->variables.size(), 4U);
  EXPECT_EQ(model->warnings.size(), 1U);
}

TEST(VensimReader, MergesEquationsOfOneVariableWithTheFirstTexts) {
  const Model model = model_of("d: x, y ~~| v[x] = 1 ~~| V [ y ] = Time ~ Widget ~ doc |");
  ASSERT_EQ(model.variables.at(0).equations.size(), 2U);
  EXPECT_EQ(model.variables[0].units, "Widget");
  EXPECT_EQ(model.variables[0].kind, VariableKind::Auxiliary);
}

TEST(VensimReader, RefusesAStockThatIsNoStockElsewhere) {
  const auto errors = errors_of("d: x, y ~~| v[x] = INTEG(1, 0) ~~| v[y] = Time ~~|");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(test::place_and_code(errors[0]), "m.mdl:1:36 wrong-kind");
}

TEST(VensimReader, TakesANumberAmongStocksForAStockAtRest) {
  for (const char* text : {"d: x, y ~~| v[x] = INTEG(1, 0) ~~| v[y] = 5 ~~|",
                           "d: x, y ~~| v[y] = 5 ~~| v[x] = INTEG(1, 0) ~~|"}) {
    const Variable v = model_of(text).variables.at(0);
    EXPECT_EQ(v.kind, VariableKind::Stock);
    for (const Equation& equation : v.equations) EXPECT_TRUE(equation.initial.present());
  }
}

TEST(VensimReader, WarnsOfPointsOutOfOrder) {
  EXPECT_EQ(model_of("t((0,0),(2,1),(1,5)) ~~|").warnings.size(), 1U);
  EXPECT_EQ(model_of("t((0,0),(1,1),(1,5)) ~~|").warnings.size(), 0U);
}

TEST(VensimReader, WarnsOfLimitsThatAreNone) {
  const auto warnings =
      model_of("a = 1 ~ people [0, ~ |\nb = 1 ~ people [5,1] ~ |\nc = 1 ~ people [0,?] ~ |").warnings;
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].location.line, 1);
  EXPECT_EQ(warnings[1].location.line, 2);
}

TEST(VensimReader, TellsFilesOfOtherKindsInOneSentence) {
  const auto told = [](const std::string& bytes) {
    const auto model = read(bytes, "m.mdl");
    return model.has_error() && model.error().size() == 1 ? test::place_and_code(model.error()[0]) : "";
  };
  EXPECT_EQ(told(" \n"), "m.mdl:1:1 not-a-model");
  EXPECT_EQ(told("<?xml version=\"1.0\"?>\n<xmile/>"), "m.mdl:1:1 not-a-model");
  EXPECT_EQ(told(std::string(20, '\x02') + "a = 1 ~~|"), "m.mdl:1:1 not-a-model");
  EXPECT_EQ(errors_of("a = 3 # # # 4 ~~|").size(), 1U);
}

TEST(VensimReader, TakesINTEGInsideAFormulaWithAWarning) {
  EXPECT_EQ(model_of("a = 2 * INTEG(1, 0) ~~|").warnings.size(), 1U);
}

TEST(VensimReader, CallsMacrosInputsAndLookupsByTheirNames) {
  EXPECT_TRUE(
      errors_of(
          ":MACRO: M(table)\nM = table(Time) ~~|\n:END OF MACRO:\nt((0,0),(1,1)) ~~| a = M(t) + t(3) ~~|")
          .empty());
  const auto errors = errors_of("my table((0,0),(1,1)) ~~| a = my tabel(Time) ~~|");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(test::place_and_code(errors[0]), "m.mdl:1:31 unknown-function");
}

TEST(VensimReader, RefusesOutputsOfFunctions) {
  EXPECT_EQ(errors_of("a = MAX(1 : 2) ~~|").size(), 1U);
}

TEST(VensimReader, NeverRoundsAwayNumbersItCannotHold) {
  EXPECT_EQ(model_of("a = 1e-999 ~~|").variables.at(0).equations.at(0).expression.number, 0);
  EXPECT_EQ(errors_of("a = 0001e999 ~~|").size(), 1U);
  EXPECT_EQ(errors_of("a = " + std::string(400, '9') + "e-50 ~~|").size(), 1U);
}

TEST(VensimReader, LimitsNestingDepthAndErrors) {
  for (const std::string opening : {"(", "ABS(", "-", ":NOT: ", "1+1*2^(", "a[", "WITH LOOKUP("}) {
    const auto errors = errors_of("a = " + repeated(opening, 100'000) + "1 ~~|");
    ASSERT_FALSE(errors.empty()) << opening;
  }
  EXPECT_EQ(errors_of("a = 1" + repeated("+1", 1'000) + " ~~|").at(0).code, ErrorCode::Limit);
  EXPECT_TRUE(errors_of("a = 1" + repeated("+1", 390) + " ~~|").empty());
  EXPECT_TRUE(errors_of("a = " + repeated("ABS(", 190) + "1" + repeated(")", 190) + " ~~|").empty());
  EXPECT_EQ(errors_of(repeated("? ~~|", 1'000)).size(), 20U);
  std::string various;
  for (int i = 0; i < 1'000; ++i)
    various += "a" + std::to_string(i) + " = 1 ~~| a" + std::to_string(i) + " = 2 ~~|";
  EXPECT_EQ(errors_of(various).size(), Diagnostics::kMost + 1);
}

TEST(VensimReader, LimitsTheElementsOfRanges) {
  EXPECT_EQ(errors_of("d: (a1-a2000000) ~~|").at(0).code, ErrorCode::Limit);
  EXPECT_EQ(
      errors_of("d: (" + std::string(1'000, 'x') + "1-" + std::string(1'000, 'x') + "900000) ~~|").at(0).code,
      ErrorCode::Limit);
}

TEST(VensimReader, LimitsWhatAllEquationsTakeTogether) {
  EXPECT_EQ(errors_of("a[d] = 1" + repeated(",1", 3'100'000) + " ~~|").at(0).code, ErrorCode::Limit);
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
