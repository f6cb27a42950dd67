// BlockingPool: threads for work that blocks (SQLite, files) or computes for long (compiling, analysis,
// compression); the result comes back to the caller's executor. One thread makes a pool serial.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
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

  // Runs `work` on a thread of the pool. It cannot be cancelled once started: keep it short, or let it poll a
  // flag of its own. Its exceptions are rethrown in the caller.
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

  // The same for long-running work: it receives a token whose stop is requested when the caller is cancelled,
  // and must end soon after. Its value must be one that can be moved.
  template <class Work>
  Task<std::invoke_result_t<Work, std::stop_token>> run_stoppable(Work work) {
    using Value = std::invoke_result_t<Work, std::stop_token>;
    auto executor = co_await asio::this_coro::executor;
    std::exception_ptr failure;
    std::optional<Value> value;
    std::stop_source stop;
    auto guarded = [&work, &failure, &value, &stop] {
      try {
        value.emplace(work(stop.get_token()));
      } catch (...) {
        failure = std::current_exception();
      }
    };
    co_await hop(executor, guarded, &stop);
    // The result of stopped work is discarded.
    if (stop.stop_requested()) throw boost::system::system_error(asio::error::operation_aborted);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*value);
  }

  // Lets the work under way finish and ends the threads.
  void join() {
    if (pool_) pool_->join();
  }

 private:
  // Suspends the caller (whose frame keeps `step` alive), runs `step` in the pool, resumes on `executor`.
  template <class Step>
  Task<> hop(Executor executor, Step& step, const std::stop_source* stop = nullptr) {
    auto start = [this, executor, &step, stop](auto handler) {
      if (auto slot = asio::get_associated_cancellation_slot(handler); stop && slot.is_connected())
        slot.assign([source = *stop](asio::cancellation_type) mutable { source.request_stop(); });
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
