// Processes identified by id and start time, so that a reused process id is recognised.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "common/async/task.hpp"

namespace flowyard::controller::fleet {

struct ProcessId {
  pid_t pid = 0;
  std::uint64_t started = 0;  // clock ticks after boot, from /proc/<pid>/stat
};

// Starts a program in a session of its own, its output appended to `log_file`. Throws std::system_error.
ProcessId spawn_process(const std::vector<std::string>& arguments, const std::string& log_file);

// Whether that very process is still there and not a zombie.
bool is_running(const ProcessId& process);

// Kills its whole session; nothing happens if it is gone.
void kill_session(const ProcessId& process);

// Returns when it has ended, and reaps it if it is our child.
async::Task<> wait_for_end(ProcessId process);

// The start time of a process that is there, or 0.
std::uint64_t start_time_of(pid_t pid);

}  // namespace flowyard::controller::fleet
