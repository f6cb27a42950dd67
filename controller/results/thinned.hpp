// Thinned: of a long row of things whose length is not known, some that stand evenly apart. Holds at most so
// many; the first, then every second, fourth, ... of what comes. The same row gives the same choice.
#pragma once

#include <cstdint>
#include <vector>

namespace flowyard::controller::results {

template <class T>
class Thinned {
 public:
  explicit Thinned(std::size_t most) : most_(most) {}

  // `make` is called where the next one is kept.
  template <class Make>
  void add(Make make) {
    const auto number = seen_++;
    if (number % stride_ != 0) return;
    if (kept_.size() == most_) {
      for (std::size_t i = 1; 2 * i < kept_.size(); ++i) kept_[i] = std::move(kept_[2 * i]);
      kept_.resize((kept_.size() + 1) / 2);
      stride_ *= 2;
      if (number % stride_ != 0) return;
    }
    kept_.push_back(make());
  }

  std::uint64_t seen() const { return seen_; }
  const std::vector<T>& kept() const { return kept_; }
  bool is_whole() const { return stride_ == 1; }

 private:
  std::size_t most_;
  std::uint64_t seen_ = 0, stride_ = 1;
  std::vector<T> kept_;
};

}  // namespace flowyard::controller::results
