#include "controller/experiment/name.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::experiment {
namespace {

TEST(Name, MayBeInAnyLanguage) {
  for (const char* name : {"logistic-sweep", "High Growth", "人口増加", "a.b", "x@y"})
    EXPECT_TRUE(is_name(name)) << name;
}

TEST(Name, CannotLeaveItsFolderNorBeTakenForAnOption) {
  for (const char* name : {"../x", "..", ".", "a/b", "a\\b", "-x", "@latest", " x", ""})
    EXPECT_FALSE(is_name(name)) << name;
}

TEST(Name, HoldsNothingThatSteersATerminal) {
  for (const char* name : {"a\x1b[31m", "a\nb", "a\x7F", "a\xC2\x9B", "a\xC3\x1b", "a\xFF", "a\u202Eb"})
    EXPECT_FALSE(is_name(name)) << name;
}

TEST(Name, HasAtMostAHundredCharacters) {
  std::string name;
  for (int n = 0; n < 100; ++n) name += "ö";
  EXPECT_TRUE(is_name(name));
  EXPECT_FALSE(is_name(name + "x"));
}

}  // namespace
}  // namespace flowyard::controller::experiment
