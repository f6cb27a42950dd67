#include "tests/support/worker_process.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "common/async/timeout.hpp"

namespace flowyard::test {
namespace {

namespace asio = boost::asio;

// Readable once the process has ended.
async::Task<> wait_readable(int descriptor) {
  asio::posix::stream_descriptor ended(co_await asio::this_coro::executor, descriptor);
  co_await ended.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
}

}  // namespace

WorkerProcess::WorkerProcess(const std::vector<std::string>& command, const std::string& log_file)
    : log_file_(log_file) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int failure = posix_spawnp(&id_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw boost::system::system_error(failure, boost::system::system_category(), command[0]);
}

WorkerProcess::~WorkerProcess() {
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void WorkerProcess::signal(int number) const {
  ::kill(id_, number);
}

async::Task<int> WorkerProcess::exit_code(Milliseconds limit) {
  const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
  if (descriptor < 0)
    throw boost::system::system_error(errno, boost::system::system_category(), "pidfd_open");
  auto ended = wait_readable(descriptor);
  co_await async::with_timeout(limit, std::move(ended));
  int status = 0;
  ::waitpid(id_, &status, 0);
  id_ = -1;
  co_return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string WorkerProcess::log() const {
  std::ifstream file(log_file_);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace flowyard::test
