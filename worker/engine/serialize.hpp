// A Program as bytes, sent from the controller to its workers: a magic number, a version, then every field in
// order, little-endian. Reading is safe for any input: it returns a Program that check_program has proved
// sound, or an error.
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
