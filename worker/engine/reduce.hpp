// Reductions over saves: what outcomes are made of. Each owns three slots (see Reduction); `begin` sets
// them, `accumulate` is called at every save, `end` leaves the answer in the first.
#pragma once

#include "worker/engine/kernels.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

const char* to_string(ReductionKind kind);

// `saved` counts the saves so far, `now` and `before` are the times of this and of the previous save.
struct SaveMoment {
  std::uint64_t saved = 0;
  double now = 0;
  double before = 0;
};

void begin(const Frame& frame, const Reduction& reduction);
void accumulate(const Frame& frame, const Reduction& reduction, const SaveMoment& hook);
void end(const Frame& frame, const Reduction& reduction, std::uint64_t saves);

}  // namespace flowyard::worker::engine
