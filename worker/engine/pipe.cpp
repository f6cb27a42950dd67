#include "worker/engine/pipe.hpp"

#include <algorithm>
#include <cmath>

namespace flowyard::worker::engine {
namespace {

constexpr double kMostSteps = 1e7;

}  // namespace

std::size_t whole_steps(double length, double dt) {
  const double steps = std::round(length / dt);
  return steps > 1 ? static_cast<std::size_t>(std::min(steps, kMostSteps)) : 1;
}

void Pipe::begin(std::size_t steps, double initial) {
  ring_.assign(steps + 1, {initial, true});
  ring_.back() = {};
  at_ = 0;
  output_ = initial;
}

Pipe::Place& Pipe::ahead(std::size_t steps) {
  if (steps >= ring_.size()) {
    std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(at_), ring_.end());
    at_ = 0;
    ring_.resize(std::max(steps + 1, ring_.size() + ring_.size() / 2));
  }
  return ring_[(at_ + steps) % ring_.size()];
}

void Pipe::step(DelayKind kind, double value, std::size_t steps, double otherwise) {
  Place& place = ahead(steps);
  const bool adds = kind == DelayKind::Material && place.filled;
  place = {adds ? place.value + value : value, true};
  if (kind == DelayKind::Information)
    for (std::size_t later = steps + 1; later < ring_.size(); ++later) ahead(later) = {};
  ring_[at_] = {};
  at_ = (at_ + 1) % ring_.size();
  if (ring_[at_].filled)
    output_ = ring_[at_].value;
  else if (kind == DelayKind::Material)
    output_ = otherwise;
}

}  // namespace flowyard::worker::engine
