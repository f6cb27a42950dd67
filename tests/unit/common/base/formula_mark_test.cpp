#include "common/base/formula_mark.hpp"

#include <gtest/gtest.h>

namespace flowyard {
namespace {

TEST(FormulaMark, StandsBeforeTextThatASpreadsheetWouldCompute) {
  EXPECT_EQ(with_formula_mark("=1+1"), "'=1+1");
  EXPECT_EQ(with_formula_mark("+a"), "'+a");
  EXPECT_EQ(with_formula_mark("-a"), "'-a");
  EXPECT_EQ(with_formula_mark("@SUM(A1)"), "'@SUM(A1)");
}

TEST(FormulaMark, NeverStandsBeforeNumbersNorOtherText) {
  for (const char* text : {"-1", "+1", "-1.5e-300", "-inf", "", "a=b", "'quoted'", "Baseline", "'"})
    EXPECT_EQ(with_formula_mark(text), text);
}

TEST(FormulaMark, IsTakenOffAgainAndNothingElseIs) {
  for (const char* text : {"=1+1", "'=1+1", "''-x", "-1", "'quoted'", "", "a", "-x", "'-1"})
    EXPECT_EQ(without_formula_mark(with_formula_mark(text)), text);
}

}  // namespace
}  // namespace flowyard
