#include "worker/engine/cached_segment.hpp"

#include <algorithm>
#include <cmath>

#include "worker/engine/lookup.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLeast = std::numeric_limits<double>::lowest();

// Adding 0 would make a zero of the other sign.
CachedSegment flat(double low, double high, double y) {
  if (y == 0 && std::signbit(y)) return {};
  return {.low = low, .high = high, .y = y};
}

}  // namespace

CachedSegment segment_of(double number) {
  return flat(kLeast, kInfinity, number);
}

CachedSegment segment_at(TableMode mode, const double* xs, const double* ys, std::uint32_t count, double x) {
  if (!(x >= kLeast) || x == kInfinity) return {};
  const std::uint32_t last = count - 1;
  std::uint32_t i = segment(xs, count, x);
  const double beyond_first = std::nextafter(xs[0], kInfinity);
  if (mode == TableMode::Discrete)
    return flat(i == 0 ? kLeast : xs[i], i == last ? kInfinity : xs[i + 1], ys[i]);
  if (mode == TableMode::Clamp && x >= xs[last]) return flat(xs[last], kInfinity, ys[last]);
  if (mode == TableMode::Clamp && x <= xs[0]) return flat(kLeast, std::min(beyond_first, xs[last]), ys[0]);
  if (count == 1) return flat(kLeast, kInfinity, ys[0]);
  if (i == last) --i;  // Extrapolate, beyond its end
  if (xs[i + 1] == xs[i]) return {};
  CachedSegment piece{.low = xs[i],
                      .high = xs[i + 1],
                      .origin = xs[i],
                      .y = ys[i],
                      .slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])};
  if (mode == TableMode::Extrapolate) {
    if (i == 0) piece.low = kLeast;
    if (i + 1 == last) piece.high = kInfinity;
  } else if (!(piece.low > xs[0])) {
    piece.low = beyond_first;  // at the first point its own value holds
  }
  return piece;
}

}  // namespace flowyard::worker::engine
