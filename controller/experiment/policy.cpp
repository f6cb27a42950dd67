#include "controller/experiment/policy.hpp"

namespace flowyard::controller::experiment {

bool Failures::exceeded(std::uint64_t failed, std::uint64_t total) const {
  if (const auto* count = std::get_if<FailureCount>(&max)) return failed > count->value;
  return static_cast<double>(failed) > std::get<FailureFraction>(max).value * static_cast<double>(total);
}

}  // namespace flowyard::controller::experiment
