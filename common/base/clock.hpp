// Clock: the only source of the time of day, so that tests can control it. TimePoint is milliseconds of UTC
// since 1970, which is also how the store keeps it.
#pragma once

#include <chrono>

namespace flowyard {

using Milliseconds = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace flowyard
