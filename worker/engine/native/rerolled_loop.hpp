// Repetition: stretches of code that do the same for one element of an array after another, to be emitted as
// loops. Straight code for thousands of elements would be fetched from afar at every step. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

struct Repetition {
  std::uint32_t first = 0;   // piece
  std::uint32_t length = 0;  // pieces of one round
  std::uint32_t rounds = 0;
  // By slot as named in the first round: how many slots further it is in each next one.
  std::map<Slot, std::int64_t> pace;
  SlotSet live;  // in those names: what a round leaves for after it

  std::uint32_t end() const { return first + length * rounds; }
};

// In order, without overlap. Rounds are long enough that going round costs little; where `shortest`, those
// that may go four at once are as short as can be. `live` are the slots whose values matter after the last
// piece; pieces that `fits` refuses belong to none.
std::vector<Repetition> repetitions_of(const Program& program, const Pieces& pieces, const SlotSet& live,
                                       bool (*fits)(Opcode), bool shortest);

// So many slots at most.
inline constexpr std::size_t most_own = 16;
inline constexpr std::size_t most_sums = 2;

// A repetition of which four rounds go at once, instruction by instruction, reading and writing slots that
// stand next to each other.
struct Fours {
  std::vector<Slot> own;   // that nobody but a round itself sees: their values need not reach memory
  std::vector<Slot> sums;  // to which each round adds one number, in turn
};

// Nothing where four rounds may not go at once.
std::optional<Fours> fours_of(const Program& program, const Pieces& pieces, const Repetition& repetition);

}  // namespace flowyard::worker::engine::native
