// RerolledLoop: sequences of code that repeat one computation for successive elements of an array, to be
// emitted as loops. Straight code for thousands of elements would miss the instruction cache at every step.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

struct RerolledLoop {
  std::uint32_t first = 0;   // item
  std::uint32_t length = 0;  // items of one iteration
  std::uint32_t trip_count = 0;
  // By slot as named in the first iteration: how many slots further it is in each next one.
  std::map<Slot, std::int64_t> stride;
  SlotSet live;  // in those names: the values that an iteration leaves for code after it

  std::uint32_t end() const { return first + length * trip_count; }
};

// In order, without overlap. Iterations are long enough that their overhead is small; with `shortest`, those
// that may be executed four at once are as short as possible. `live` are the slots whose values matter after
// the last item; items that `fits` refuses belong to none.
std::vector<RerolledLoop> rerolled_loops(const Program& program, const CodeItems& items, const SlotSet& live,
                                         bool (*fits)(Opcode), bool shortest);

// So many slots at most.
inline constexpr std::size_t kMostOwn = 16;
inline constexpr std::size_t kMostSums = 2;

// A lane-vectorised loop: four iterations are executed at once, instruction by instruction, on contiguous
// slots.
struct LaneVectorisedLoop {
  std::vector<Slot> own;   // local to one iteration: their values need not be stored
  std::vector<Slot> sums;  // to which each iteration adds one number, in turn
};

// Nothing where four iterations may not be executed at once.
std::optional<LaneVectorisedLoop> lane_vectorised(const Program& program, const CodeItems& items,
                                                  const RerolledLoop& rerolled);

}  // namespace flowyard::worker::engine::native
