// WorkerProcess: a worker program as a child process, its log in a file. Killed at the end if it still runs.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "common/async/task.hpp"

namespace flowyard::test {

class WorkerProcess {
 public:
  // command[0] is the program, found through PATH if it has no slash.
  WorkerProcess(const std::vector<std::string>& command, const std::string& log_file);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;

  void signal(int number) const;
  // Its exit code, 128 + n if signal n ended it; throws TimedOut.
  async::Task<int> exit_code(Milliseconds limit);
  std::string log() const;
  pid_t id() const { return id_; }

 private:
  pid_t id_ = -1;
  std::string log_file_;
};

}  // namespace flowyard::test
