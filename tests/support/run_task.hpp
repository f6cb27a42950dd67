// run_task: runs one coroutine to its end on an io_context of its own and gives its result to the test.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "common/async/task.hpp"

namespace flowyard::test {

// Runs until nothing is left to do. What a failed task leaves running, a server that it would have closed,
// say, would run for ever: the test program is ended then, with what failed.
inline void run_out(boost::asio::io_context& io, const std::exception_ptr& failure) {
  io.restart();
  while (!failure && !io.stopped()) io.run_one();
  if (!failure) return;
  io.run_for(std::chrono::seconds(10));
  if (io.stopped()) std::rethrow_exception(failure);
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the task failed (%s) and left something that still runs\n", error.what());
  }
  std::abort();
}

template <class T>
T run_task(boost::asio::io_context& io, async::Task<T> task) {
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) { failure = e; });
    run_out(io, failure);
  } else {
    std::optional<T> value;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e, T v) {
      failure = e;
      if (!e) value.emplace(std::move(v));
    });
    run_out(io, failure);
    return std::move(*value);
  }
}

// Gives everything else on this executor, sockets included, many chances to run.
inline async::Task<> let_others_run() {
  for (int turn = 0; turn < 1000; ++turn) co_await boost::asio::post(boost::asio::use_awaitable);
}

}  // namespace flowyard::test
