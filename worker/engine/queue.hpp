// QueueState: the batches that wait in one queue (XMILE 1.0, 3.7.3) in one lane, the oldest first. What flows
// in during a step is one batch. An outflow into a cloud or a plain stock empties the queue; one into a
// conveyor takes what fits there; an overflow takes what did not fit. Owned by a Block.
#pragma once

#include <cstddef>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

class QueueState {
 public:
  void begin(double amount);

  // What leaves in the step from now on, per unit of time, by outflow: the step's own inflow may leave in it.
  // `limits` are what may go into each outflow, per unit of time. Nothing changes before `step`.
  void flows(const WaitingLine& queue, double dt, double inflow, const double* limits, double* out);
  void step() { batches_ = after_; }

  double content() const;

 private:
  double serve(const QueueOutflow& outflow, double room);
  double take(double volume);

  std::vector<double> batches_;
  std::vector<double> after_;  // this step's
};

}  // namespace flowyard::worker::engine
