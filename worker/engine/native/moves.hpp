// Parallel moves between registers, ordered so that they can be executed one by one. Pure.
#pragma once

#include <vector>

namespace flowyard::worker::engine::native {

struct Move {
  unsigned to = 0;
  unsigned from = 0;

  bool operator==(const Move&) const = default;
};

// No two moves have the same `to`. A cycle goes through `spare`, which none of them uses.
std::vector<Move> in_turn(std::vector<Move> moves, unsigned spare);

}  // namespace flowyard::worker::engine::native
