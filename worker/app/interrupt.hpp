// Interrupt: asks the computing thread to stop, at once or after a grace period. Set on the I/O thread,
// polled on the computing thread.
#pragma once

#include <atomic>
#include <chrono>
#include <limits>

namespace flowyard::worker::app {

class Interrupt {
 public:
  using Clock = std::chrono::steady_clock;

  void clear() { deadline_ = kNever; }
  void stop_within(Clock::duration grace) { deadline_ = (Clock::now() + grace).time_since_epoch().count(); }
  bool keep_going() const {
    const auto deadline = deadline_.load();
    return deadline == kNever || Clock::now().time_since_epoch().count() < deadline;
  }

 private:
  static constexpr Clock::rep kNever = std::numeric_limits<Clock::rep>::max();
  std::atomic<Clock::rep> deadline_{kNever};
};

}  // namespace flowyard::worker::app
