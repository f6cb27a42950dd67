// What this process has used so far, for heartbeats. Reads /proc, which every container has.
#pragma once

#include <cstdint>

namespace flowyard::worker::app {

struct OwnUsage {
  double cpu_seconds = 0;          // user and system time of all threads
  std::uint64_t memory_bytes = 0;  // resident now; 0 where /proc is missing
};

OwnUsage own_usage();

}  // namespace flowyard::worker::app
