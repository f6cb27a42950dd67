#include "worker/engine/cached_segment.hpp"

#include <algorithm>
#include <cmath>

#include "worker/engine/lookup.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double least = std::numeric_limits<double>::lowest();

// Adding 0 would make a zero of the other sign.
TablePiece flat(double low, double high, double y) {
  if (y == 0 && std::signbit(y)) return {};
  return {.low = low, .high = high, .y = y};
}

}  // namespace

TablePiece piece_of(double number) {
  return flat(least, infinity, number);
}

TablePiece piece_at(TableMode mode, const double* xs, const double* ys, std::uint32_t count, double x) {
  if (!(x >= least) || x == infinity) return {};
  const std::uint32_t last = count - 1;
  std::uint32_t i = segment(xs, count, x);
  const double beyond_first = std::nextafter(xs[0], infinity);
  if (mode == TableMode::Discrete)
    return flat(i == 0 ? least : xs[i], i == last ? infinity : xs[i + 1], ys[i]);
  if (mode == TableMode::Clamp && x >= xs[last]) return flat(xs[last], infinity, ys[last]);
  if (mode == TableMode::Clamp && x <= xs[0]) return flat(least, std::min(beyond_first, xs[last]), ys[0]);
  if (count == 1) return flat(least, infinity, ys[0]);
  if (i == last) --i;  // Extrapolate, beyond its end
  if (xs[i + 1] == xs[i]) return {};
  TablePiece piece{.low = xs[i],
                   .high = xs[i + 1],
                   .origin = xs[i],
                   .y = ys[i],
                   .slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])};
  if (mode == TableMode::Extrapolate) {
    if (i == 0) piece.low = least;
    if (i + 1 == last) piece.high = infinity;
  } else if (!(piece.low > xs[0])) {
    piece.low = beyond_first;  // at the first point its own value holds
  }
  return piece;
}

}  // namespace flowyard::worker::engine
