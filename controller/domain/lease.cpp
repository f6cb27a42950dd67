#include "controller/domain/lease.hpp"

namespace flowyard::controller::domain {

std::string_view word_of(LeaseState state) {
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

}  // namespace flowyard::controller::domain
