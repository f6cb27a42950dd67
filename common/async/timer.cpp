#include "common/async/timer.hpp"

#include <boost/asio/as_tuple.hpp>

namespace flowyard::async {

SteadyPoint SteadyTimer::now() const {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::steady_clock::now());
}

Task<> SteadyTimer::wait(asio::steady_timer& alarm, SteadyPoint when) {
  alarm.expires_at(when);
  co_await alarm.async_wait(asio::as_tuple(asio::use_awaitable));
}

Task<> sleep_until(Timer& timer, SteadyPoint when) {
  asio::steady_timer alarm(co_await asio::this_coro::executor);
  // A cancelled wait comes back early, and the next co_await throws.
  while (timer.now() < when) co_await timer.wait(alarm, when);
}

Task<> sleep_for(Timer& timer, Milliseconds span) {
  return sleep_until(timer, timer.now() + span);
}

}  // namespace flowyard::async
