// StoreThread: the one thread on which the Store lives, for coroutines. Owned by the controller; calls run in
// the order in which they are made.
#pragma once

#include <memory>
#include <string>

#include "common/async/blocking.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

class StoreThread {
 public:
  explicit StoreThread(const std::string& path)
      : pool_(1), own_(std::make_unique<Store>(path)), store_(*own_) {}
  // One that is open already, on no thread: `submit` decides when each call runs, and keeps their order.
  StoreThread(Store& store, async::BlockingPool::Submit submit) : pool_(std::move(submit)), store_(store) {}

  // Runs `work(Store&)` there and brings back its result or its exception. GCC 12 frees the captures of a
  // lambda written inside a co_await expression twice: unless they are trivial, name it on the line above.
  template <class Work>
  async::Task<std::invoke_result_t<Work, Store&>> run(Work work) {
    auto bound = [this, work = std::move(work)]() mutable { return work(store_); };
    return pool_.run(std::move(bound));
  }

  void join() { pool_.join(); }

 private:
  async::BlockingPool pool_;
  std::unique_ptr<Store> own_;  // opened by the constructing thread, touched by the pool's alone from then on
  Store& store_;
};

}  // namespace flowyard::controller::store
