// run_task: runs one coroutine to its end on an io_context of its own and gives its result to the test.
#pragma once

#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "common/async/task.hpp"

namespace flowyard::test {

template <class T>
T run_task(boost::asio::io_context& io, async::Task<T> task) {
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) { failure = e; });
    io.restart();
    io.run();
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<T> value;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e, T v) {
      failure = e;
      if (!e) value.emplace(std::move(v));
    });
    io.restart();
    io.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
}

// Gives everything else on this executor, sockets included, many chances to run.
inline async::Task<> let_others_run() {
  for (int turn = 0; turn < 1000; ++turn) co_await boost::asio::post(boost::asio::use_awaitable);
}

}  // namespace flowyard::test
