// CachedSegment: the segment of a table that was read last, for a single lane, which usually reads the same
// one again in the next step. A hit takes two comparisons, which the processor predicts; a search would delay
// every step. Gives the same bits as `lookup` in lookup.hpp.
#pragma once

#include <cstdint>
#include <limits>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

// Where low <= x < high the table is y + (x - origin) * slope.
struct CachedSegment {
  double low = std::numeric_limits<double>::infinity();  // nowhere
  double high = 0;
  double origin = 0;
  double y = 0;
  double slope = 0;

  bool holds(double x) const { return x >= low && x < high; }
  double at(double x) const { return y + (x - origin) * slope; }
};

// The segment that holds x; nowhere for NaN, and where the formula would not give the same bits.
CachedSegment segment_at(TableMode mode, const double* xs, const double* ys, std::uint32_t count, double x);

// A number in the table's place.
CachedSegment segment_of(double number);

}  // namespace flowyard::worker::engine
