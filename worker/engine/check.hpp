// The checker: proves of a Program from any source that running it accesses only its own slots, tables and
// delay lines. The VM relies on it and merely asserts. Pure.
#pragma once

#include "common/base/result.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

inline constexpr std::uint32_t kMaxSlots = 20'000'000;
inline constexpr std::uint32_t kMaxMatrixSide = 1'000;

Result<void> check_program(const Program& program);

}  // namespace flowyard::worker::engine
