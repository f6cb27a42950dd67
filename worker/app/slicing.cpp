#include "worker/app/slicing.hpp"

#include <algorithm>
#include <cmath>

namespace flowyard::worker::app {
namespace {

constexpr double kSecondsPerInstruction = 2e-9;
constexpr double kUnknownSteps = 1000;

// How often the rates are evaluated in a step.
double evaluations_of(engine::Method method) {
  switch (method) {
    case engine::Method::Euler:
      return 1;
    case engine::Method::RungeKutta2:
      return 2;
    case engine::Method::RungeKutta4:
      return 4;
    case engine::Method::RungeKuttaAuto:
      return 7;
  }
  return 1;
}

double intervals(double from, double to, double length) {
  const double count = (to - from) / length;
  return std::isfinite(count) && count >= 0 ? count + 1 : kUnknownSteps;
}

}  // namespace

ScenarioCost guess_cost(const engine::Program& program, const engine::RunInput& settings) {
  const engine::TimeSlots& time = program.time;
  const double start = settings.start.value_or(time.default_start);
  const double stop = settings.stop.value_or(time.default_stop);
  const double step = settings.step.value_or(time.default_step);
  const double save_every = settings.save_every.value_or(time.default_save_every);

  const double instructions = static_cast<double>(program.step.size() + program.stocks_code.size() + 8);
  const double per_step = instructions * evaluations_of(settings.method.value_or(time.method));
  double saved = 0;
  for (const auto& output : program.outputs) saved += static_cast<double>(output.slots.size());
  return {
      .seconds = intervals(start, stop, step) * per_step * kSecondsPerInstruction,
      .values = intervals(start, stop, save_every) * saved + static_cast<double>(program.outcomes.size())};
}

std::uint64_t next_slice(const SliceLimits& limits, const ScenarioCost& cost, std::uint64_t remaining) {
  constexpr double kLeastSeconds = 1e-9;
  const double by_time = std::max(limits.lanes, limits.seconds / std::max(cost.seconds, kLeastSeconds));
  const double by_size = limits.values / std::max(cost.values, 1.0);
  const double wanted = std::floor(std::min({by_time, by_size, static_cast<double>(remaining)}));
  return std::min(remaining, static_cast<std::uint64_t>(std::max(1.0, wanted)));
}

}  // namespace flowyard::worker::app
