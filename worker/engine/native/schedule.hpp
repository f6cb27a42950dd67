// Schedule: the order in which items are executed. A stock that is not read any more is advanced as soon as
// its rate is known, while both are still in registers; sums are placed next to their terms. Pure.
#pragma once

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

// The same items with the same effect; those that advance a stock, and the links of long sums, as early as
// possible.
CodeItems scheduled(const Program& program, const CodeItems& items, std::size_t slots);

// Moves at most so many long sums, of values known at the begin of an iteration, into the previous iteration,
// which can add while the terms are computed: a sum is slow, as each link depends on the one before.
std::vector<CodeItems> take_early_sums(const Program& program, CodeItems& items, std::size_t slots,
                                       std::size_t most);

}  // namespace flowyard::worker::engine::native
