// The scalar functions behind the opcodes: one definition for the kernels, constant folding and the
// tree-walking evaluator of the tests, so that all three agree to the bit. Branch-free where a loop over
// lanes should become vector code. Pure.
#pragma once

#include <cmath>
#include <limits>

#include "worker/engine/vector_math.hpp"

namespace flowyard::worker::engine::fn {

inline constexpr double kNotAvailable = std::numeric_limits<double>::quiet_NaN();

FLOWYARD_INLINE double truth(bool condition) {
  return condition ? 1.0 : 0.0;
}
FLOWYARD_INLINE double choose(double condition, double yes, double no) {
  return condition != 0 ? yes : no;
}
// Bitwise operators on purpose: no branch, so the loop vectorises.
FLOWYARD_INLINE double both(double x, double y) {
  return (x != 0 ? 1.0 : 0.0) * (y != 0 ? 1.0 : 0.0);
}
FLOWYARD_INLINE double either(double x, double y) {
  const double a = x != 0 ? 1.0 : 0.0;
  return y != 0 ? 1.0 : a;
}
FLOWYARD_INLINE double min(double x, double y) {
  const double smaller = x < y ? x : y;  // y where either is NaN
  return x == x ? smaller : x;
}
FLOWYARD_INLINE double max(double x, double y) {
  const double larger = x > y ? x : y;
  return x == x ? larger : x;
}
FLOWYARD_INLINE double abs(double x) {
  return __builtin_fabs(x);
}
FLOWYARD_INLINE double sqrt(double x) {
  return __builtin_sqrt(x);
}
FLOWYARD_INLINE double floor(double x) {
  return __builtin_floor(x);
}
FLOWYARD_INLINE double truncate(double x) {
  return __builtin_trunc(x);
}

// Vensim MODULO and INTEGER truncate; XMILE mod and INT floor (XMILE 1.0, 3.3.1 and 3.5.1).
inline double remainder(double x, double y) {
  return std::fmod(x, y);
}
inline double floor_modulo(double x, double y) {
  const double r = std::fmod(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

// Vensim's threshold for a zero divisor.
FLOWYARD_INLINE double xidz(double x, double y, double otherwise) {
  const double quotient = x / y;
  return __builtin_fabs(y) < 1e-6 ? otherwise : quotient;
}
FLOWYARD_INLINE double safe_divide(double x, double y, double otherwise) {
  const double quotient = x / y;
  return y == 0 ? otherwise : quotient;
}

// Lanczos' approximation (g = 7, nine terms), reflected for x < 1/2; relative error below 1e-13.
inline double gamma_ln(double x) {
  constexpr double kPi = 3.14159265358979323846;
  if (x < 0.5) return ln(kPi / abs(sin(kPi * x))) - gamma_ln(1 - x);
  constexpr double kTerms[] = {0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
                               771.32342877765313,   -176.61502916214059,   12.507343278686905,
                               -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  const double shifted = x - 1;
  double sum = kTerms[0];
  for (int i = 1; i < 9; ++i) sum += kTerms[i] / (shifted + i);
  const double t = shifted + 7.5;
  return 0.91893853320467274178 + (shifted + 0.5) * ln(t) - t + ln(sum);
}

}  // namespace flowyard::worker::engine::fn
