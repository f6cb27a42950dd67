#include "controller/fleet/capacity.hpp"

#include <sched.h>
#include <unistd.h>

namespace flowyard::controller::fleet {

Capacity capacity_of_this_machine() {
  cpu_set_t set;
  CPU_ZERO(&set);
  unsigned cores = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cores = static_cast<unsigned>(CPU_COUNT(&set));
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  return {.cores = cores,
          .memory_bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)),
          .starts_at_once = 2 * cores};
}

}  // namespace flowyard::controller::fleet
