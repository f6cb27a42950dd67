// Joined: one answer for all who ask the same thing at the same time. Who asks while an answer is being made
// waits for the next one, which then serves everybody who came meanwhile: an answer is never older than the
// question. One executor, serial; it outlives whoever asks.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "common/async/event.hpp"

namespace flowyard::async {

template <class Key, class Value>
class Joined {
 public:
  using Answer = std::shared_ptr<const Value>;  // shared by those who joined
  using Make = std::function<Task<Value>()>;

  // `make` is called unless somebody else's serves as well; what it throws, its cancellation too, is the
  // caller's alone.
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
    std::uint64_t number;  // in the order in which they began
    bool ended = false;
    Answer answer;  // none: it failed, and whoever waited asks again
    Event changed;
  };
  // However the making ends.
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
