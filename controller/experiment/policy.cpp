#include "controller/experiment/policy.hpp"

namespace flowyard::controller::experiment {

bool Failures::exceeded(std::uint64_t failed, std::uint64_t total) const {
  const auto borne = most(total);
  return borne && failed > *borne;
}

std::optional<std::uint64_t> Failures::most(std::uint64_t total) const {
  if (const auto* count = std::get_if<FailureCount>(&max)) return count->value;
  const double fraction = std::get<FailureFraction>(max).value;
  if (fraction >= 1) return std::nullopt;
  return static_cast<std::uint64_t>(fraction * static_cast<double>(total));
}

}  // namespace flowyard::controller::experiment
