// Random numbers of a run: Philox keyed by (seed, stream), counted by (draw, step, position in the step). A
// stream is a hash of variable, element and place in its equation, so that a number depends on nothing else.
#pragma once

#include <array>
#include <cstdint>

#include "common/base/philox.hpp"
#include "worker/engine/functions.hpp"

namespace flowyard::worker::engine {

struct RandomPlace {
  std::uint64_t key = 0;
  std::uint64_t draw = 0;
  std::uint32_t step = 0;
};

// One round of SplitMix64's finaliser: seeds that differ by one bit give unrelated keys.
inline std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

inline std::array<double, 2> uniforms(const RandomPlace& place, std::uint32_t position) {
  return philox_uniform(place.key, {static_cast<std::uint32_t>(place.draw),
                                    static_cast<std::uint32_t>(place.draw >> 32U), place.step, position});
}

inline double random_uniform(const RandomPlace& place, std::uint32_t position) {
  return uniforms(place, position)[0];
}

// Box and Muller.
inline double random_normal(const RandomPlace& place, std::uint32_t position) {
  const auto [u, v] = uniforms(place, position);
  return fn::sqrt(-2 * fn::ln(u)) * fn::cos(6.283185307179586476925 * v);
}

// Marsaglia and Tsang (2000); order below 1 by the usual power of a uniform number.
double random_gamma(const RandomPlace& place, std::uint32_t position, double order);

// By multiplication for small means, by halving with gamma numbers for large ones (Ahrens and Dieter 1974).
double random_poisson(const RandomPlace& place, std::uint32_t position, double mean);

}  // namespace flowyard::worker::engine
