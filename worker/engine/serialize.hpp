// A Program as bytes, for the way from the controller to its workers: a magic word, a version, then every
// field in order, little-endian. Reading accepts any bytes without harm: it ends in a Program that
// check_program has proved sound, or in an error.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

inline constexpr std::uint32_t kProgramVersion = 2;

std::string serialize(const Program& program);
Result<Program> deserialize(std::string_view bytes);

}  // namespace flowyard::worker::engine
