#include "controller/service/result_blocks.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/protocol/columns.hpp"

namespace flowyard::controller::service {
namespace {

using ::testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

store::ChunkRow a_row() {
  worker::protocol::ResultChunk chunk;
  chunk.first = 4;
  chunk.count = 2;
  chunk.outcome_names = {"final"};
  chunk.outcomes = {{1.5, kNaN}};
  chunk.times = {0, 1};
  chunk.series = {{.name = "Level", .elements = {"a", "b"}, .values = {1, 2, 3, 4, 5, 6, 7, 8}}};
  store::ChunkRow row;
  row.range = {4, 2};
  row.compute_seconds = 0.25;
  row.body = worker::protocol::to_columns(chunk);
  return row;
}

TEST(ResultBlock, SaysWhatTheStoredChunkSays) {
  const auto block = block_of(a_row(), "novel-poodle").value();
  EXPECT_EQ(block.range, (experiment::IndexRange{4, 2}));
  EXPECT_EQ(block.worker, "novel-poodle");
  EXPECT_EQ(block.compute_seconds, 0.25);
  EXPECT_THAT(block.outcome_names, ElementsAre("final"));
  EXPECT_EQ(block.outcomes[0][0], 1.5);
  EXPECT_TRUE(std::isnan(block.outcomes[0][1]));
  ASSERT_EQ(block.series.size(), 1u);
  EXPECT_THAT(block.series[0].elements, ElementsAre("a", "b"));
  EXPECT_EQ(block.series[0].values.size(), 8u);
}

TEST(ResultBlock, FailsOnADamagedChunk) {
  auto row = a_row();
  row.body.resize(row.body.size() / 2);
  EXPECT_FALSE(block_of(row, "novel-poodle"));
}

}  // namespace
}  // namespace flowyard::controller::service
