// Budget: the limit on the work of one compilation, and its cancellation. One for each compilation, passed by
// reference through its stages. Work is counted and not timed, so that a model gets the same answer on any
// machine; deadlines are enforced by the owner of the stop_source.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>

namespace flowyard::controller::compiler {

struct TooLarge {         // thrown where a limit is met
  std::string what = {};  // empty: Budget::kMaxWork
  bool told = false;      // to the diagnostics already
};
struct CalledOff {};  // thrown where a stop was requested

// "with 'y' the model is too large: ..."; `where` may be empty.
std::string refusal(const TooLarge& limit, const std::string& where);

class Budget {
 public:
  // Expressions visited, for each element anew: some 10 s.
  static constexpr std::uint64_t kMaxWork = 30'000'000;

  explicit Budget(std::stop_token stop = {}) : stop_(std::move(stop)) {}

  // To be called before the work is done; throws TooLarge or CalledOff.
  void spend(std::uint64_t work = 1) {
    if (work >= left_) refuse();
    left_ -= work;
    if (left_ < next_look_) look();
  }

 private:
  static constexpr std::uint64_t kBetweenLooks = 4096;

  [[noreturn]] static void refuse() { throw TooLarge{}; }
  void look() {
    if (stop_.stop_requested()) throw CalledOff{};
    next_look_ = left_ > kBetweenLooks ? left_ - kBetweenLooks : 0;
  }

  std::stop_token stop_;
  std::uint64_t left_ = kMaxWork;
  std::uint64_t next_look_ = kMaxWork + 1;
};

}  // namespace flowyard::controller::compiler
