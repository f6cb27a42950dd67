// Schedule: the order in which pieces are executed. A stock that nobody looks at any more moves on as soon as
// its rate is known, while that and the stock itself are still at hand. Pure.
#pragma once

#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

// The same pieces with the same effect; those that advance something stand as early as they may.
Pieces scheduled(const Program& program, const Pieces& pieces, std::size_t slots);

}  // namespace flowyard::worker::engine::native
