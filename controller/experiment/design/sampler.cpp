#include "controller/experiment/design/sampler.hpp"

#include <algorithm>
#include <cmath>

#include "controller/experiment/design/distribution.hpp"

namespace flowyard::controller::experiment::design {
namespace {

using experiment::Distribution;

bool is_counted(Distribution distribution) {
  return distribution == Distribution::Integers || distribution == Distribution::Choice;
}

}  // namespace

Result<Sampler> Sampler::create(const experiment::Random& random) {
  if (auto fault = fault_of(random)) return invalid(*fault);
  Sampler sampler(random);
  if (random.min || random.max) {
    if (auto done = sampler.truncate(); !done) return done.error();
  }
  double sum = 0;
  for (const double weight : random.weights) sampler.cumulative_.push_back(sum += weight);
  for (double& probability : sampler.cumulative_) probability /= sum;
  return sampler;
}

Result<void> Sampler::truncate() {
  const double low = random_.min.value_or(-INFINITY);
  const double high = random_.max.value_or(INFINITY);
  if (is_counted(random_.distribution))
    return invalid(std::string("min and max do not go with ") + to_string(random_.distribution));
  if (!(low < high)) return invalid("min must be below max");
  // P(X <= x) of a whole-numbered X counts x itself, so the lower bound is taken just below `min`.
  const bool whole = random_.distribution == Distribution::Poisson;
  const double below = whole ? std::ceil(low) - 1 : low;
  truncated_ = true;
  upper_tail_ = probability(random_, below, Tail::Lower) > 0.5;
  const Tail tail = upper_tail_ ? Tail::Upper : Tail::Lower;
  from_ = probability(random_, below, tail);
  to_ = probability(random_, high, tail);
  if (from_ == to_)
    return invalid(std::string("no value of this ") + to_string(random_.distribution) +
                   " lies between min and max");
  return {};
}

double Sampler::at(double u) const {
  if (random_.distribution == Distribution::Integers)
    return std::min(random_.b, random_.a + std::floor(u * (random_.b - random_.a + 1)));
  if (random_.distribution == Distribution::Choice) {
    const auto count = random_.choices.size();
    const auto place =
        cumulative_.empty()
            ? static_cast<std::size_t>(u * static_cast<double>(count))
            : static_cast<std::size_t>(std::upper_bound(cumulative_.begin(), cumulative_.end(), u) -
                                       cumulative_.begin());
    return random_.choices[std::min(place, count - 1)];
  }
  if (!truncated_) return quantile(random_, u, Tail::Lower);
  const double p = from_ + u * (to_ - from_);
  const double x = quantile(random_, p, upper_tail_ ? Tail::Upper : Tail::Lower);
  return std::clamp(x, random_.min.value_or(-INFINITY), random_.max.value_or(INFINITY));
}

}  // namespace flowyard::controller::experiment::design
