// ManualTimer and ManualClock: time that passes when a test says so. What waits for a time comes back when
// advance_to() reaches it, in the order of the times.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include <boost/asio/as_tuple.hpp>

#include "common/async/timer.hpp"
#include "common/base/clock.hpp"

namespace flowyard::test {

class ManualTimer final : public async::Timer {
 public:
  async::SteadyPoint now() const override { return now_; }

  async::Task<> wait(boost::asio::steady_timer& alarm, async::SteadyPoint when) override {
    alarm.expires_at(boost::asio::steady_timer::time_point::max());
    const Entry entry(due_, when, [&alarm] { alarm.cancel(); });
    co_await alarm.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }

  // Calls `what` once, at `when`.
  void call_at(async::SteadyPoint when, std::function<void()> what) { due_.emplace(when, std::move(what)); }

  // The next time at which anything waits to go on.
  std::optional<async::SteadyPoint> next() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }

  void advance_to(async::SteadyPoint when) {
    now_ = std::max(now_, when);
    while (!due_.empty() && due_.begin()->first <= now_) {
      const auto call = due_.extract(due_.begin());
      call.mapped()();
    }
  }

 private:
  using Due = std::multimap<async::SteadyPoint, std::function<void()>>;

  // Of one that waits: taken away however the wait ends.
  class Entry {
   public:
    Entry(Due& due, async::SteadyPoint when, std::function<void()> wake) : due_(due) {
      place_ = due_.emplace(when, [this, wake = std::move(wake)] {
        there_ = false;
        wake();
      });
    }
    ~Entry() {
      if (there_) due_.erase(place_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    Due& due_;
    Due::iterator place_;
    bool there_ = true;
  };

  async::SteadyPoint now_{Milliseconds{1'000'000}};
  Due due_;
};

// The time of day: goes on with a timer, and can be set.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(const ManualTimer& timer) : timer_(timer) {}
  TimePoint now() const override { return start_ + (timer_.now() - async::SteadyPoint{}) + offset_; }
  void jump(Milliseconds by) { offset_ += by; }

 private:
  const ManualTimer& timer_;
  TimePoint start_{Milliseconds{1'700'000'000'000}};
  Milliseconds offset_{0};
};

}  // namespace flowyard::test
