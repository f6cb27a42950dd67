// Sampler: a distribution of an experiment as a rising function from the open unit interval to values, so
// that every way of spreading points over the unit cube (random, Latin hypercube, Sobol) serves every
// distribution, and truncation keeps one number one value. Immutable; any thread.
#pragma once

#include <vector>

#include "common/base/result.hpp"
#include "controller/experiment/parameter.hpp"

namespace flowyard::controller::experiment::design {

class Sampler {
 public:
  // Fails where a number of the distribution is impossible (a negative standard deviation, a mode outside
  // its range), or where no value lies between `min` and `max`.
  static Result<Sampler> create(const experiment::Random& random);

  // The quantile at u, 0 < u < 1.
  double at(double u) const;

 private:
  explicit Sampler(experiment::Random random) : random_(std::move(random)) {}
  Result<void> truncate();

  experiment::Random random_;
  bool truncated_ = false;
  bool upper_tail_ = false;  // the probabilities below are those of exceeding, for the sake of precision
  double from_ = 0;          // probability at `min`
  double to_ = 1;            // probability at `max`
  std::vector<double> cumulative_;  // of the weights of a choice, ending in 1
};

}  // namespace flowyard::controller::experiment::design
