#include "controller/model/vensim/source_text.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::model::vensim {
namespace {

using namespace std::string_view_literals;

TEST(VensimSourceText, KeepsUtf8AndDropsTheMark) {
  EXPECT_EQ(decode("\xEF\xBB\xBF{UTF-8}\n\xC3\xA9").text, "{UTF-8}\n\xC3\xA9");
  EXPECT_EQ(decode("no header \xE4\xB8\xAD").text, "no header \xE4\xB8\xAD");
}

TEST(VensimSourceText, TakesAnythingElseForWindows1252) {
  EXPECT_EQ(decode("caf\xE9 \x80 \x93q\x94").text, "caf\xC3\xA9 \xE2\x82\xAC \xE2\x80\x9Cq\xE2\x80\x9D");
  // One well-formed pair does not make the rest UTF-8.
  EXPECT_EQ(decode("\xC3\xA9\xE9").text, "\xC3\x83\xC2\xA9\xC3\xA9");
}

TEST(VensimSourceText, ReadsStrayBytesOfAnUtf8FileAndSaysSo) {
  const SourceText source = decode("{UTF-8}\n\xC3\xA9 \xE9");
  EXPECT_EQ(source.text, "{UTF-8}\n\xC3\xA9 \xC3\xA9");
  EXPECT_TRUE(source.mixed_encoding);
  EXPECT_FALSE(decode("{UTF-8}\n\xC3\xA9").mixed_encoding);
}

TEST(VensimSourceText, ReadsUtf16OfBothOrders) {
  EXPECT_EQ(decode("\xFF\xFE"
                   "a\0\xE9\0\x3D\xD8\x37\xDC"sv)
                .text,
            "a\xC3\xA9\xF0\x9F\x90\xB7");
  EXPECT_EQ(decode("\xFE\xFF\0a\xD8\x3D"sv).text, "a\xEF\xBF\xBD");
}

TEST(VensimSourceText, KnowsUtf16WithoutItsMarkByItsZeros) {
  const std::string text(50, 'a');
  std::string little, big;
  for (const char c : text) {
    little.append({c, '\0'});
    big.append({'\0', c});
  }
  EXPECT_EQ(decode(little).text, text);
  EXPECT_EQ(decode(big).text, text);
}

TEST(VensimSourceText, MakesAllLineEndsAlike) {
  EXPECT_EQ(decode("a\r\nb\rc\n\rd\r").text, "a\nb\nc\n\nd\n");
}

TEST(VensimSourceText, RefusesOverlongAndSurrogateSequences) {
  EXPECT_EQ(decode("{UTF-8}\xC0\x80").text, "{UTF-8}\xC3\x80\xE2\x82\xAC");
  EXPECT_TRUE(decode("{UTF-8}\xED\xA0\x80").mixed_encoding);
  EXPECT_TRUE(decode("{UTF-8}\xF4\x90\x80\x80").mixed_encoding);
}

}  // namespace
}  // namespace flowyard::controller::model::vensim
