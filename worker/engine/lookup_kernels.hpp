// The kernels that read guided tables. Pure.
#pragma once

#include "worker/engine/kernels.hpp"

namespace flowyard::worker::engine {

// Opcode::Lookup of a table that has buckets and is not replaced. The same bits at every level.
void look_up_guided(Level level, const Frame& frame, const Instruction& instruction);

}  // namespace flowyard::worker::engine
