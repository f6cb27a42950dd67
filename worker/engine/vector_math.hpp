// Elementary functions of the engine, written without branches so that a loop over lanes becomes vector code,
// and without fused operations so that every processor gives the same bits. The rational and polynomial
// approximations are those of Sun's fdlibm (1993) where named so. Greatest error met against long double over
// the ranges of the tests, in units of the last place: exp 1, ln 1, sin and cos 1 (up to |x| = 1e9), tan 2.5,
// atan 1, asin 3, acos 3, sinh 2, cosh 2, tanh 3, power 1.5. Pure.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#define FLOWYARD_INLINE [[gnu::always_inline]] inline

namespace flowyard::worker::engine::fn {

namespace detail {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kRoundMagic = 0x1.8p52;  // adding it leaves the whole number in the low bits

FLOWYARD_INLINE std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}
FLOWYARD_INLINE double from_bits(std::uint64_t b) {
  return std::bit_cast<double>(b);
}
FLOWYARD_INLINE double copy_sign(double magnitude, double sign) {
  constexpr std::uint64_t kMask = std::uint64_t{1} << 63U;
  return from_bits((bits(magnitude) & ~kMask) | (bits(sign) & kMask));
}

// x * 2^k for k a whole number in [-1100, 1100], in two exact steps.
FLOWYARD_INLINE double scaled(double x, double k) {
  const double half = (k * 0.5 + kRoundMagic) - kRoundMagic;
  const double rest = k - half;
  const double low = from_bits((bits(half + kRoundMagic) + 1023) << 52U);
  const double high = from_bits((bits(rest + kRoundMagic) + 1023) << 52U);
  return x * low * high;
}

// Unevaluated sums high + low.
struct Pair {
  double high;
  double low;
};
FLOWYARD_INLINE Pair sum_of(double a, double b) {
  const double high = a + b;
  const double shadow = high - a;
  return {high, (a - (high - shadow)) + (b - shadow)};
}
FLOWYARD_INLINE Pair quick_sum(double a, double b) {  // |a| >= |b|
  const double high = a + b;
  return {high, b - (high - a)};
}
FLOWYARD_INLINE Pair product_of(double a, double b) {  // Dekker; |a|, |b| < 2^900
  constexpr double kSplitter = 134217729.0;
  const double pa = a * kSplitter;
  const double pb = b * kSplitter;
  const double a1 = pa - (pa - a);
  const double b1 = pb - (pb - b);
  const double a2 = a - a1;
  const double b2 = b - b1;
  const double high = a * b;
  return {high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2};
}

// e^(x + low) / 2^halvings for small low. fdlibm e_exp.
FLOWYARD_INLINE double exp_of(double x, double low, double halvings = 0) {
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const double bounded = x > 800 ? 800.0 : (x < -800 ? -800.0 : x);
  const double k = (bounded * 1.44269504088896338700e+00 + kRoundMagic) - kRoundMagic;
  const double high = bounded - k * kLn2High;
  const double lost = k * kLn2Low - low;
  const double r = high - lost;
  const double t = r * r;
  const double c = r - t * (1.66666666666666019037e-01 +
                            t * (-2.77777777770155933842e-03 +
                                 t * (6.61375632143793436117e-05 +
                                      t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  const double y = 1.0 - ((lost - (r * c) / (2.0 - c)) - high);
  const double value = scaled(y, k - halvings);
  const double low_end = x < -746 ? 0.0 : value;
  const double both_ends = x > 711 ? kInfinity : low_end;
  return x == x ? both_ends : x;
}

// x = 2^k * m with m in [sqrt(1/2), sqrt(2)), for finite positive x.
struct Split {
  double k;
  double m;
};
FLOWYARD_INLINE Split split(double x) {
  const bool tiny = x < std::numeric_limits<double>::min();
  const std::uint64_t b = bits(tiny ? x * 0x1p54 : x);
  constexpr std::uint64_t kSqrtHalf = 0x3fe6a09e667f3bcdU;
  constexpr std::uint64_t kBias = 2048;
  const std::uint64_t exponent = (b - kSqrtHalf + (kBias << 52U)) >> 52U;
  const double k = from_bits(exponent | 0x4330000000000000U) - (0x1p52 + 2048.0);
  const double m = from_bits(b - ((exponent - kBias) << 52U));
  return {tiny ? k - 54 : k, m};
}

// ln as high + low, some 65 bits of it; x finite and positive.
FLOWYARD_INLINE Pair ln_pair(double x) {
  const Split parts = split(x);
  const double f = parts.m - 1.0;
  const double g = 2.0 + f;
  const double g_low = f - (g - 2.0);
  const double s = f / g;
  const Pair back = product_of(s, g);
  const double s_low = (((f - back.high) - back.low) - s * g_low) / g;
  const Pair z = product_of(s, s);
  const double z_low = z.low + 2.0 * s * s_low;
  // atanh series: 2 (s + s^3/3 + s^5/5 + ...); the first two terms in pairs.
  const double zz = z.high;
  const double tail =
      zz *
      (1.0 / 5 +
       zz * (1.0 / 7 +
             zz * (1.0 / 9 +
                   zz * (1.0 / 11 +
                         zz * (1.0 / 13 +
                               zz * (1.0 / 15 +
                                     zz * (1.0 / 17 +
                                           zz * (1.0 / 19 +
                                                 zz * (1.0 / 21 + zz * (1.0 / 23 + zz * (1.0 / 25)))))))))));
  constexpr double kThirdHigh = 0x1.5555555555555p-2;
  constexpr double kThirdLow = 0x1.5555555555555p-56;
  const Pair inner = quick_sum(kThirdHigh, tail + kThirdLow);
  const Pair cube = product_of(z.high, inner.high);
  const double cube_low = cube.low + z.high * inner.low + z_low * inner.high;
  const Pair part = product_of(s, cube.high);
  const double part_low = part.low + s * cube_low + s_low * cube.high;
  const Pair sum = quick_sum(s, part.high);
  const double sum_low = sum.low + s_low + part_low;
  constexpr double kLn2High = 6.93147180369123816490e-01;  // its last 20 bits are 0: k times it is exact
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const Pair with_k = sum_of(parts.k * kLn2High, 2.0 * sum.high);
  const Pair k_low = product_of(parts.k, kLn2Low);
  const Pair all = sum_of(with_k.high, k_low.high);
  return quick_sum(all.high, all.low + with_k.low + 2.0 * sum_low + k_low.low);
}

struct Reduced {
  double high;  // in about [-pi/4, pi/4]
  double low;
  std::uint64_t quadrant;  // low two bits
};
// Cody and Waite in three parts, the first two exact for |n| < 2^30.
FLOWYARD_INLINE Reduced reduced(double x) {
  constexpr double kPart1 = 0x1.921fb4p+0;
  constexpr double kPart2 = 0x1.4442dp-24;
  constexpr double kPart3 = 0x1.8469898cc5170p-48;
  const double shifted = x * 0.63661977236758134308 + kRoundMagic;
  const double n = shifted - kRoundMagic;
  const double first = x - n * kPart1;
  const Pair second = sum_of(first, -(n * kPart2));
  const Pair third = product_of(n, kPart3);
  const Pair all = sum_of(second.high, -third.high);
  const Pair end = quick_sum(all.high, all.low + second.low - third.low);
  return {end.high, end.low, bits(shifted)};
}

// fdlibm k_sin and k_cos.
FLOWYARD_INLINE double sin_kernel(double x, double low) {
  const double z = x * x;
  const double v = z * x;
  const double r = 8.33333333332248946124e-03 +
                   z * (-1.98412698298579493134e-04 +
                        z * (2.75573137070700676789e-06 +
                             z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
  return x - ((z * (0.5 * low - v * r) - low) - v * -1.66666666666666324348e-01);
}
FLOWYARD_INLINE double cos_kernel(double x, double low) {
  const double z = x * x;
  const double r = z * (4.16666666666666019037e-02 +
                        z * (-1.38888888888741095749e-03 +
                             z * (2.48015872894767294178e-05 +
                                  z * (-2.75573143513906633035e-07 +
                                       z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
  const double half = 0.5 * z;
  const double w = 1.0 - half;
  return w + (((1.0 - w) - half) + (z * r - x * low));
}
FLOWYARD_INLINE double turned(const Reduced& r, std::uint64_t quarter) {
  const double s = sin_kernel(r.high, r.low);
  const double c = cos_kernel(r.high, r.low);
  const std::uint64_t q = r.quadrant + quarter;
  const double chosen = (q & 1U) != 0 ? c : s;
  return from_bits(bits(chosen) ^ ((q & 2U) << 62U));
}

// sinh for |x| <= 1, by its series.
FLOWYARD_INLINE double sinh_small(double x) {
  const double z = x * x;
  const double r =
      1.0 / 6 *
      (1 +
       z / 20 * (1 + z / 42 * (1 + z / 72 * (1 + z / 110 * (1 + z / 156 * (1 + z / 210 * (1 + z / 272)))))));
  return x + x * z * r;
}

}  // namespace detail

FLOWYARD_INLINE double exp(double x) {
  return detail::exp_of(x, 0);
}

// fdlibm e_log.
FLOWYARD_INLINE double ln(double x) {
  const detail::Split parts = detail::split(x);
  const double f = parts.m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even =
      w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half = 0.5 * f * f;
  const double inner = half - (s * (half + (odd + even)) + parts.k * 1.90821492927058770002e-10);
  const double value = parts.k * 6.93147180369123816490e-01 - (inner - f);
  const double finite = x == detail::kInfinity ? x : value;
  const double positive = x == 0 ? -detail::kInfinity : finite;
  return x >= 0 ? positive : detail::kNan;
}

FLOWYARD_INLINE double sin(double x) {
  return detail::turned(detail::reduced(x), 0);
}
FLOWYARD_INLINE double cos(double x) {
  return detail::turned(detail::reduced(x), 1);
}
FLOWYARD_INLINE double tan(double x) {
  const detail::Reduced r = detail::reduced(x);
  return detail::turned(r, 0) / detail::turned(r, 1);
}

// fdlibm s_atan, its five ranges chosen without branches.
FLOWYARD_INLINE double atan(double x) {
  const double a = detail::copy_sign(x, 1);
  // One selection at a time, from the middle outwards: nested ones would become branches.
  const auto chosen = [a](double r0, double r1, double r2, double r3, double r4)
      __attribute__((always_inline)) {
    const double to1 = a >= 0.4375 ? r1 : r0;
    const double to2 = a >= 0.6875 ? r2 : to1;
    const double to3 = a >= 1.1875 ? r3 : to2;
    return a >= 2.4375 ? r4 : to3;
  };
  const double above = chosen(a, 2.0 * a - 1.0, a - 1.0, a - 1.5, -1.0);
  const double below = chosen(1.0, 2.0 + a, a + 1.0, 1.0 + 1.5 * a, a);
  const double high = chosen(0.0, 4.63647609000806093515e-01, 7.85398163397448278999e-01,
                             9.82793723247329054082e-01, 1.57079632679489655800e+00);
  const double low = chosen(0.0, 2.26987774529616870924e-17, 3.06161699786838301793e-17,
                            1.39033110312309984516e-17, 6.12323399573676603587e-17);
  const double t = above / below;
  const double z = t * t;
  const double w = z * z;
  const double odd =
      z * (3.33333333333329318027e-01 +
           w * (1.42857142725034663711e-01 +
                w * (9.09088713343650656196e-02 +
                     w * (6.66107313738753120669e-02 +
                          w * (4.97687799461593236017e-02 + w * 1.62858201153657823623e-02)))));
  const double even = w * (-1.99999999998764832476e-01 +
                           w * (-1.11111104054623557880e-01 +
                                w * (-7.69187620504482999495e-02 +
                                     w * (-5.83357013379057348645e-02 + w * -3.65315727442169155270e-02))));
  const double value = high - ((t * (odd + even) - low) - t);
  return x == x ? detail::copy_sign(value, x) : x;
}

FLOWYARD_INLINE double asin(double x) {
  return atan(x / __builtin_sqrt((1.0 - x) * (1.0 + x)));
}
FLOWYARD_INLINE double acos(double x) {
  return 2.0 * atan(__builtin_sqrt((1.0 - x) / (1.0 + x)));
}
// The angle of the point (x, y), in (-pi, pi].
FLOWYARD_INLINE double atan2(double y, double x) {
  constexpr double kPi = 3.14159265358979311600e+00;
  const double angle = atan(y / x);
  const double left = angle + detail::copy_sign(kPi, y);
  const double turned = x < 0 ? left : angle;
  return x == 0 && y == 0 ? 0.0 : turned;
}

FLOWYARD_INLINE double sinh(double x) {
  const double a = detail::copy_sign(x, 1);
  const double e = detail::exp_of(a, 0, 1);
  const double large = e - 0.25 / e;
  return a <= 1 ? detail::sinh_small(x) : detail::copy_sign(large, x);
}
FLOWYARD_INLINE double cosh(double x) {
  const double e = detail::exp_of(detail::copy_sign(x, 1), 0, 1);
  return e + 0.25 / e;
}
FLOWYARD_INLINE double tanh(double x) {
  const double a = detail::copy_sign(x, 1);
  const double small = detail::sinh_small(x) / cosh(x);
  const double large = detail::copy_sign(1.0 - 2.0 / (exp(2.0 * a) + 1.0), x);
  return a <= 1 ? small : large;
}

// x^y by ln x in two parts; the special cases of C99, annex F. One condition at a time, each on doubles
// alone: combined ones keep the compiler from making vector code.
FLOWYARD_INLINE double power(double x, double y) {
  const double a = detail::copy_sign(x, 1);
  const double not_above = y > 0x1p65 ? 0x1p65 : y;
  const double bounded = not_above < -0x1p65 ? -0x1p65 : not_above;
  const double above_zero = a > 0 ? a : 1.0;
  const detail::Pair log = detail::ln_pair(above_zero < detail::kInfinity ? above_zero : 1.0);
  const detail::Pair scaled = detail::product_of(log.high, bounded);
  const double low = scaled.low + log.low * bounded;
  const detail::Pair exponent = detail::quick_sum(scaled.high, low);
  const double raised = detail::exp_of(exponent.high, exponent.low);
  const double of_zero = y > 0 ? 0.0 : detail::kInfinity;
  const double of_infinity = y > 0 ? detail::kInfinity : 0.0;
  const double with_zero = a == 0 ? of_zero : raised;
  const double magnitude = a == detail::kInfinity ? of_infinity : with_zero;
  const double whole = __builtin_floor(bounded);
  const double half = whole * 0.5;
  // Of a negative base: -magnitude for odd powers, NaN for fractional ones, except at 0 and infinity.
  const double if_whole = __builtin_floor(half) != half ? -magnitude : magnitude;
  const double broken = a == 0 ? magnitude : detail::kNan;
  const double if_broken = a == detail::kInfinity ? magnitude : broken;
  const double of_negative = whole == bounded ? if_whole : if_broken;
  const double allowed = detail::copy_sign(1.0, x) < 0 ? of_negative : magnitude;
  const double x_known = x == x ? allowed : detail::kNan;
  const double both_known = y == y ? x_known : detail::kNan;
  const double of_one = x == 1 ? 1.0 : both_known;
  return y == 0 ? 1.0 : of_one;
}

}  // namespace flowyard::worker::engine::fn
