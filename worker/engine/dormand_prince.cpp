// RungeKuttaAuto: the embedded pair of orders 5 and 4 of Dormand and Prince (1980), J. Comp. Appl. Math. 6.
// It divides each time step of the model into sub-steps as the error requires. Every lane has steps of its
// own, so that no result depends on the other lanes of the batch.
#include <algorithm>
#include <cmath>

#include "worker/engine/block.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr double kRelativeTolerance = 1e-7;
constexpr double kAbsoluteTolerance = 1e-10;
// A step this small is taken whatever its error: across a jump of the rates no step is small enough.
constexpr double kLeastPart = 1e-6;

constexpr std::size_t kStages = 7;
constexpr double kNodes[kStages] = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};
constexpr double kWeights[kStages][kStages - 1] = {
    {},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
// Fifth order less fourth.
constexpr double kErrorWeights[kStages] = {71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                           -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

}  // namespace

// One trial of every lane by its own sub-step; leaves the fifth-order result in the stocks and the largest
// error over tolerance in error_.
void Block::try_sub_step() {
  const std::size_t n = program_.stocks.size();
  const std::size_t all = n * lanes_;
  double* time = slot(program_.time_slot);
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    for (std::size_t k = 0; k < n; ++k) {
      double* y = stock_slot(k);
      for (std::size_t i = 0; i < lanes_; ++i) {
        const std::size_t at = k * lanes_ + i;
        double slope = 0;
        for (std::size_t before = 0; before < stage; ++before)
          slope += kWeights[stage][before] * stages_[before * all + at];
        y[i] = sub_step_[i] == 0 ? base_[at] : base_[at] + sub_step_[i] * slope;
      }
    }
    for (std::size_t i = 0; i < lanes_; ++i) time[i] = now_ + elapsed_[i] + kNodes[stage] * sub_step_[i];
    if (with_series_) {
      apply_series(frame_);
      run(program_.invariant);
    }
    run(trial_);
    for (std::size_t k = 0; k < n; ++k)
      std::copy_n(slot(program_.stocks[k].rate), lanes_, stages_.data() + stage * all + k * lanes_);
  }
  std::fill(error_.begin(), error_.end(), 0);
  for (std::size_t k = 0; k < n; ++k) {
    const double* y = stock_slot(k);
    for (std::size_t i = 0; i < lanes_; ++i) {
      const std::size_t at = k * lanes_ + i;
      double error = 0;
      for (std::size_t stage = 0; stage < kStages; ++stage)
        error += kErrorWeights[stage] * stages_[stage * all + at];
      const double size = std::max(std::abs(base_[at]), std::abs(y[i]));
      error = std::abs(error * sub_step_[i]) / (kAbsoluteTolerance + kRelativeTolerance * size);
      error_[i] = std::max(error_[i], error);
    }
  }
}

// Lanes within tolerance advance, the others retry; all choose their next sub-step.
void Block::accept_or_shrink(double dt) {
  for (std::size_t i = 0; i < lanes_; ++i) {
    const double tried = sub_step_[i];
    const bool fits = !(error_[i] > 1) || tried <= kLeastPart * dt;
    if (fits) elapsed_[i] = tried >= dt - elapsed_[i] ? dt : elapsed_[i] + tried;
    for (std::size_t k = 0; k < program_.stocks.size(); ++k)
      if (fits) base_[k * lanes_ + i] = stock_slot(k)[i];
    const double factor = error_[i] > 0 ? std::clamp(0.9 * std::pow(error_[i], -0.2), 0.2, 5.0) : 5.0;
    sub_step_[i] = std::min(std::max(tried * factor, kLeastPart * dt), dt - elapsed_[i]);
  }
}

void Block::runge_kutta_auto() {
  const auto& x = step_code_.extra;
  const double step = values(x.step)[0];
  const double next =
      program_.time.varies ? now_ + step : values(x.start)[0] + (values(x.steps)[0] + 1) * step;
  const double dt = next - now_;
  if (trial_.empty())
    for (const Code* code : {&program_.step, &program_.stocks_code})
      std::copy_if(code->begin(), code->end(), std::back_inserter(trial_),
                   [](const Instruction& in) { return in.once_a_step == 0; });
  for (std::size_t k = 0; k < program_.stocks.size(); ++k)
    std::copy_n(stock_slot(k), lanes_, base_.data() + k * lanes_);
  std::fill(elapsed_.begin(), elapsed_.end(), 0);
  std::fill(sub_step_.begin(), sub_step_.end(), dt);
  const std::uint64_t work = kStages * (trial_.size() + 8) * lanes_;
  const auto behind = [](double sub_step) { return sub_step > 0; };
  while (std::any_of(sub_step_.begin(), sub_step_.end(), behind) && plan_->going(work)) {
    try_sub_step();
    accept_or_shrink(dt);
  }
  for (std::size_t k = 0; k < program_.stocks.size(); ++k)
    std::copy_n(base_.data() + k * lanes_, lanes_, stock_slot(k));
}

}  // namespace flowyard::worker::engine
