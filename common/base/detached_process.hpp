// Starting a program that goes on without us: in a session of its own, so that it does not hear this
// terminal's Ctrl-C. Blocks for as long as posix_spawn does; any thread.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace flowyard {

// Starts `program` with the words given (the first is its name), its input empty, its output appended to
// `log_file`, no other descriptor of ours open in it and its signals as if fresh. It stays our child: whoever
// starts it reaps it. Throws std::system_error.
pid_t spawn_detached(const std::string& program, const std::vector<std::string>& words,
                     const std::string& log_file);

}  // namespace flowyard
