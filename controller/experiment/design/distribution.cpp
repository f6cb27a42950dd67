#include "controller/experiment/design/distribution.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/triangular.hpp>
#include <boost/math/distributions/uniform.hpp>

namespace flowyard::controller::experiment::design {
namespace {

namespace math = boost::math;
using experiment::Distribution;
using experiment::Random;

// No exceptions and no errno: what overflows is infinite. A discrete quantile is the least whole number
// whose probability reaches p.
using Policy = math::policies::policy<math::policies::domain_error<math::policies::ignore_error>,
                                      math::policies::pole_error<math::policies::ignore_error>,
                                      math::policies::overflow_error<math::policies::ignore_error>,
                                      math::policies::underflow_error<math::policies::ignore_error>,
                                      math::policies::denorm_error<math::policies::ignore_error>,
                                      math::policies::evaluation_error<math::policies::ignore_error>,
                                      math::policies::rounding_error<math::policies::ignore_error>,
                                      math::policies::discrete_quantile<math::policies::integer_round_up>,
                                      math::policies::promote_double<false>>;

// Calls `use` with the distribution of Boost.Math that `r` describes.
template <class Use>
double with_distribution(const Random& r, Use use) {
  switch (r.distribution) {
    case Distribution::Uniform:
      return use(math::uniform_distribution<double, Policy>(r.a, r.b));
    case Distribution::LogUniform:
      return use(math::uniform_distribution<double, Policy>(std::log(r.a), std::log(r.b)));
    case Distribution::Normal:
      return use(math::normal_distribution<double, Policy>(r.a, r.b));
    case Distribution::LogNormal:
      return use(math::lognormal_distribution<double, Policy>(r.a, r.b));
    case Distribution::Triangular:
      return use(math::triangular_distribution<double, Policy>(r.a, r.b, r.c));
    case Distribution::Beta:
      return use(math::beta_distribution<double, Policy>(r.a, r.b));
    case Distribution::Gamma:
      return use(math::gamma_distribution<double, Policy>(r.a, r.b));
    case Distribution::Exponential:
      return use(math::exponential_distribution<double, Policy>(1 / r.a));
    case Distribution::Poisson:
      return use(math::poisson_distribution<double, Policy>(r.a));
    case Distribution::Integers:
    case Distribution::Choice:
      break;
  }
  return 0;
}

// Boost.Math answers outside the support with an error, not with 0 or 1.
struct Support {
  double low = -INFINITY;
  double high = INFINITY;
};

Support support_of(const Random& r) {
  switch (r.distribution) {
    case Distribution::Uniform:
    case Distribution::LogUniform:
      return {r.a, r.b};
    case Distribution::Triangular:
      return {r.a, r.c};
    case Distribution::Beta:
      return {0, 1};
    case Distribution::LogNormal:
    case Distribution::Gamma:
    case Distribution::Exponential:
    case Distribution::Poisson:
      return {0, INFINITY};
    default:
      return {};
  }
}

using Fault = std::optional<std::string>;

Fault positive(double value, const char* what) {
  if (value > 0) return std::nullopt;
  return std::string(what) + " must be above 0";
}

Fault rising(double low, double high) {
  if (low < high) return std::nullopt;
  return "the lower end must be below the upper end";
}

Fault choice_fault(const Random& r) {
  if (r.choices.empty()) return "a choice needs at least one value";
  if (r.weights.empty()) return std::nullopt;
  if (r.weights.size() != r.choices.size()) return "there must be one weight for each value of the choice";
  double sum = 0;
  for (const double weight : r.weights) {
    if (!(weight >= 0)) return "a weight cannot be negative";
    sum += weight;
  }
  if (!(sum > 0)) return "the weights of a choice cannot all be 0";
  return std::nullopt;
}

Fault integers_fault(const Random& r) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (r.a != std::trunc(r.a) || r.b != std::trunc(r.b)) return "integers needs two whole numbers";
  if (std::abs(r.a) > kExact || std::abs(r.b) > kExact) return "integers beyond 2^53 are not exact";
  if (r.a > r.b) return "the lower end must not be above the upper end";
  return std::nullopt;
}

}  // namespace

double probability(const Random& random, double x, Tail tail) {
  const Support support = support_of(random);
  if (x <= support.low && random.distribution != Distribution::Poisson) return tail == Tail::Lower ? 0 : 1;
  if (x < support.low) return tail == Tail::Lower ? 0 : 1;
  if (x >= support.high) return tail == Tail::Lower ? 1 : 0;
  const double at = random.distribution == Distribution::LogUniform ? std::log(x) : x;
  return with_distribution(random, [&](const auto& distribution) {
    return tail == Tail::Lower ? cdf(distribution, at) : cdf(complement(distribution, at));
  });
}

double quantile(const Random& random, double p, Tail tail) {
  const double x = with_distribution(random, [&](const auto& distribution) {
    using math::quantile;
    return tail == Tail::Lower ? quantile(distribution, p) : quantile(complement(distribution, p));
  });
  return random.distribution == Distribution::LogUniform ? std::clamp(std::exp(x), random.a, random.b) : x;
}

std::optional<std::string> fault_of(const Random& r) {
  switch (r.distribution) {
    case Distribution::Uniform:
      return rising(r.a, r.b);
    case Distribution::LogUniform:
      if (auto fault = positive(r.a, "the lower end of loguniform")) return fault;
      return rising(r.a, r.b);
    case Distribution::Normal:
    case Distribution::LogNormal:
      return positive(r.b, "the standard deviation");
    case Distribution::Triangular:
      if (auto fault = rising(r.a, r.c)) return fault;
      if (r.b < r.a || r.b > r.c) return "the order is [min, mode, max], and the mode must lie between";
      return std::nullopt;
    case Distribution::Beta:
      if (auto fault = positive(r.a, "the first shape of beta")) return fault;
      return positive(r.b, "the second shape of beta");
    case Distribution::Gamma:
      if (auto fault = positive(r.a, "the shape of gamma")) return fault;
      return positive(r.b, "the scale of gamma");
    case Distribution::Exponential:
    case Distribution::Poisson:
      return positive(r.a, "the mean");
    case Distribution::Integers:
      return integers_fault(r);
    case Distribution::Choice:
      return choice_fault(r);
  }
  return std::nullopt;
}

}  // namespace flowyard::controller::experiment::design
