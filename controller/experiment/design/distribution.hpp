// The distributions as pairs of functions: probability and quantile, each also counted from above, where a
// probability near 1 would lose its digits. Pure functions; any thread. Choice and Integers are not here.
#pragma once

#include <optional>
#include <string>

#include "controller/experiment/parameter.hpp"

namespace flowyard::controller::experiment::design {

enum class Tail { Lower, Upper };

// P(X <= x) or P(X > x).
double probability(const experiment::Random& random, double x, Tail tail);

// The x with P(X <= x) = p, or P(X > x) = p; 0 < p < 1.
double quantile(const experiment::Random& random, double p, Tail tail);

// What is wrong with the numbers of a distribution, any of them, or nothing.
std::optional<std::string> fault_of(const experiment::Random& random);

}  // namespace flowyard::controller::experiment::design
