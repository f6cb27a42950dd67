// The VM: runs code over a block of lanes. One loop over instructions, each a loop over lanes; compiled for
// several instruction sets and chosen once by what the processor has. All levels give the same bits: no
// fused multiply-add, no reordering. Called on the thread of its Runner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

class BeltState;
class QueueState;

// The slots of a block: slot s of lane i is slots[s * stride + i]. Stride is a multiple of 8.
struct Frame {
  double* slots = nullptr;
  std::size_t stride = 0;
  const Table* tables = nullptr;
  const double* xs = nullptr;
  const double* ys = nullptr;
  const std::uint8_t* table_replaced = nullptr;  // by table: read Table::replacement instead
  const std::uint64_t* streams = nullptr;
  const std::uint32_t* operands = nullptr;
  const std::uint64_t* draws = nullptr;  // by lane
  std::uint64_t seed = 0;
  std::uint32_t step_index = 0;
  // By stock: the run's own initial values, one number per lane, or nullptr.
  const double* const* initials = nullptr;
  const double* settings = nullptr;  // four numbers, NaN where the run has none
  Slot first_stock = 0;
  // By belt (queue) and lane; the tables say what they are.
  BeltState* belts = nullptr;
  QueueState* queues = nullptr;
  const Belt* belt_tables = nullptr;
  const WaitingLine* queue_tables = nullptr;
  double* scratch = nullptr;  // enough for the largest instruction, one lane
};

enum class Level { Base, Avx2, Avx512 };

Level best_level();

void execute(Level level, const Frame& frame, const Instruction* code, std::size_t count);

// How many numbers of scratch the program's instructions need.
std::size_t scratch_size(const Program& program);

// slots[target..] of `stocks` consecutive slots += dt * rate; the inner loop of Euler's method.
void advance(Level level, const Frame& frame, const Stock* stocks, std::size_t count, const double* base,
             double weight);

}  // namespace flowyard::worker::engine
