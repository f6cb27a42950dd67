// Machine code that reads a table at one double, the way lookup_kernels.cpp does: no branch depends on data.
// Pure.
#pragma once

#include "worker/engine/native/assembler.hpp"

namespace flowyard::worker::engine::native {

// The vector registers that it needs for itself.
struct LookupRegisters {
  unsigned mask;
  unsigned first;
  unsigned second;
};

// Reads the guided table of that number at register `x` into register `to`, which may be the same. `frame`
// holds the Frame's address, `zero` is one; rax, rcx and rdx are overwritten. Returns the place of a jump
// that is taken where the table has no buckets; nothing is changed then.
std::size_t write_lookup(Assembler& out, std::uint32_t table, unsigned to, unsigned x, General frame,
                         Operand zero, LookupRegisters own);

}  // namespace flowyard::worker::engine::native
