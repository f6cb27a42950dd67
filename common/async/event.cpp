#include "common/async/event.hpp"

#include <boost/asio/as_tuple.hpp>

#include "common/async/timeout.hpp"

namespace flowyard::async {

Event::Event(Executor executor)
    : executor_(executor), changed_(std::move(executor), asio::steady_timer::time_point::max()) {}

void Event::notify() {
  ++version_;
  changed_.cancel();
}

Task<> Event::wait_past(std::uint64_t seen) {
  while (version_ <= seen) {
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Task<bool> Event::wait_past(std::uint64_t seen, Milliseconds limit) {
  bool came = true;
  try {
    co_await with_timeout(limit, wait_past(seen));
  } catch (const TimedOut&) {
    came = false;
  }
  co_return came;
}

}  // namespace flowyard::async
