#include "worker/engine/random.hpp"

namespace flowyard::worker::engine {
namespace {

// One instruction may take this many positions before it would meet the next one's.
constexpr std::uint32_t positions_per_number = 1U << 16U;

double gamma_from(const RandomPlace& place, std::uint32_t& position, double order) {
  if (order < 1) {
    const double u = random_uniform(place, position++);
    return gamma_from(place, position, order + 1) * fn::power(u, 1 / order);
  }
  const double d = order - 1.0 / 3;
  const double c = 1 / fn::sqrt(9 * d);
  for (;;) {
    const double x = random_normal(place, position++);
    const double u = random_uniform(place, position++);
    const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v > 0 && fn::ln(u) < 0.5 * x * x + d - d * v + d * fn::ln(v)) return d * v;
  }
}

}  // namespace

double random_gamma(const RandomPlace& place, std::uint32_t position, double order) {
  if (!(order > 0) || order > 1e300) return fn::not_available;
  std::uint32_t at = position * positions_per_number;
  return gamma_from(place, at, order);
}

double random_poisson(const RandomPlace& place, std::uint32_t position, double mean) {
  if (!(mean >= 0) || mean > 1e15) return fn::not_available;
  std::uint32_t at = position * positions_per_number;
  double count = 0;
  while (mean > 16) {
    const double m = fn::floor(mean * 0.875);
    const double x = gamma_from(place, at, m);
    if (x > mean) {
      // m - 1 earlier arrivals, each before `mean` with probability mean / x: a binomial number.
      const double p = mean / x;
      double trials = m - 1;
      while (trials > 0 && trials <= 64) {
        count += random_uniform(place, at++) < p ? 1 : 0;
        trials -= 1;
      }
      if (trials <= 0) return count;
      // Many trials: the normal limit, rounded and kept in range.
      const double z = random_normal(place, at++);
      const double n = fn::floor(trials * p + z * fn::sqrt(trials * p * (1 - p)) + 0.5);
      return count + fn::min(fn::max(n, 0), trials);
    }
    count += m;
    mean -= x;
  }
  const double limit = fn::exp(-mean);
  for (double product = random_uniform(place, at++); product > limit; product *= random_uniform(place, at++))
    count += 1;
  return count;
}

}  // namespace flowyard::worker::engine
