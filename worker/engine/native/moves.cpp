#include "worker/engine/native/moves.hpp"

#include <algorithm>

namespace flowyard::worker::engine::native {

std::vector<Move> in_turn(std::vector<Move> moves, unsigned spare) {
  std::vector<Move> ordered;
  std::erase_if(moves, [](const Move& move) { return move.to == move.from; });
  while (!moves.empty()) {
    const auto still_read = [&](unsigned place) {
      return std::any_of(moves.begin(), moves.end(), [&](const Move& other) { return other.from == place; });
    };
    const auto next =
        std::find_if(moves.begin(), moves.end(), [&](const Move& move) { return !still_read(move.to); });
    if (next != moves.end()) {
      ordered.push_back(*next);
      moves.erase(next);
      continue;
    }
    // Only cycles are left.
    const unsigned saved = moves.front().to;
    ordered.push_back({spare, saved});
    for (Move& move : moves)
      if (move.from == saved) move.from = spare;
  }
  return ordered;
}

}  // namespace flowyard::worker::engine::native
