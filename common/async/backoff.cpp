#include "common/async/backoff.hpp"

#include <algorithm>

namespace flowyard::async {

Milliseconds Backoff::pause_before(int n) const {
  // 2^20 times any sensible initial pause is past any sensible maximum.
  const int doublings = std::clamp(n - 1, 0, 20);
  return std::min(max, initial * (std::int64_t{1} << doublings));
}

}  // namespace flowyard::async
