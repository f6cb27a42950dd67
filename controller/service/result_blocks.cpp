#include "controller/service/result_blocks.hpp"

#include "worker/protocol/columns.hpp"

namespace flowyard::controller::service {

Result<results::ResultBlock> block_of(const store::ChunkRow& row, const std::string& worker) {
  auto chunk = worker::protocol::from_columns<worker::protocol::ResultChunk>(row.body);
  if (!chunk) return chunk.error();
  results::ResultBlock block;
  block.range = row.range;
  block.outcome_names = std::move(chunk->outcome_names);
  block.outcomes = std::move(chunk->outcomes);
  block.times = std::move(chunk->times);
  for (auto& series : chunk->series) {
    block.series.push_back({.name = std::move(series.name),
                            .elements = std::move(series.elements),
                            .values = std::move(series.values)});
  }
  block.worker = worker;
  block.compute_seconds = row.compute_seconds;
  return block;
}

}  // namespace flowyard::controller::service
