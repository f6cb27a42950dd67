#include "controller/cli/ui/excerpt.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::cli {
namespace {

TEST(Excerpt, MarksTheColumnWhateverTheLineEnds) {
  for (const std::string line_end : {"\n", "\r\n", "\r"}) {
    const std::string text = "a = 1" + line_end + line_end + "b = nope" + line_end;
    EXPECT_EQ(excerpt_of(text, 3, 5), "    b = nope\n        ^\n");
    EXPECT_EQ(excerpt_of(text, 3, 9), "    b = nope\n            ^\n");
  }
}

TEST(Excerpt, CountsCharactersAndLeavesIndentationOut) {
  EXPECT_EQ(excerpt_of("\t\t\xC3\xA9t\xC3\xA9 = x", 1, 9), "    \xC3\xA9t\xC3\xA9 = x\n          ^\n");
}

TEST(Excerpt, IsEmptyForAPlaceThatIsNotThere) {
  EXPECT_EQ(excerpt_of("a = 1\n", 7, 1), "");
  EXPECT_EQ(excerpt_of("a = 1\n", 1, 40), "");
  EXPECT_EQ(excerpt_of("a = 1\n", 0, 0), "");
  EXPECT_EQ(Excerpts().at({"no/such/file.mdl", 1, 1}), "");
}

TEST(Excerpt, CutsLongLinesAroundTheColumn) {
  const std::string text = std::string(500, 'a') + "B" + std::string(500, 'c');
  const std::string excerpt = excerpt_of(text, 1, 501);
  EXPECT_LT(excerpt.size(), 250U);
  const std::size_t end = excerpt.find('\n');
  EXPECT_EQ(excerpt.find('B'), excerpt.find('^') - end - 1);
}

}  // namespace
}  // namespace flowyard::controller::cli
