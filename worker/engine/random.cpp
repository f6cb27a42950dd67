#include "worker/engine/random.hpp"

namespace flowyard::worker::engine {
namespace {

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

// The logarithm of the probability of k. For many k the terms are as large as k and cancel each other, so
// that it is by Stirling's series around the mean.
double log_poisson(double k, double mean) {
  if (k < 1e5) return k * fn::ln(mean) - mean - fn::gamma_ln(k + 1);
  const double x = (mean - k) / k;
  // x - ln(1 + x)
  double excess = x - fn::ln(1 + x);
  if (fn::abs(x) < 0.02) {
    excess = 0;
    for (double n = 9; n >= 2; n -= 1) excess = 1 / n - x * excess;
    excess *= x * x;
  }
  return -k * excess - 0.5 * fn::ln(6.283185307179586476925 * k) - 1 / (12 * k);
}

// By transformed rejection with squeeze: algorithm PTRS of W. Hoermann, "The transformed rejection method for
// generating Poisson random variables", Insurance: Mathematics and Economics 12 (1993). Some 1.2 pairs of
// uniform numbers for one.
double poisson_by_rejection(const RandomPlace& place, std::uint32_t& at, double mean) {
  const double b = 0.931 + 2.53 * fn::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double within = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const auto [first, v] = uniforms(place, at++);
    const double u = first - 0.5;
    const double us = 0.5 - fn::abs(u);
    const double k = fn::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= within) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double hat = fn::ln(v * inverse_alpha / (a / (us * us) + b));
    if (hat <= log_poisson(k, mean)) return k;
  }
}

// For small means as many uniform numbers as their product stays above exp(-mean).
double poisson_from(const RandomPlace& place, std::uint32_t& at, double mean) {
  constexpr double kSmall = 10;  // from here on the other is sound, and faster
  if (!(mean >= 0) || mean > 1e15) return fn::kNotAvailable;
  if (mean >= kSmall) return poisson_by_rejection(place, at, mean);
  const double limit = fn::exp(-mean);
  double count = 0;
  for (double product = random_uniform(place, at++); product > limit; product *= random_uniform(place, at++))
    count += 1;
  return count;
}

constexpr int kMostDraws = 1000;
// Limit on the uniform numbers used for one draw, so that a million trials are not simulated one by one.
constexpr std::uint32_t kMostUniforms = 1'000'000;

// Trials until `successes` have come, by as many geometric numbers.
double trials_until(const RandomPlace& place, std::uint32_t& at, double probability, double successes) {
  if (!(probability > 0 && probability <= 1) || !(successes >= 1) || successes > 1e6)
    return fn::kNotAvailable;
  if (probability == 1) return fn::floor(successes);
  double trials = 0;
  for (double k = 1; k <= successes; k += 1)
    trials += 1 + fn::floor(fn::ln(random_uniform(place, at++)) / fn::ln(1 - probability));
  return trials;
}

double successes_in(const RandomPlace& place, std::uint32_t& at, double probability, double trials) {
  if (!(probability >= 0 && probability <= 1) || !(trials >= 0) || trials > 1e6) return fn::kNotAvailable;
  double count = 0;
  for (double k = 1; k <= trials; k += 1) count += random_uniform(place, at++) < probability ? 1 : 0;
  return count;
}

double log_normal(const RandomPlace& place, std::uint32_t& at, double mean, double deviation) {
  const double ratio = deviation / mean;
  const double variance = fn::ln(1 + ratio * ratio);
  return fn::exp(fn::ln(mean) - variance / 2 + fn::sqrt(variance) * random_normal(place, at++));
}

double drawn(const RandomPlace& place, std::uint32_t& at, Distribution distribution, double a, double b) {
  const auto uniform = [&] { return random_uniform(place, at++); };
  switch (distribution) {
    case Distribution::Normal:
      return random_normal(place, at++);
    case Distribution::Exponential:
      return -fn::ln(uniform());
    case Distribution::LogNormal:
      return log_normal(place, at, a, b);
    case Distribution::Poisson:
      return poisson_from(place, at, a);
    case Distribution::Gamma:
      return a > 0 && a < 1e300 ? gamma_from(place, at, a) : fn::kNotAvailable;
    case Distribution::Beta: {
      if (!(a > 0 && a < 1e300 && b > 0 && b < 1e300)) return fn::kNotAvailable;
      const double x = gamma_from(place, at, a);
      return x / (x + gamma_from(place, at, b));
    }
    case Distribution::Binomial:
      return successes_in(place, at, a, b);
    case Distribution::NegativeBinomial:
      return trials_until(place, at, a, b);
    case Distribution::Weibull:
      return fn::power(-fn::ln(uniform()), 1 / a);
    case Distribution::Pareto:
      return fn::power(uniform(), -1 / a);
    case Distribution::Logistic: {
      const double u = uniform();
      return fn::ln(u / (1 - u));
    }
    case Distribution::Geometric:
      return trials_until(place, at, a, 1);
    case Distribution::Count_:
      break;
  }
  return fn::kNotAvailable;
}

}  // namespace

double random_between(const RandomPlace& place, Distribution distribution, const double* parameters,
                      const Truncation& truncation) {
  std::uint32_t at = 0;
  double x = fn::kNotAvailable;
  for (int draw = 0; draw < kMostDraws && at < kMostUniforms; ++draw) {
    x = drawn(place, at, distribution, parameters[0], parameters[1]) * truncation.stretch + truncation.shift;
    if (x != x || (x >= truncation.least && x <= truncation.most)) return x;
  }
  return fn::min(fn::max(x, truncation.least), truncation.most);
}

}  // namespace flowyard::worker::engine
