#include "controller/fleet/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <sstream>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "common/base/detached_process.hpp"
#include "common/base/whole_file.hpp"

namespace flowyard::controller::fleet {
namespace {

// The fields of /proc/<pid>/stat after the command, which may hold spaces and parentheses (proc(5)); empty if
// there is no such process. Throws where it cannot be read: a shortage of descriptors does not mean that the
// process is dead.
std::string stat_after_command(pid_t pid) {
  std::string line;
  try {
    line = read_file_if_there("/proc/" + std::to_string(pid) + "/stat").value_or("");
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::no_such_process) throw;  // it ended between opening and reading
  }
  const auto end = line.rfind(')');
  return end == std::string::npos ? std::string() : line.substr(end + 1);
}

}  // namespace

ProcessId spawn_process(const std::vector<std::string>& arguments, const std::string& log_file) {
  const pid_t pid = spawn_detached(arguments.at(0), arguments, log_file);
  return {.pid = pid, .started = start_time_of(pid)};
}

std::uint64_t start_time_of(pid_t pid) {
  // Field 22 of the whole line; the text here begins with field 3.
  std::istringstream fields(stat_after_command(pid));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  std::uint64_t ticks = 0;
  fields >> ticks;
  return ticks;
}

bool is_running(const ProcessId& process) {
  const auto stat = stat_after_command(process.pid);
  const bool zombie = stat.size() > 1 && (stat[1] == 'Z' || stat[1] == 'X');
  return !stat.empty() && !zombie && start_time_of(process.pid) == process.started;
}

void kill_session(const ProcessId& process) {
  if (process.pid > 1 && is_running(process)) ::kill(-process.pid, SIGKILL);
}

async::Task<> wait_for_end(ProcessId process) {
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0));
  if (descriptor < 0 && errno != ESRCH) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot watch process " + std::to_string(process.pid));
  }
  if (descriptor >= 0) {
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::posix::stream_descriptor watched(executor, descriptor);
    // The id may have been given to another process before we opened it.
    if (is_running(process)) {
      co_await watched.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                  boost::asio::use_awaitable);
    }
  }
  ::waitpid(process.pid, nullptr, WNOHANG);
}

}  // namespace flowyard::controller::fleet
