// BlockingPool: threads for work that blocks (SQLite, files) or computes for long (compiling, analysis,
// compression); the result comes back to the caller's executor. One thread makes a pool serial.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "common/async/task.hpp"

namespace flowyard::async {

class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads)
      : pool_(std::in_place, threads),
        submit_([this](std::function<void()> step) { asio::post(*pool_, std::move(step)); }) {}

  // Without a thread: `submit` runs what it is given, later and in its own order; for simulations.
  using Submit = std::function<void(std::function<void()> step)>;
  explicit BlockingPool(Submit submit) : submit_(std::move(submit)) {}

  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `work` on a thread of the pool. It cannot be cancelled once called: it is short, or it looks at a
  // flag of its own. Its exceptions are rethrown to the caller.
  template <class Work>
  Task<std::invoke_result_t<Work>> run(Work work) {
    using Value = std::invoke_result_t<Work>;
    auto executor = co_await asio::this_coro::executor;
    std::exception_ptr failure;
    if constexpr (std::is_void_v<Value>) {
      auto guarded = [&work, &failure] {
        try {
          work();
        } catch (...) {
          failure = std::current_exception();
        }
      };
      co_await hop(executor, guarded);
      if (failure) std::rethrow_exception(failure);
    } else {
      std::optional<Value> value;
      auto guarded = [&work, &failure, &value] {
        try {
          value.emplace(work());
        } catch (...) {
          failure = std::current_exception();
        }
      };
      co_await hop(executor, guarded);
      if (failure) std::rethrow_exception(failure);
      co_return std::move(*value);
    }
  }

  // Lets the work under way finish and ends the threads.
  void join() {
    if (pool_) pool_->join();
  }

 private:
  // Suspends the caller (whose frame keeps `step` alive), runs `step` in the pool, resumes on `executor`.
  template <class Step>
  Task<> hop(Executor executor, Step& step) {
    auto start = [this, executor, &step](auto handler) {
      auto shared =
          std::make_shared<decltype(handler)>(std::move(handler));  // std::function-like copyability
      submit_([executor, &step, shared] {
        step();
        asio::post(executor, [shared] { std::move (*shared)(); });
      });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
  }

  std::optional<asio::thread_pool> pool_;
  Submit submit_;
};

}  // namespace flowyard::async
