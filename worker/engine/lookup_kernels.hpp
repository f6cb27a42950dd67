// The kernels that read indexed tables, and tables for a lane alone.
#pragma once

#include "worker/engine/kernels.hpp"

namespace flowyard::worker::engine {

// Opcode::Lookup of a table that has buckets and is not replaced. The same bits at every level.
void look_up_indexed(Level level, const Frame& frame, const Instruction& instruction);

// The instruction Lookup for a single lane; caches the segment of the table.
void look_up_alone(const Frame& f, const Instruction& in);

}  // namespace flowyard::worker::engine
