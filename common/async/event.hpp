// Event: notifies any number of waiting coroutines of a change. Edge-triggered with a counter, so that a
// change between reading the state and waiting is not lost: read version(), read the state, then wait for a
// later version. One executor, serial.
#pragma once

#include <cstdint>
#include <list>

#include "common/async/task.hpp"
#include "common/async/timer.hpp"

namespace flowyard::async {

class Event {
 public:
  explicit Event(Executor executor);

  void notify();
  std::uint64_t version() const { return version_; }

  // Returns once version() > seen.
  Task<> wait_past(std::uint64_t seen);

  // The same, but gives up after `limit`; returns whether the event occurred.
  Task<bool> wait_past(std::uint64_t seen, Milliseconds limit);
  Task<bool> wait_past(std::uint64_t seen, Timer& timer, SteadyPoint until);

 private:
  class Waiter;

  Executor executor_;
  std::uint64_t version_ = 0;
  asio::steady_timer changed_;             // never expires: cancelled to wake its waiters
  std::list<asio::steady_timer*> alarms_;  // waiters with a time limit
};

}  // namespace flowyard::async
