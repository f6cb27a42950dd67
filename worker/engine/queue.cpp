#include "worker/engine/queue.hpp"

#include <algorithm>
#include <numeric>

namespace flowyard::worker::engine {

void QueueState::begin(double amount) {
  batches_.clear();
  if (amount > 0) batches_.push_back(amount);
}

double QueueState::take(double volume) {
  double taken = 0;
  std::size_t empty = 0;
  for (double& batch : after_) {
    const double part = std::min(batch, volume - taken);
    if (!(part > 0)) break;
    taken += part;
    batch -= part;
    if (batch > 0) break;
    ++empty;
  }
  after_.erase(after_.begin(), after_.begin() + static_cast<std::ptrdiff_t>(empty));
  return taken;
}

// The amount that the outflow takes within its limit.
double QueueState::serve(const QueueOutflow& outflow, double room) {
  if (after_.empty() || !(room > 0)) return 0;
  if (!outflow.whole_batches) return take(outflow.one_at_a_time ? std::min(room, after_.front()) : room);
  double taken = 0;
  while (!after_.empty() && taken + after_.front() <= room) {
    taken += take(after_.front());
    if (outflow.one_at_a_time) break;
  }
  return taken;
}

void QueueState::flows(const WaitingLine& queue, double dt, double inflow, const double* limits,
                       double* out) {
  after_ = batches_;
  if (inflow > 0) after_.push_back(inflow * dt);
  double refused = 0;  // by the outflows before
  for (std::size_t k = 0; k < queue.outflows.size(); ++k) {
    const QueueOutflow& outflow = queue.outflows[k];
    const double waiting = std::accumulate(after_.begin(), after_.end(), 0.0);
    if (outflow.overflow) {
      out[k] = take(std::min(refused, limits[k] * dt));
      refused -= out[k];
    } else if (!outflow.constrained) {
      out[k] = take(waiting);
      refused = 0;
    } else {
      const double offered = outflow.one_at_a_time && !after_.empty() ? after_.front() : waiting;
      out[k] = serve(outflow, limits[k] * dt);
      refused = offered - out[k];
    }
    out[k] /= dt;
  }
}

double QueueState::content() const {
  return std::accumulate(batches_.begin(), batches_.end(), 0.0);
}

}  // namespace flowyard::worker::engine
