// ConveyorState: the content of one conveyor (XMILE 1.0, 3.7.2) in one lane. Material enters as lumps, one a
// step, and leaves `length` later, the step counted in which it entered; on the way some may leak. Owned by a
// Block.
//
// In each step all lumps first leak where they lie, then what has reached the end leaves, then the rest moves
// on by one place, and the inflow is put down as far from the end as the transit time says just now. So the
// outflow is known from the conveyor alone, before any inflow is. Linear leakage takes the same part of what
// entered at every place of its zone, the whole fraction in all; exponential leakage takes the fraction, per
// unit of time, of what is still there.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

class ConveyorState {
 public:
  // At the start. Longer than the limit: begins empty; the caller refuses it.
  static constexpr std::size_t kMaxPlaces = 200'000;

  // Filled with `amount` as a steady inflow would have left it; `fractions` by leak.
  void begin(const Conveyor& conveyor, double amount, double length, double dt, const double* fractions);

  // What leaves in the step from now on, per unit of time: out[0] at the end, out[1..] by leak. Prepares the
  // conveyor's state after the step; nothing changes before `step`.
  void flows(const Conveyor& conveyor, double dt, bool arrested, const double* fractions, double* out);

  struct StepInput {
    double inflow = 0;  // per unit of time
    double length = 0;
    bool sample = true;  // whether the transit time is read anew
    bool arrested = false;
  };
  void step(const StepInput& input, double dt);

  double content() const;

 private:
  struct Lump {
    double amount = 0;
    double entered = 0;       // how much it was
    std::int64_t places = 1;  // of the conveyor as it entered
    std::int64_t leaves = 0;  // clock_ at which one place is left
  };

  void leak(const Conveyor& conveyor, double dt, const double* fractions, double* out);
  void leak_whole_units(const Conveyor& conveyor, std::size_t which, double* out);
  void put(double amount, std::int64_t places);

  std::vector<Lump> lumps_;      // in the order of entering
  std::vector<double> amounts_;  // after this step's leakage
  std::vector<double> carried_;  // by leak of whole units: what is still less than one
  std::int64_t clock_ = 0;       // stands while the conveyor is arrested
  double length_ = 0;
};

}  // namespace flowyard::worker::engine
