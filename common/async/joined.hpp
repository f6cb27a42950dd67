// Joined: one result for all concurrent callers of the same request. A caller that arrives while a result is
// being computed waits for the next one, which serves all callers that arrived meanwhile: a result never
// predates the call. One executor, serial; outlives its callers.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "common/async/event.hpp"

namespace flowyard::async {

template <class Key, class Value>
class Joined {
 public:
  using Answer = std::shared_ptr<const Value>;  // shared by the joined callers
  using Make = std::function<Task<Value>()>;

  // Calls `make` unless another caller's result can be used; what it throws, including cancellation, reaches
  // this caller only.
  Task<Answer> ask(Key key, Make make) {
    const auto executor = co_await asio::this_coro::executor;
    const std::uint64_t before = begun_;
    for (;;) {
      const auto found = rounds_.find(key);
      if (found == rounds_.end()) break;
      const auto round = found->second;
      while (!round->ended) co_await round->changed.wait_past(round->changed.version());
      if (round->number > before && round->answer) co_return round->answer;
    }
    auto round = std::make_shared<Round>(executor, ++begun_);
    rounds_[key] = round;
    const Ending ending{*this, key, *round};
    auto value = co_await make();
    round->answer = std::make_shared<const Value>(std::move(value));
    co_return round->answer;
  }

 private:
  struct Round {
    Round(Executor executor, std::uint64_t n) : number(n), changed(std::move(executor)) {}
    std::uint64_t number;  // in the order of their start
    bool ended = false;
    Answer answer;  // none: it failed, and the waiting callers try again
    Event changed;
  };
  // Runs however `make` ends.
  struct Ending {
    Joined& joined;
    const Key& key;
    Round& round;
    ~Ending() {
      round.ended = true;
      joined.rounds_.erase(key);
      round.changed.notify();
    }
  };

  std::uint64_t begun_ = 0;
  std::map<Key, std::shared_ptr<Round>> rounds_;  // under way
};

}  // namespace flowyard::async
