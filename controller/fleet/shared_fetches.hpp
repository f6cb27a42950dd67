// SharedFetches: what several want is got once, and all see how far it is. One executor, serial; outlives its
// callers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/async/event.hpp"
#include "controller/fleet/image_wanted.hpp"

namespace flowyard::controller::fleet {

class SharedFetches {
 public:
  using Work = std::function<async::Task<>(FetchSink told)>;

  explicit SharedFetches(async::Executor executor) : executor_(std::move(executor)) {}

  // Calls `work`, or waits for another caller's of the same key. What that one throws, its cancellation
  // included, reaches it alone: the next one takes it up.
  async::Task<> once(std::string key, FetchSink told, Work work);

 private:
  struct Fetch {
    explicit Fetch(async::Executor executor) : changed(std::move(executor)) {}
    bool ended = false, succeeded = false;
    std::string how_far;
    async::Event changed;
  };
  class UnderWay;

  async::Executor executor_;
  std::map<std::string, std::shared_ptr<Fetch>> under_way_;  // shared with those who wait
};

}  // namespace flowyard::controller::fleet
