#include "worker/engine/time_grid.hpp"

#include <cmath>
#include <string>

#include "worker/engine/run.hpp"

namespace flowyard::worker::engine {
namespace {

// Of a step; the same that PySD uses.
constexpr double tolerance = 1e-5;

std::string shown(double value) {
  std::string text = std::to_string(value);
  while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
    const bool point = text.back() == '.';
    text.pop_back();
    if (point) break;
  }
  return text;
}

}  // namespace

Result<void> check_settings(const TimeSettings& s) {
  for (const double value : {s.start, s.stop, s.step, s.save_every})
    if (!std::isfinite(value)) return invalid("a time setting is not a finite number");
  if (!(s.step > 0)) return invalid("the time step must be greater than 0, not " + shown(s.step));
  if (!(s.save_every > 0))
    return invalid("the save interval must be greater than 0, not " + shown(s.save_every));
  if (s.stop < s.start)
    return invalid("the stop time " + shown(s.stop) + " is before the start time " + shown(s.start));
  if ((s.stop - s.start) / s.step > max_steps)
    return failure(ErrorCode::Limit, "more than 1,000,000,000 steps from " + shown(s.start) + " to " +
                                         shown(s.stop) + " by " + shown(s.step));
  return {};
}

std::uint64_t steps_of(const TimeSettings& s) {
  return static_cast<std::uint64_t>(std::ceil((s.stop - s.start) / s.step - tolerance));
}

bool saves_at(const TimeSettings& s, double now) {
  const double elapsed = now - s.start;
  const double nearest = std::round(elapsed / s.save_every) * s.save_every;
  return std::abs(elapsed - nearest) < s.step * tolerance;
}

std::vector<double> save_times(const TimeSettings& s) {
  std::vector<double> times;
  const std::uint64_t steps = steps_of(s);
  for (std::uint64_t n = 0; n <= steps; ++n) {
    const double now = s.start + static_cast<double>(n) * s.step;
    if (saves_at(s, now)) times.push_back(now);
  }
  return times;
}

}  // namespace flowyard::worker::engine
