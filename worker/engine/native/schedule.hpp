// Schedule: the order in which pieces are executed. A stock that nobody looks at any more moves on as soon as
// its rate is known, while that and the stock itself are still at hand; sums go along with their numbers.
// Pure.
#pragma once

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

// The same pieces with the same effect; those that advance something, and the links of long sums, stand as
// early as they may.
Pieces scheduled(const Program& program, const Pieces& pieces, std::size_t slots);

// Takes out of a round at most so many long sums, of what the round begins with. The round before may as well
// add up while the numbers come into being: a sum is slow, as each link waits for the one before it.
std::vector<Pieces> take_early_sums(const Program& program, Pieces& pieces, std::size_t slots,
                                    std::size_t most);

}  // namespace flowyard::worker::engine::native
