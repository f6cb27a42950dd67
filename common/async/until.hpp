// until: runs work that another event may end, such as a request whose peer may disconnect.
#pragma once

#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "common/async/task.hpp"

namespace flowyard::async {

// Runs both side by side on the caller's executor, which must be serial. When `work` is done, `stop` is
// cancelled, and the result is given. When `stop` returns or throws first, `work` is cancelled; the result is
// then nothing, unless the work completed nevertheless. Both are awaited either way; what `stop` throws is
// dropped. T must be default-constructible.
template <class T>
Task<std::optional<T>> until(Task<T> work, Task<> stop) {
  auto executor = co_await asio::this_coro::executor;
  auto group =
      asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(work), asio::deferred),
                                              asio::co_spawn(executor, std::move(stop), asio::deferred));
  auto [order, failure, value, stop_failure] =
      co_await std::move(group).async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (!failure) co_return std::optional<T>(std::move(value));
  const bool stopped = order[0] == 1;
  const auto state = co_await asio::this_coro::cancellation_state;
  if (stopped && state.cancelled() == asio::cancellation_type::none) co_return std::nullopt;
  std::rethrow_exception(failure);
}

}  // namespace flowyard::async
