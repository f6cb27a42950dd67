// The integration methods of Block. In each, the rates at the step's start have been evaluated.
#include <algorithm>
#include <cmath>

#include "worker/engine/block.hpp"

namespace flowyard::worker::engine {

void Block::keep_stocks() {
  std::copy_n(slot(program_.first_stock), base_.size(), base_.data());
}

void Block::euler(double dt) {
  advance(level_, frame_, program_.stocks.data(), program_.stocks.size(), slot(program_.first_stock), dt);
}

// Heun: the mean of the rates at both ends of an Euler step.
void Block::runge_kutta_2(double dt) {
  const auto& stocks = program_.stocks;
  double* y = slot(program_.first_stock);
  keep_stocks();
  advance(level_, frame_, stocks.data(), stocks.size(), base_.data(), dt / 2);
  std::copy_n(y, sum_.size(), sum_.data());  // y0 + k1 dt/2
  advance(level_, frame_, stocks.data(), stocks.size(), base_.data(), dt);
  evaluate_rates(now_ + dt);
  advance(level_, frame_, stocks.data(), stocks.size(), sum_.data(), dt / 2);
}

// The classical method of fourth order.
void Block::runge_kutta_4(double dt) {
  const auto& stocks = program_.stocks;
  const std::size_t n = stocks.size();
  double* y = slot(program_.first_stock);
  keep_stocks();
  // The weighted sum grows in sum_; y is only ever a trial point.
  const auto add_to_sum = [&](const double* from, double weight) {
    advance(level_, frame_, stocks.data(), n, from, weight);
    std::copy_n(y, sum_.size(), sum_.data());
  };
  add_to_sum(base_.data(), dt / 6);
  advance(level_, frame_, stocks.data(), n, base_.data(), dt / 2);
  evaluate_rates(now_ + dt / 2);
  add_to_sum(sum_.data(), dt / 3);
  advance(level_, frame_, stocks.data(), n, base_.data(), dt / 2);
  evaluate_rates(now_ + dt / 2);
  add_to_sum(sum_.data(), dt / 3);
  advance(level_, frame_, stocks.data(), n, base_.data(), dt);
  evaluate_rates(now_ + dt);
  advance(level_, frame_, stocks.data(), n, sum_.data(), dt / 6);
}

}  // namespace flowyard::worker::engine
