// Reading tables of points. The search has no branches that depend on data, so that a loop over lanes can
// run as gathers.
#pragma once

#include <cstdint>
#include <limits>

#include "worker/engine/functions.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

// The last position whose x is at most `x`, 0 where all are greater. `xs` never decreases.
FLOWYARD_INLINE std::uint32_t segment(const double* xs, std::uint32_t count, double x) {
  std::uint32_t position = 0;
  for (std::uint32_t length = count; length > 1;) {
    const std::uint32_t half = length / 2;
    position += xs[position + half] <= x ? half : 0;
    length -= half;
  }
  return position;
}

FLOWYARD_INLINE double on_line(double x0, double y0, double x1, double y1, double x) {
  const double slope = (y1 - y0) / (x1 - x0);
  return x1 == x0 ? y0 : y0 + (x - x0) * slope;
}

// Linear between points, the end values outside; NaN at NaN.
FLOWYARD_INLINE double lookup_clamp(const double* xs, const double* ys, std::uint32_t count, double x) {
  const std::uint32_t i = segment(xs, count, x);
  const std::uint32_t next = i + 1 < count ? i + 1 : i;
  const double inside = on_line(xs[i], ys[i], xs[next], ys[next], x);
  const double low = x <= xs[0] ? ys[0] : inside;
  const double value = x >= xs[count - 1] ? ys[count - 1] : low;
  return x == x ? value : x;
}

FLOWYARD_INLINE double lookup_extrapolate(const double* xs, const double* ys, std::uint32_t count, double x) {
  if (count == 1) return ys[0];
  std::uint32_t i = segment(xs, count, x);
  i = i + 1 < count ? i : count - 2;
  return on_line(xs[i], ys[i], xs[i + 1], ys[i + 1], x);
}

FLOWYARD_INLINE double lookup_discrete(const double* xs, const double* ys, std::uint32_t count, double x) {
  const std::uint32_t i = segment(xs, count, x);
  // XMILE: the last two points of a discrete function have the same value, the last-but-one's.
  const std::uint32_t at = i + 1 == count && count > 1 && x >= xs[count - 1] ? count - 1 : i;
  return x == x ? ys[at] : x;
}

FLOWYARD_INLINE double lookup_backward(const double* xs, const double* ys, std::uint32_t count, double x) {
  return x == x ? ys[segment(xs, count, x)] : x;
}

FLOWYARD_INLINE double lookup_forward(const double* xs, const double* ys, std::uint32_t count, double x) {
  const std::uint32_t i = segment(xs, count, x);
  const bool at_or_before = x <= xs[i] || i + 1 == count;
  return x == x ? ys[at_or_before ? i : i + 1] : x;
}

FLOWYARD_INLINE double lookup_inside(const double* xs, const double* ys, std::uint32_t count, double x) {
  const bool inside = x >= xs[0] && x <= xs[count - 1];
  return inside ? lookup_clamp(xs, ys, count, x) : fn::kNotAvailable;
}

// The first x, from the left, at which the table has the value y; clamped to the ends' x.
inline double lookup_inverse(const double* xs, const double* ys, std::uint32_t count, double y) {
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    const bool crossed = (ys[i] <= y && y <= ys[i + 1]) || (ys[i] >= y && y >= ys[i + 1]);
    if (crossed) return on_line(ys[i], xs[i], ys[i + 1], xs[i + 1], y);
  }
  const bool nearer_start = fn::abs(y - ys[0]) <= fn::abs(y - ys[count - 1]);
  return nearer_start ? xs[0] : xs[count - 1];
}

// The area under the table from its first x to `x`, negative to the left of it; the end values hold outside.
inline double lookup_integral(const double* xs, const double* ys, std::uint32_t count, double x) {
  if (!(x >= xs[0])) return x == x ? (x - xs[0]) * ys[0] : x;
  double area = 0;
  for (std::uint32_t i = 0; i + 1 < count && xs[i] < x; ++i) {
    const double until = xs[i + 1] < x ? xs[i + 1] : x;
    const double at = on_line(xs[i], ys[i], xs[i + 1], ys[i + 1], until);
    area += (until - xs[i]) * (ys[i] + at) / 2;
  }
  return x > xs[count - 1] ? area + (x - xs[count - 1]) * ys[count - 1] : area;
}

// The slope of the segment that ends (or begins) at `x` or holds it; 0 outside.
inline double lookup_slope_left(const double* xs, const double* ys, std::uint32_t count, double x) {
  for (std::uint32_t i = 0; i + 1 < count; ++i)
    if (xs[i] < x && x <= xs[i + 1]) return (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]);
  return x == x ? 0 : x;
}
inline double lookup_slope_right(const double* xs, const double* ys, std::uint32_t count, double x) {
  for (std::uint32_t i = count; i-- > 1;)
    if (xs[i - 1] <= x && x < xs[i]) return (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]);
  return x == x ? 0 : x;
}

FLOWYARD_INLINE double lookup(TableMode mode, const double* xs, const double* ys, std::uint32_t count,
                              double x) {
  if (mode == TableMode::Extrapolate) return lookup_extrapolate(xs, ys, count, x);
  if (mode == TableMode::Discrete) return lookup_discrete(xs, ys, count, x);
  return lookup_clamp(xs, ys, count, x);
}

}  // namespace flowyard::worker::engine
