// Backoff: how long to wait before the n-th retry.
#pragma once

#include "common/async/task.hpp"

namespace flowyard::async {

struct Backoff {
  Milliseconds initial{100};
  Milliseconds max{30'000};

  // The pause before retry number `n` (1-based): initial * 2^(n-1), at most max.
  Milliseconds pause_before(int n) const;
};

}  // namespace flowyard::async
