// Task<T>: the coroutine type of the project, and the few names every coroutine needs. A Task is lazy: it
// runs when awaited, or when a TaskGroup spawns it. Coroutines take their parameters by value, except
// references to objects that outlive the owning group.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "common/base/clock.hpp"

namespace flowyard::async {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

using Executor = asio::any_io_executor;

// Whether this failure is a cancellation being propagated. Never report one as an error, never swallow it.
inline bool is_cancellation(const std::exception& error) {
  const auto* system = dynamic_cast<const boost::system::system_error*>(&error);
  return system && system->code() == asio::error::operation_aborted;
}

// Suspends the caller for `span`; throws operation_aborted when cancelled.
inline Task<> sleep_for(Milliseconds span) {
  asio::steady_timer timer(co_await asio::this_coro::executor, span);
  co_await timer.async_wait(asio::use_awaitable);
}

// For clean-up that must await after a cancel (stopping a container): co_await it, and from there on the
// whole spawned chain, callers included, ignores cancellation. Do it last, and bound the work with a timeout.
// Not a Task: awaiting one would throw the very cancellation that is to be ignored.
inline auto ignore_cancellation() {
  return asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
}

}  // namespace flowyard::async
