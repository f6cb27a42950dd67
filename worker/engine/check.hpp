// The checker: proves of a Program, whoever made it, that running it touches only its own slots, tables and
// lines. The VM relies on it and merely asserts. Pure.
#pragma once

#include "common/base/result.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

inline constexpr std::uint32_t kMaxSlots = 20'000'000;
inline constexpr std::uint32_t kMaxMatrixSide = 1'000;

Result<void> check_program(const Program& program);

}  // namespace flowyard::worker::engine
