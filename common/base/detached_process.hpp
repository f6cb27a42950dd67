// Starting a program that outlives this one: in a session of its own, so that it does not receive this
// terminal's Ctrl-C. Blocks for as long as posix_spawn does; any thread.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace flowyard {

// Starts `program` with the arguments given (the first is its name), empty input, output appended to
// `log_file`, no other descriptor inherited and default signal dispositions. It stays our child: the caller
// reaps it. Throws std::system_error.
pid_t spawn_detached(const std::string& program, const std::vector<std::string>& words,
                     const std::string& log_file);

}  // namespace flowyard
