// UnitCube: where the samples of a design lie in the unit cube that has one dimension for each random
// parameter. Every coordinate is a function of its own (sample, dimension), so that a design is never
// expanded. Immutable; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "controller/experiment/experiment.hpp"

namespace flowyard::controller::experiment::design {

// One random parameter.
struct Dimension {
  std::uint32_t number = 0;  // place among the random parameters; Halton takes its base by it
  std::uint64_t stream = 0;  // of the parameter's name
};

class UnitCube {
 public:
  // method: Random, LatinHypercube or Halton. Of these only the Latin hypercube depends on `samples`: the
  // others keep every earlier point when samples are added.
  UnitCube(experiment::DesignMethod method, std::uint64_t seed, std::uint64_t samples)
      : method_(method), seed_(seed), samples_(samples) {}

  // How many random parameters the method can serve.
  std::uint32_t most_dimensions() const;

  // 0 < u < 1; sample < samples.
  double at(std::uint64_t sample, const Dimension& dimension) const;

 private:
  experiment::DesignMethod method_;
  std::uint64_t seed_;
  std::uint64_t samples_;
};

// The most random parameters that Halton serves: as many as there are primes in its table.
inline constexpr std::uint32_t kMaxHaltonDimensions = 128;

// Where a permutation of 0 .. count-1, chosen by (seed, stream), sends `place`: a Feistel network on the
// bits, walked until it lands inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
std::uint64_t permuted(std::uint64_t place, std::uint64_t count, std::uint64_t seed, std::uint64_t stream);

}  // namespace flowyard::controller::experiment::design
