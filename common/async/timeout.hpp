// with_timeout: the one way to put a deadline on work. Built on parallel_group and not on awaitable `||`,
// which waits for the first success: an early failure would sit until the timer fires and come back as a
// timeout.
#pragma once

#include <exception>
#include <stdexcept>
#include <type_traits>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "common/async/task.hpp"

namespace flowyard::async {

// The deadline passed. Distinct from cancellation from outside, which stays operation_aborted.
class TimedOut : public std::runtime_error {
 public:
  explicit TimedOut(Milliseconds limit)
      : std::runtime_error("no answer within " + std::to_string(limit.count()) + " ms") {}
};

namespace detail {

inline void raise_unless_finished(const std::exception_ptr& failure, bool timer_won,
                                  const boost::system::error_code& timer_status, Milliseconds limit) {
  if (!failure) return;  // finished, even if at the same moment as the timer: the result is not thrown away
  if (timer_won && !timer_status) throw TimedOut(limit);
  if (timer_won) throw boost::system::system_error(asio::error::operation_aborted);
  std::rethrow_exception(failure);
}

}  // namespace detail

// Runs `work` on the caller's executor, which must be serial; T must be default-constructible. The work is
// cancelled and awaited before TimedOut is thrown, so nothing of it is left running.
template <class T>
Task<T> with_timeout(Milliseconds limit, Task<T> work) {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, limit);
  auto group = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, std::move(work), asio::deferred), timer.async_wait(asio::deferred));
  if constexpr (std::is_void_v<T>) {
    auto [order, failure, timer_status] =
        co_await std::move(group).async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    detail::raise_unless_finished(failure, order[0] == 1, timer_status, limit);
  } else {
    auto [order, failure, value, timer_status] =
        co_await std::move(group).async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    detail::raise_unless_finished(failure, order[0] == 1, timer_status, limit);
    co_return std::move(value);
  }
}

}  // namespace flowyard::async
