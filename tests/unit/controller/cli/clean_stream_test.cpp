#include "controller/cli/ui/clean_stream.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {
namespace {

std::string cleaned(std::initializer_list<std::string_view> pieces) {
  std::ostringstream below;
  {
    CleanStream clean(below);
    for (const auto piece : pieces) clean << piece << std::flush;
  }
  return below.str();
}

TEST(CleanStream, LetsLinesAndTabsThroughAndNothingThatSteers) {
  EXPECT_EQ(cleaned({"a\x1b]0;title\x07\tb\r\nc\n"}), "a ]0;title \tb \nc\n");
}

TEST(CleanStream, PutsCharactersTogetherThatComeInPieces) {
  EXPECT_EQ(cleaned({"\xE4", "\xBA", "\xBA and"}), "人 and");
  EXPECT_EQ(cleaned({"\xC2",
                     "\x9B"
                     "31m"}),
            " 31m");
  EXPECT_EQ(cleaned({"\xE4", "\x1b[2J"}), "\uFFFD [2J");
  EXPECT_EQ(cleaned({"end \xE4"}), "end \uFFFD");
}

TEST(CleanStream, WritesSingleCharactersToo) {
  std::ostringstream below;
  CleanStream clean(below);
  clean << 'a' << '\x1b' << 'b' << std::endl;
  EXPECT_EQ(below.str(), "a b\n");
}

TEST(CleanStream, PassesOurOwnColoursAndNoneThatTextBringsAlong) {
  std::ostringstream below;
  CleanStream clean(below);
  clean << Painted{.before = "\x1b[31m", .text = "x\x1b[0my", .after = "\x1b[0m"};
  EXPECT_EQ(below.str(), "\x1b[31mx [0my\x1b[0m");
}

TEST(Terminal, GivesProgramsTheBytesAsTheyAreAndPeopleCleanText) {
  for (const bool is_terminal : {false, true}) {
    std::ostringstream out, err;
    CliEnvironment environment;
    environment.out = &out;
    environment.err = &err;
    environment.out_is_terminal = is_terminal;
    Terminal terminal(environment, false);
    terminal.data() << "\x1b[2J" << std::flush;
    EXPECT_EQ(out.str(), is_terminal ? " [2J" : "\x1b[2J");
    terminal.out() << "\x1b[2J" << std::flush;
    EXPECT_TRUE(out.str().ends_with(" [2J"));
    terminal.note("\x1b[2J");
    EXPECT_EQ(err.str(), " [2J\n");
  }
}

}  // namespace
}  // namespace flowyard::controller::cli
