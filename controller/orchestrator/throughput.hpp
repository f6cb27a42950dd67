// Throughput: how fast an experiment goes on, and from that how long it will take. Pure.
#pragma once

#include <cstdint>
#include <optional>

namespace flowyard::controller::orchestrator {

struct Throughput {
  std::uint64_t done = 0;     // scenarios, done or given up, since it was first looked at
  double worker_seconds = 0;  // that workers had for these
  std::uint64_t left = 0;     // scenarios
  std::uint64_t workers = 0;  // that work now
};

// Seconds until it has ended; none: too little is known, or nobody works. As steady as its scenarios are
// alike, since all that was done so far counts.
std::optional<double> seconds_left(const Throughput& throughput);

}  // namespace flowyard::controller::orchestrator
