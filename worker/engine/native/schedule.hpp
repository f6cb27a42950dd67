// Schedule: the order in which items are executed. A stock that nobody looks at any more moves on as soon as
// its rate is known, while that and the stock itself are still at hand; sums go along with their numbers.
// Pure.
#pragma once

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

// The same items with the same effect; those that advance something, and the links of long sums, stand as
// early as they may.
CodeItems scheduled(const Program& program, const CodeItems& items, std::size_t slots);

// Takes out of a iteration at most so many long sums, of what the iteration begins with. The iteration before
// may as well add up while the numbers come into being: a sum is slow, as each link waits for the one before
// it.
std::vector<CodeItems> take_early_sums(const Program& program, CodeItems& items, std::size_t slots,
                                       std::size_t most);

}  // namespace flowyard::worker::engine::native
