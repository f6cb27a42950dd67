#include "controller/experiment/lease.hpp"

#include <algorithm>

namespace flowyard::controller::experiment {

IndexRange overlap(IndexRange a, IndexRange b) {
  const auto first = std::max(a.first, b.first);
  const auto end = std::min(a.end(), b.end());
  return {first, end > first ? end - first : 0};
}

std::string_view to_string(LeaseState state) {
  switch (state) {
    case LeaseState::Open:
      return "open";
    case LeaseState::Done:
      return "done";
    case LeaseState::Expired:
      return "expired";
    case LeaseState::Revoked:
      return "revoked";
  }
  return "open";
}

}  // namespace flowyard::controller::experiment
