#include "worker/app/own_usage.hpp"

#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace flowyard::worker::app {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

OwnUsage own_usage() {
  OwnUsage usage;
  // With the programs that it ran and that ended.
  for (const auto whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage times{};
    if (getrusage(whose, &times) == 0)
      usage.cpu_seconds += seconds_of(times.ru_utime) + seconds_of(times.ru_stime);
  }
  std::ifstream statm("/proc/self/statm");
  std::uint64_t all_pages = 0;
  std::uint64_t resident_pages = 0;
  if (statm >> all_pages >> resident_pages) {
    usage.memory_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return usage;
}

}  // namespace flowyard::worker::app
