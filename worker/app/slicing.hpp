// Slicing: how many scenarios of a lease to compute at a time, so that a chunk of results is neither too
// large nor too late. Adapts to the measured time of earlier slices. Pure.
#pragma once

#include <cstdint>

#include "worker/engine/program.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::worker::app {

struct SliceLimits {
  double seconds = 0.7;  // of computing
  // Lower limit: vector code computes a block of lanes in about the time of a few.
  double lanes = 64;
  double values = 4e6 / 8;  // numbers in a chunk: 4 MB of them
};

// What a scenario costs.
struct ScenarioCost {
  double seconds = 0;
  double values = 0;
};

// An estimate before any measurement, from the program's size and the number of its steps; one lane of one
// instruction takes about 2 ns in a small block and 0.3 ns in a large one.
ScenarioCost guess_cost(const engine::Program& program, const engine::RunInput& settings);

// 1 .. remaining.
std::uint64_t next_slice(const SliceLimits& limits, const ScenarioCost& cost, std::uint64_t remaining);

}  // namespace flowyard::worker::app
