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

// The distributions that may be truncated at both ends, with the meaning of their two parameters.
enum class Distribution : std::uint32_t {
  Normal,            // mean 0, deviation 1
  Exponential,       // mean 1
  LogNormal,         // mean and deviation of the number itself
  Poisson,           // mean
  Gamma,             // order
  Beta,              // alpha, beta
  Binomial,          // probability, trials
  NegativeBinomial,  // probability, successes; counts the trials
  Weibull,           // shape; scale 1
  Pareto,            // shape; least 1
  Logistic,          // location 0, scale 1
  Geometric,         // probability; counts the trials
  Count_,
};

struct Truncation {
  double shift = 0;
  double stretch = 1;
  double least = 0;
  double most = 0;
};

// A draw of the distribution times stretch plus shift, repeated while it is not between least and most. After
// too many rejected draws, the nearer of the two ends.
double random_between(const RandomPlace& place, Distribution distribution, const double* parameters,
                      const Truncation& truncation);

}  // namespace flowyard::worker::engine
