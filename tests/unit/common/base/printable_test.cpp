#include "common/base/printable.hpp"

#include <gtest/gtest.h>

namespace flowyard {
namespace {

TEST(Printable, KeepsTextOfAnyLanguage) {
  const std::string text = "Größe, 人口, emoji \U0001F680";
  EXPECT_EQ(printable(text), text);
}

TEST(Printable, MakesControlCharactersBlank) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n\t\x7F\xC2\x9B"), "a [31mb     ");
}

TEST(Printable, LetsNothingTurnTheDirectionOfWriting) {
  EXPECT_EQ(printable("ab\u202Ecd\u2066e"), "ab cd e");
}

TEST(Printable, FindsAnEscapeBehindTheBeginningOfACharacter) {
  EXPECT_EQ(printable("\xC3\x1b[2J"), "\uFFFD [2J");
  EXPECT_EQ(printable("\xF0\x9F\x1b[2J"), "\uFFFD\uFFFD [2J");
}

TEST(Printable, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(printable("a\xFF"
                      "b"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(printable("\xC0\x9B"), "\uFFFD\uFFFD");  // an escape, written longer than it may be
  EXPECT_EQ(printable("\xE0\x82\x9B"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(printable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // half of a surrogate pair
  EXPECT_EQ(printable("end \xE4\xBA"), "end \uFFFD\uFFFD");
}

TEST(Printable, TellsABrokenCharacterFromOneThatIsNotYetWhole) {
  EXPECT_EQ(first_character("\xE4\xBA").length, 0U);
  EXPECT_EQ(first_character("\xE4"
                            "a")
                .length,
            1U);
}

}  // namespace
}  // namespace flowyard
