#include "worker/app/run_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/logistic_program.hpp"

namespace flowyard::worker::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RunRequest, NeedsNothingAtAll) {
  auto request = read_run_request("");
  ASSERT_TRUE(request.has_value()) << to_string(request.error());
  EXPECT_EQ(request->lease.program, kDefaultProgram);
  EXPECT_EQ(request->lease.count, 1u);
  ask_for_all(*request, test::logistic_program());
  EXPECT_THAT(request->lease.outputs, ElementsAre("Population"));
  EXPECT_EQ(request->lease.outcomes.size(), 2u);
}

TEST(RunRequest, TakesOutcomesByNameAndNumbersDraws) {
  auto request = read_run_request(R"({"count": 3, "first": 5, "outcomes": ["final"], "outputs": [],
    "parameters": [{"name": "growth_rate", "shared": false, "values": [0.1, 0.2, 0.3]}]})");
  ASSERT_TRUE(request.has_value()) << to_string(request.error());
  EXPECT_THAT(request->lease.draws, ElementsAre(5, 6, 7));
  ask_for_all(*request, test::logistic_program());
  EXPECT_EQ(request->lease.outputs.size(), 0u);
  EXPECT_EQ(request->lease.outcomes.at(0).name, "final");
}

TEST(RunRequest, CarriesAProgram) {
  const auto request = read_run_request(R"({"program_base64": "aGVsbG8="})");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->program_bytes, "hello");
  EXPECT_EQ(request->lease.program, kPostedProgram);
}

TEST(RunRequest, RefusesWhatItCannotRead) {
  for (const char* body : {"[]", "{", R"({"count": 0})", R"({"count": "many"})", R"({"count": 99999999999})",
                           R"({"program_base64": 7})", R"({"program_base64": "a*"})", R"({"outcomes": [7]})",
                           R"({"parameters": [{"name": "x", "shared": false, "values": [1, 2]}]})"}) {
    EXPECT_TRUE(read_run_request(body).has_error()) << body;
  }
}

}  // namespace
}  // namespace flowyard::worker::app
