#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "worker/protocol/columns.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::protocol {
namespace {

ResultChunk a_chunk() {
  return {.chunk = 3,
          .first = 40,
          .count = 2,
          .compute_seconds = 0.25,
          .outcome_names = {"final", "crossed"},
          .outcomes = {{1.5, -2.25},
                       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}},
          .times = {0, 1, 2},
          .series = {{.name = "Population", .elements = {}, .values = {1, 2, 3, 4, 5, 6}}}};
}

LeaseGrant a_lease() {
  return {.lease = 7,
          .token = "t",
          .experiment = "logistic",
          .scenario = "High Growth",
          .program = "abc",
          .bundle = "def",
          .model = "models/logistic.yaml",
          .seed = 0xFFFFFFFFFFFFFFFFu,
          .first = 20,
          .count = 2,
          .draws = {0, 1},
          .parameters = {{.name = "growth_rate", .elements = 1, .shared = false, .values = {0.05, 0.06}},
                         {.name = "shares", .elements = 3, .shared = true, .values = {1, 2, 3}}},
          .initial = {{.name = "Population", .elements = 1, .shared = true, .values = {100}}},
          .series_parameters = {{.name = "demand", .times = {0, 50}, .values = {{10, 20}}}},
          .time = {.start = 0, .stop = 400, .step = {}, .save_every = 1, .method = "rk4"},
          .outputs = {"Population"},
          .keep_times = {0, 12.5},
          .outcomes = {{"final", "last(Population)"}}};
}

void expect_same(const ResultChunk& a, const ResultChunk& b) {
  EXPECT_EQ(a.chunk, b.chunk);
  EXPECT_EQ(a.first, b.first);
  EXPECT_EQ(a.outcome_names, b.outcome_names);
  EXPECT_EQ(a.outcomes[0], b.outcomes[0]);
  EXPECT_TRUE(std::isnan(b.outcomes[1][0]));
  EXPECT_EQ(a.outcomes[1][1], b.outcomes[1][1]);
  EXPECT_EQ(a.times, b.times);
  ASSERT_EQ(b.series.size(), 1u);
  EXPECT_EQ(a.series[0].values, b.series[0].values);
}

TEST(Protocol, CarriesResultsInBothEncodings) {
  expect_same(a_chunk(), from_json<ResultChunk>(to_json(a_chunk())).value());
  expect_same(a_chunk(), from_columns<ResultChunk>(to_columns(a_chunk())).value());
}

TEST(Protocol, CarriesLeasesInBothEncodings) {
  for (const auto& lease : {from_json<LeaseGrant>(to_json(a_lease())).value(),
                            from_columns<LeaseGrant>(to_columns(a_lease())).value()}) {
    EXPECT_EQ(lease.keep_times, (std::vector<double>{0, 12.5}));
    EXPECT_EQ(lease.seed, a_lease().seed);
    EXPECT_EQ(lease.parameters[0].values, a_lease().parameters[0].values);
    EXPECT_EQ(lease.parameters[1].elements, 3u);
    EXPECT_EQ(lease.series_parameters[0].values, a_lease().series_parameters[0].values);
    EXPECT_EQ(lease.time.stop, 400);
    EXPECT_EQ(lease.time.step, std::nullopt);
    EXPECT_EQ(lease.outcomes[0].expression, "last(Population)");
  }
}

TEST(Protocol, RefusesEveryTruncationOfAColumnarBody) {
  const std::string whole = to_columns(a_chunk());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(from_columns<ResultChunk>(whole.substr(0, size)).has_error()) << size;
  }
}

TEST(Protocol, RefusesShapesThatDoNotMatch) {
  auto chunk = a_chunk();
  chunk.outcomes[0].push_back(1);
  EXPECT_TRUE(from_json<ResultChunk>(to_json(chunk)).has_error());
  chunk = a_chunk();
  chunk.series[0].values.pop_back();
  EXPECT_TRUE(from_columns<ResultChunk>(to_columns(chunk)).has_error());
  auto lease = a_lease();
  lease.draws.pop_back();
  EXPECT_TRUE(from_json<LeaseGrant>(to_json(lease)).has_error());
}

TEST(Protocol, RefusesAHeaderThatPointsOutsideTheBody) {
  std::string bytes = to_columns(a_chunk());
  const auto location = bytes.find("\"at\":7");
  ASSERT_NE(location, std::string::npos);
  bytes[location + 5] = '9';
  EXPECT_TRUE(from_columns<ResultChunk>(bytes).has_error());
}

}  // namespace
}  // namespace flowyard::worker::protocol
