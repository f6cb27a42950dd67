// Pipe: the content of a delay whose length may change while running (Vensim DELAY MATERIAL and DELAY
// INFORMATION), for one lane. Owned by a Block. Grows when something is put further ahead than ever before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

class Pipe {
 public:
  // Full of `initial` for the first `steps` steps.
  void begin(std::size_t steps, double initial);

  // One step: `value` enters, to come out `steps` steps from now; what arrives next becomes output().
  // `otherwise` is the output of Material where nothing arrives.
  void step(DelayKind kind, double value, std::size_t steps, double otherwise);

  double output() const { return output_; }

 private:
  struct Place {
    double value = 0;
    bool filled = false;
  };

  Place& ahead(std::size_t steps);

  std::vector<Place> ring_;
  std::size_t at_ = 0;
  double output_ = 0;
};

// A length of time in whole steps, at least one and at most 10 million.
std::size_t whole_steps(double length, double dt);

}  // namespace flowyard::worker::engine
