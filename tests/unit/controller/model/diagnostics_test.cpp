// The limits of what one reading tells, and in which order.
#include "controller/model/diagnostics.hpp"

#include <gmock/gmock.h>

namespace flowyard::controller::model {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::SizeIs;

std::vector<std::string> texts(Diagnostics& diagnostics) {
  std::vector<std::string> all;
  for (const Error& error : diagnostics.take_errors()) all.push_back(to_string(error));
  return all;
}

SourceLocation at(int line, int column = 1) {
  return {.file = 0, .line = line, .column = column};
}

TEST(Diagnostics, AreTakenInTheOrderOfTheTextEachOnce) {
  Diagnostics diagnostics({"m"});
  diagnostics.error(at(2, 5), DiagnosticCode::Syntax, "b");
  diagnostics.error(at(2, 1), DiagnosticCode::Syntax, "a");
  diagnostics.error(at(2, 5), DiagnosticCode::Syntax, "b");
  diagnostics.error(FileLocation{.file = "m", .line = 1, .column = 9}, DiagnosticCode::Missing, "c");
  EXPECT_EQ(diagnostics.count(), 4U);
  EXPECT_THAT(texts(diagnostics), ElementsAre("m:1:9: c", "m:2:1: a", "m:2:5: b"));
  EXPECT_FALSE(diagnostics.failed());
}

TEST(Diagnostics, OfOnePlaceThatDifferInNamesAreCounted) {
  Diagnostics diagnostics({"m"});
  for (const char* name : {"p", "q", "r", "s", "t"})
    diagnostics.error(at(1), DiagnosticCode::Syntax, "'" + std::string(name) + "' has no value");
  diagnostics.error(at(1), DiagnosticCode::Syntax, "'p' has no name");
  EXPECT_THAT(texts(diagnostics),
              ElementsAre("m:1:1: 'p' has no value", "m:1:1: 'q' has no value",
                          "m:1:1: 'r' has no value (and 2 more like it)", "m:1:1: 'p' has no name"));
}

TEST(Diagnostics, OfTheWholeFileAreNotOfOnePlace) {
  Diagnostics diagnostics({"m"});
  for (int i = 0; i < 5; ++i)
    diagnostics.error(at(1, 0), DiagnosticCode::Syntax, "no numbers for " + std::to_string(i));
  EXPECT_THAT(texts(diagnostics), SizeIs(5));
}

TEST(Diagnostics, OfOneSentenceAreCountedOverAllPlaces) {
  Diagnostics diagnostics({"m"});
  for (int line = 1; line <= 50; ++line) diagnostics.error(at(line), DiagnosticCode::Syntax, "no value");
  const auto told = texts(diagnostics);
  ASSERT_THAT(told, SizeIs(20));
  EXPECT_EQ(told.back(), "m:20:1: no value (and 30 more like it)");
}

TEST(Diagnostics, SayThatThereMayBeMoreThanAHundred) {
  Diagnostics diagnostics({"m"});
  const auto fail = [&](int line) {
    diagnostics.error(at(line), DiagnosticCode::Syntax, "line " + std::to_string(line));
  };
  for (int line = 1; line <= 99; ++line) fail(line);
  fail(1);  // told before
  EXPECT_FALSE(diagnostics.full());
  EXPECT_THAT(texts(diagnostics), SizeIs(99));
  for (int line = 1; line <= 101; ++line) fail(line);
  const auto told = texts(diagnostics);
  ASSERT_THAT(told, SizeIs(101));
  EXPECT_EQ(told.back(), "m:100:1: these are the first 100 errors; there may be more");
}

TEST(Diagnostics, CountWarningsByThemselves) {
  Diagnostics diagnostics({"m"});
  for (int line = 1; line <= 150; ++line)
    diagnostics.warn(at(line), DiagnosticCode::Ignored, "line " + std::to_string(line));
  diagnostics.error(at(1), DiagnosticCode::Syntax, "an error");
  EXPECT_THAT(diagnostics.take_warnings(), SizeIs(100));
  EXPECT_THAT(texts(diagnostics), ElementsAre("m:1:1: an error"));
}

TEST(Diagnostics, MakeNoUseOfReadingOnBehindALimit) {
  Diagnostics diagnostics({"m"});
  diagnostics.error(at(1), DiagnosticCode::Syntax, "wrong");
  EXPECT_FALSE(diagnostics.hopeless());
  diagnostics.error(at(2), DiagnosticCode::Syntax, "too long", ErrorCode::Limit);
  EXPECT_TRUE(diagnostics.hopeless());
  EXPECT_FALSE(diagnostics.full());
}

TEST(Diagnostics, OfManyPlacesEndTheReading) {
  Diagnostics diagnostics({"m"});
  for (int line = 1; line <= 10'000; ++line) diagnostics.error(at(line), DiagnosticCode::Syntax, "no value");
  EXPECT_TRUE(diagnostics.hopeless());
}

TEST(Diagnostics, CutLongMessagesBetweenCharacters) {
  Diagnostics diagnostics({"m"});
  std::string message(999, 'x');
  diagnostics.error(at(1), DiagnosticCode::Syntax, message + "\xC3\xA9\xC3\xA9");
  EXPECT_THAT(texts(diagnostics), ElementsAre(EndsWith("xx...")));
}

TEST(Diagnostics, MaySpeakOfAnotherFile) {
  Diagnostics diagnostics({"m"});
  diagnostics.speak_of_file("experiment");
  diagnostics.error(at(3), DiagnosticCode::Syntax, "there");
  diagnostics.speak_of_model();
  diagnostics.error(at(4), DiagnosticCode::Syntax, "here");
  EXPECT_THAT(texts(diagnostics), ElementsAre("experiment:3:1: there", "m:4:1: here"));
}

}  // namespace
}  // namespace flowyard::controller::model
