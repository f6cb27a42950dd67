#include "common/async/event.hpp"

#include <boost/asio/as_tuple.hpp>

namespace flowyard::async {

Event::Event(Executor executor)
    : executor_(executor), changed_(std::move(executor), asio::steady_timer::time_point::max()) {}

// A waiter with a time limit. It stays on the list for its whole lifetime, however the wait ends.
class Event::Waiter {
 public:
  explicit Waiter(Event& event) : event_(event), alarm_(event.executor_) {
    place_ = event_.alarms_.insert(event_.alarms_.end(), &alarm_);
  }
  ~Waiter() { event_.alarms_.erase(place_); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  asio::steady_timer& alarm() { return alarm_; }

 private:
  Event& event_;
  asio::steady_timer alarm_;
  std::list<asio::steady_timer*>::iterator place_;
};

void Event::notify() {
  ++version_;
  changed_.cancel();
  for (auto* alarm : alarms_) alarm->cancel();
}

Task<> Event::wait_past(std::uint64_t seen) {
  while (version_ <= seen) {
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Task<bool> Event::wait_past(std::uint64_t seen, Timer& timer, SteadyPoint until) {
  Waiter waiter(*this);
  while (version_ <= seen && timer.now() < until) co_await timer.wait(waiter.alarm(), until);
  co_return version_ > seen;
}

Task<bool> Event::wait_past(std::uint64_t seen, Milliseconds limit) {
  SteadyTimer timer;
  co_return co_await wait_past(seen, timer, timer.now() + limit);
}

}  // namespace flowyard::async
