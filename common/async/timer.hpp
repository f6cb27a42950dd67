// Timer: the only way for decision code to wait for time to pass, so that tests can control it. It is a
// steady clock: it never jumps, unlike the time of day (Clock), and has no meaning outside this process.
#pragma once

#include <chrono>

#include "common/async/task.hpp"

namespace flowyard::async {

using SteadyPoint = std::chrono::time_point<std::chrono::steady_clock, Milliseconds>;

class Timer {
 public:
  virtual ~Timer() = default;
  virtual SteadyPoint now() const = 0;
  // Suspends the caller until `when`, until `alarm` is cancelled, or until the caller is; throws for none of
  // them, so the caller checks which it was. `alarm` belongs to the caller, the only one to wait for it.
  virtual Task<> wait(asio::steady_timer& alarm, SteadyPoint when) = 0;
};

class SteadyTimer final : public Timer {
 public:
  SteadyPoint now() const override;
  Task<> wait(asio::steady_timer& alarm, SteadyPoint when) override;
};

// Suspends the caller until `when`; throws operation_aborted when cancelled.
Task<> sleep_until(Timer& timer, SteadyPoint when);
Task<> sleep_for(Timer& timer, Milliseconds span);

}  // namespace flowyard::async
