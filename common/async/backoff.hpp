// Backoff: how long to wait before the n-th retry, and the shared retry loop.
#pragma once

#include <optional>

#include "common/async/task.hpp"

namespace flowyard::async {

struct Backoff {
  Milliseconds initial{100};
  Milliseconds max{30'000};

  // The pause before retry number `n` (1-based): initial * 2^(n-1), at most max.
  Milliseconds pause_before(int n) const;
};

// Calls `make_task` until it succeeds or `attempts` have failed; the last failure is thrown. Cancellation is
// passed on at once: after a cancel every co_await throws, and a loop that took that for a failure would
// spin.
template <class MakeTask>
auto retry(int attempts, Backoff backoff, MakeTask make_task) -> decltype(make_task()) {
  for (int n = 1;; ++n) {
    try {
      co_return co_await make_task();
    } catch (const std::exception& error) {
      if (is_cancellation(error) || n >= attempts) throw;
    }
    co_await sleep_for(backoff.pause_before(n));
  }
}

}  // namespace flowyard::async
