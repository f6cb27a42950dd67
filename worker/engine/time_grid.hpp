// The grid of a run whose step does not change: step n stands at start + n * step exactly, and saves are
// the grid points within a tolerance of start + k * save_every. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::worker::engine {

struct TimeSettings {
  double start = 0;
  double stop = 0;
  double step = 1;
  double save_every = 1;

  bool operator==(const TimeSettings&) const = default;
};

// Refuses what is not finite, a step or save interval not above zero, a stop before the start, too many
// steps.
Result<void> check_settings(const TimeSettings& settings);

// Steps until the stop is reached: the least n with start + n * step >= stop - step / 100,000.
std::uint64_t steps_of(const TimeSettings& settings);

// Whether step n, or any time `now`, is a time of saving. The start always is.
bool saves_at(const TimeSettings& settings, double now);

// How many saves there are, or a few more; known without going through them.
double saves_about(const TimeSettings& settings);

// The times of all saves.
std::vector<double> save_times(const TimeSettings& settings);

// Whether two times of saving are the same, where saves are `apart`.
bool is_same_save(double one, double other, double apart);

// The places of those of `times` that are `wanted`; of all where none are named.
std::vector<std::size_t> wanted_saves(const std::vector<double>& times, const std::vector<double>& wanted);

}  // namespace flowyard::worker::engine
