#include "controller/model/name.hpp"

#include <gtest/gtest.h>

#include "controller/model/model.hpp"

namespace flowyard::controller::model {
namespace {

TEST(Name, IgnoresCaseAndKindOfSeparator) {
  EXPECT_EQ(key_of("Birth  Rate"), "birth_rate");
  EXPECT_EQ(key_of("\"birth_Rate\""), "birth_rate");
  EXPECT_EQ(key_of("Birth\\nRate"), "birth_rate");
  EXPECT_EQ(key_of(" birth\n\trate_"), "birth_rate");
  EXPECT_EQ(key_of("birth\xC2\xA0rate"), "birth_rate");
}

TEST(Name, FoldsLettersBeyondAscii) {
  EXPECT_EQ(key_of("\xC3\x89t\xC3\xA9"), "\xC3\xA9t\xC3\xA9");                        // É -> é
  EXPECT_EQ(key_of("\xCE\x94"), "\xCE\xB4");                                          // Δ -> δ
  EXPECT_EQ(key_of("\xD0\x90\xD0\x81"), "\xD0\xB0\xD1\x91");                          // АЁ -> аё
  EXPECT_EQ(key_of("\xE4\xB8\xAD\xF0\x9F\x90\xB7"), "\xE4\xB8\xAD\xF0\x9F\x90\xB7");  // left alone
}

TEST(Name, KeepsEscapedQuotesAndShowsNoLineBreaks) {
  EXPECT_EQ(key_of("\"say \\\"hi\\\"\""), "say_\"hi\"");
  EXPECT_EQ(Name("\"Birth\\nRate\"").display, "Birth Rate");
  EXPECT_EQ(Name("Birth Rate"), Name("birth_rate"));
}

TEST(Name, SurvivesBrokenText) {
  EXPECT_EQ(key_of("\""), "\"");
  EXPECT_EQ(key_of("\xC3"), "\xC3");
  EXPECT_EQ(key_of("a\\"), "a\\");
  EXPECT_EQ(key_of(""), "");
}

TEST(Expression, CopiesDeeplyButSharesTables) {
  const auto tree = binary(BinaryOperator::Add, reference("a"), with_lookup(number(1), {.points = {{0, 1}}}));
  auto copy = tree;
  copy.arguments[0] = number(2);
  EXPECT_EQ(tree.arguments[0].name.key, "a");
  EXPECT_EQ(tree.arguments[1].lookup, copy.arguments[1].lookup);
}

}  // namespace
}  // namespace flowyard::controller::model
