// The VM: runs code over a block of lanes. A loop over instructions, each a loop over lanes; compiled for
// several instruction sets, of which one is chosen by the processor's features. All levels give the same
// bits: no fused multiply-add, no reordering. Called on the thread of its Runner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

class Block;
class ConveyorState;
class QueueState;
struct BucketIndex;
struct CachedSegment;

// Some lanes of a block, with its slots: slot s of lane i is slots[s * stride + i]. Both stride and the
// number of lanes are multiples of 8, or both are 1.
struct Frame {
  double* slots = nullptr;
  std::size_t stride = 0;
  std::size_t lanes = 0;
  std::size_t first_lane = 0;  // of the block; everything by lane in here begins with it
  const Table* tables = nullptr;
  const double* xs = nullptr;
  const double* ys = nullptr;
  const BucketIndex* indexed = nullptr;          // by table; used where it has buckets
  CachedSegment* segments = nullptr;             // by table; of a lane alone
  const std::uint8_t* table_replaced = nullptr;  // by table: read Table::replacement instead
  const std::uint64_t* streams = nullptr;
  const std::uint32_t* operands = nullptr;
  const std::uint64_t* draws = nullptr;  // by lane
  std::uint64_t seed = 0;
  std::uint32_t step_index = 0;
  // By stock: the run's own initial values, one number per lane, or nullptr.
  const double* const* initials = nullptr;  // from the block's first lane on
  const double* settings = nullptr;         // four numbers, NaN where the run has none
  Slot first_stock = 0;
  // By conveyor (queue) and lane; the tables say what they are.
  ConveyorState* conveyors = nullptr;
  QueueState* queues = nullptr;
  const Conveyor* conveyor_tables = nullptr;
  const WaitingLine* queue_tables = nullptr;
  double* scratch = nullptr;  // enough for the largest instruction, one lane
  Block* block = nullptr;
};

// Native: machine code made for the program (native/), for AVX2, and the best kernels for what that leaves.
enum class Level { Base, Avx2, Avx512, Native };

Level best_level();
Level best_kernels();  // without Native

using Kernels = void (*)(const Frame& frame, const Instruction* code, std::size_t count);
Kernels kernels_of(Level level);

inline void execute(Level level, const Frame& frame, const Code& code) {
  kernels_of(level)(frame, code.data(), code.size());
}

// How many numbers of scratch the program's instructions need.
std::size_t scratch_size(const Program& program);

}  // namespace flowyard::worker::engine
