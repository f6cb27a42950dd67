// scalar_c: a Program as plain C, what a code generator for one run at a time would write. It knows the
// instructions that the measured models use.
#pragma once

#include <string>

#include "worker/engine/program.hpp"

namespace flowyard::bench {

// A translation unit with
//   void run_lane(const double* parameters, double* outcomes);
// `parameters` are all elements of all parameters that are not lookups, in the order of the Program. Saves at
// the start and at the stop. Throws where the program needs something that is not known here.
std::string scalar_c(const worker::engine::Program& program, worker::engine::Method method);

}  // namespace flowyard::bench
