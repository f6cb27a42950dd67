#include "controller/experiment/parameter.hpp"

#include <cmath>

namespace flowyard::controller::experiment {

double Axis::at(std::uint64_t i) const {
  if (spacing == Spacing::Listed) return values[i];
  if (i == 0 || count <= 1) return first;
  if (i + 1 == count) return last;
  const double along = static_cast<double>(i);
  const double steps = static_cast<double>(count - 1);
  if (spacing == Spacing::Linear) return first + along * (last - first) / steps;
  return first * std::pow(last / first, along / steps);
}

bool is_random(const ParameterSpec& spec) {
  return std::holds_alternative<Random>(spec.value);
}

const char* to_string(Distribution distribution) {
  switch (distribution) {
    case Distribution::Uniform:
      return "uniform";
    case Distribution::LogUniform:
      return "loguniform";
    case Distribution::Normal:
      return "normal";
    case Distribution::LogNormal:
      return "lognormal";
    case Distribution::Triangular:
      return "triangular";
    case Distribution::Beta:
      return "beta";
    case Distribution::Gamma:
      return "gamma";
    case Distribution::Exponential:
      return "exponential";
    case Distribution::Poisson:
      return "poisson";
    case Distribution::Integers:
      return "integers";
    case Distribution::Choice:
      return "choice";
  }
  return "";
}

}  // namespace flowyard::controller::experiment
