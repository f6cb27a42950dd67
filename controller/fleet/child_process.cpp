#include "controller/fleet/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>

extern char** environ;

namespace flowyard::controller::fleet {
namespace {

void check(int error, const char* doing) {
  if (error != 0) throw std::system_error(error, std::generic_category(), doing);
}

// The fields of /proc/<pid>/stat after the command, which may hold spaces and parentheses (proc(5)).
std::string stat_after_command(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto end = line.rfind(')');
  return end == std::string::npos ? std::string() : line.substr(end + 1);
}

class SpawnSettings {
 public:
  explicit SpawnSettings(const std::string& log_file) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
    // Asio's sockets are not close-on-exec: a worker that held them would keep our port after our death, and
    // other workers' connections open.
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

ProcessId spawn_process(const std::vector<std::string>& arguments, const std::string& log_file) {
  const SpawnSettings settings(log_file);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  check(posix_spawn(&pid, argv[0], settings.actions(), settings.attributes(), argv.data(), environ),
        "starting a worker process");
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
