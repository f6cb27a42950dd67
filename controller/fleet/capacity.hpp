// Capacity: the cores and memory that a fleet has for its workers. A plain value.
#pragma once

#include <cstdint>

namespace flowyard::controller::fleet {

struct Capacity {
  unsigned cores = 1;
  std::uint64_t memory_bytes = 0;
  unsigned starts_at_once = 2;  // past 2 x cores only the latency of container starts grows
};

// The cores that this process may use, and this machine's memory.
Capacity capacity_of_this_machine();

}  // namespace flowyard::controller::fleet
