#include "worker/engine/time_grid.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "common/base/number_text.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::worker::engine {
namespace {

// Of a step; the same that PySD uses.
constexpr double kTolerance = 1e-5;

}  // namespace

Result<void> check_settings(const TimeSettings& s) {
  for (const double value : {s.start, s.stop, s.step, s.save_every})
    if (!std::isfinite(value)) return invalid("a time setting is not a finite number");
  if (!(s.step > 0)) return invalid("the time step must be greater than 0, not " + number_text(s.step));
  if (!(s.save_every > 0))
    return invalid("the save interval must be greater than 0, not " + number_text(s.save_every));
  if (s.stop < s.start)
    return invalid("the stop time " + number_text(s.stop) + " is before the start time " +
                   number_text(s.start));
  if ((s.stop - s.start) / s.step > kMaxSteps)
    return failure(ErrorCode::Limit, "more than 1,000,000,000 steps from " + number_text(s.start) + " to " +
                                         number_text(s.stop) + " by " + number_text(s.step));
  return {};
}

std::uint64_t steps_of(const TimeSettings& s) {
  return static_cast<std::uint64_t>(std::ceil((s.stop - s.start) / s.step - kTolerance));
}

bool saves_at(const TimeSettings& s, double now) {
  const double elapsed = now - s.start;
  const double nearest = std::round(elapsed / s.save_every) * s.save_every;
  return std::abs(elapsed - nearest) < s.step * kTolerance;
}

double saves_about(const TimeSettings& s) {
  return (s.stop - s.start) / std::max(s.step, s.save_every) + 2;
}

// Step by step only where saves stand so close that it is the same. Else around each multiple of the save
// interval: the nearest step saves if it is within the tolerance, and no other can.
std::vector<double> save_times(const TimeSettings& s) {
  std::vector<double> times;
  const std::uint64_t steps = steps_of(s);
  const auto time_of = [&](std::uint64_t n) { return s.start + static_cast<double>(n) * s.step; };
  const auto last = static_cast<double>(steps);
  if (s.save_every < 2 * s.step) {
    for (std::uint64_t n = 0; n <= steps; ++n)
      if (saves_at(s, time_of(n))) times.push_back(time_of(n));
    return times;
  }
  const auto saves = static_cast<std::uint64_t>(std::floor(last * s.step / s.save_every + 1));
  for (std::uint64_t k = 0; k <= saves; ++k) {
    const double n = std::round(static_cast<double>(k) * s.save_every / s.step);
    if (n <= last && saves_at(s, time_of(static_cast<std::uint64_t>(n))))
      times.push_back(time_of(static_cast<std::uint64_t>(n)));
  }
  return times;
}

bool is_same_save(double one, double other, double apart) {
  return std::abs(one - other) <= kTolerance * apart;
}

std::vector<std::size_t> wanted_saves(const std::vector<double>& times, const std::vector<double>& wanted) {
  const double apart = times.size() > 1 ? times[1] - times[0] : 1;
  const auto is_wanted = [&](double time) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](double one) { return is_same_save(one, time, apart); });
  };
  std::vector<std::size_t> rows;
  for (std::size_t at = 0; at < times.size(); ++at)
    if (wanted.empty() || is_wanted(times[at])) rows.push_back(at);
  return rows;
}

}  // namespace flowyard::worker::engine
