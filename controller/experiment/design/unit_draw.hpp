// The numbers between 0 and 1 behind random parameters: functions of the seed, the sample's number and the
// parameter's name, never of a place in the grid. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/philox.hpp"

namespace flowyard::controller::experiment::design {

// What a parameter's stream is keyed by. The prefix separates it from the noise inside models, which the
// engine keys by the same seed.
inline std::uint64_t stream_of(std::string_view parameter) {
  return stable_hash(parameter) ^ stable_hash("design parameter");
}

inline PhiloxCounter words_of(std::uint64_t seed, std::uint64_t number, std::uint64_t stream) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  return philox(seed, {low(number), high(number), low(stream), high(stream)});
}

// 0 < u < 1.
inline double unit_draw(std::uint64_t seed, std::uint64_t sample, std::uint64_t stream) {
  const PhiloxCounter words = words_of(seed, sample, stream);
  return open_unit(words[0], words[1]);
}

}  // namespace flowyard::controller::experiment::design
