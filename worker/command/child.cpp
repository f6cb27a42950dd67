#include "worker/command/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "common/base/whole_file.hpp"

extern char** environ;

namespace flowyard::worker::command {
namespace {

using namespace std::chrono_literals;

// How often keep_going is asked while nothing happens.
constexpr auto kLook = 50ms;
// Bytes read from a pipe at once.
constexpr std::size_t kPiece = 64 * 1024;
constexpr int kCannotRun = 127;

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

class Pair {
 public:
  Pair() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  }
  ~Pair() {
    close_if_open(ends_[0]);
    close_if_open(ends_[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  int take_reading() { return std::exchange(ends_[0], -1); }
  int take_writing() { return std::exchange(ends_[1], -1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    // The worker's own variables, removed as they reveal its controller and its token.
    if (text.starts_with("FLOWYARD_")) continue;
    if (!more.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  for (const auto& [name, value] : more) all.push_back(name + "=" + value);
  return all;
}

struct Prepared {
  std::vector<char*> words, env;
  const char* folder = nullptr;
  int input = -1, output = -1, error = -1, trouble = -1;
  pid_t parent = 0;
};

// Between fork and exec only what is safe after a fork of a program with threads (POSIX fork(), rationale).
[[noreturn]] void become(const Prepared& prepared) {
  // Is killed when the worker ends, however that ends.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != prepared.parent) ::_exit(kCannotRun);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_DFL);
  // Moved out of the way first: one of ours may be 0, 1 or 2.
  const int input = ::fcntl(prepared.input, F_DUPFD, 3), output = ::fcntl(prepared.output, F_DUPFD, 3),
            error = ::fcntl(prepared.error, F_DUPFD, 3);
  const int trouble = ::fcntl(prepared.trouble, F_DUPFD_CLOEXEC, 3);
  ::dup2(input, 0);
  ::dup2(output, 1);
  ::dup2(error, 2);
  // All but the descriptor that reports a failed exec, which is close-on-exec.
  ::dup2(trouble, 3);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  if (::chdir(prepared.folder) == 0) {
    ::environ = const_cast<char**>(prepared.env.data());
    ::execvp(prepared.words[0], prepared.words.data());
  }
  const int why = errno;
  [[maybe_unused]] const auto told = ::write(3, &why, sizeof why);
  ::_exit(kCannotRun);
}

// When memory runs short the kernel kills the programs first, not the worker, which reports it.
void offer_to_the_kernel(pid_t pid) {
  std::ofstream("/proc/" + std::to_string(pid) + "/oom_score_adj") << "1000\n";
}

// The kernel lists them by the thread that is their parent (proc(5), /proc/pid/task/tid/children).
std::vector<pid_t> children_of_this_process() {
  std::vector<pid_t> children;
  std::error_code gone;  // a thread may end meanwhile
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", gone)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

// Between two looks at who is left.
constexpr auto kDying = 1ms;

// Whatever this process is the parent of; those whose parents die become ours and are met in the next round.
// The kernel's list may miss one while others come and go (proc(5)): it is read anew until nobody is left.
void kill_all_children() {
  for (;;) {
    if (::getpid() == 1) {
      ::kill(-1, SIGKILL);
    } else {
      for (const pid_t child : children_of_this_process()) ::kill(child, SIGKILL);
    }
    pid_t gone = 0;
    while ((gone = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    if (gone < 0) return;  // ECHILD: there are none
    std::this_thread::sleep_for(kDying);
  }
}

}  // namespace

void become_reaper() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // SIGPIPE is ignored: a program may not read its input.
  ::signal(SIGPIPE, SIG_IGN);
}

Result<std::unique_ptr<Child>> Child::start(const ChildOptions& options) {
  auto words = options.words;
  auto env = environment_with(options.env);
  Pair input, output, error, trouble;
  int file = -1;
  if (!options.input_file.empty()) {
    file = ::open(options.input_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
      throw std::system_error(errno, std::generic_category(), "cannot open " + options.input_file);
  }
  const Prepared prepared{.words = pointers_to(words),
                          .env = pointers_to(env),
                          .folder = options.folder.c_str(),
                          .input = file >= 0 ? file : input.reading(),
                          .output = output.writing(),
                          .error = error.writing(),
                          .trouble = trouble.writing(),
                          .parent = ::getpid()};
  const pid_t pid = ::fork();
  if (pid == 0) become(prepared);
  const int forked = errno;
  close_if_open(file);
  if (pid < 0) return invalid(std::string("no process can be started: ") + std::strerror(forked));
  ::close(trouble.take_writing());
  int why = 0;
  if (::read(trouble.reading(), &why, sizeof why) == sizeof why) {
    ::waitpid(pid, nullptr, 0);
    return invalid("the command '" + options.words[0] + "' cannot be run: " + std::strerror(why));
  }
  offer_to_the_kernel(pid);
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  for (const int end : {output.reading(), error.reading(), input.writing()})
    ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
  const int in = options.input_file.empty() ? input.take_writing() : -1;
  return std::unique_ptr<Child>(new Child(pid, pidfd, in, output.take_reading(), error.take_reading()));
}

Child::Child(pid_t pid, int pidfd, int input, int output, int error)
    : pid_(pid), pidfd_(pidfd), input_(input), output_{output}, error_{error} {}

Child::~Child() {
  if (!ended_) ::kill(pid_, SIGKILL);
  kill_all_children();
  for (int* descriptor : {&pidfd_, &input_, &output_.descriptor, &error_.descriptor})
    close_if_open(*descriptor);
}

void Child::ask_to_end() {
  if (!ended_) ::kill(pid_, SIGTERM);
}

void Child::read_from(Pipe& pipe) {
  std::array<char, kPiece> piece;
  for (;;) {
    const auto count = ::read(pipe.descriptor, piece.data(), piece.size());
    if (count > 0) {
      if (pipe.text.size() < kLongestLine) pipe.text.append(piece.data(), static_cast<std::size_t>(count));
      // Lines are returned before more is read: endless output fills the pipe, not our memory.
      return;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    close_if_open(pipe.descriptor);
    return;
  }
}

// A whole line, or the rest of a pipe that is closed.
bool Child::take_line(Pipe& pipe, Stream stream, Line& line) {
  const auto end = pipe.text.find('\n');
  const bool is_rest = end == std::string::npos && !pipe.text.empty() &&
                       (pipe.descriptor < 0 || pipe.text.size() >= kLongestLine);
  if (end == std::string::npos && !is_rest) return false;
  line = {.stream = stream, .text = pipe.text.substr(0, end)};
  pipe.text.erase(0, end == std::string::npos ? end : end + 1);
  if (line.text.ends_with('\r')) line.text.pop_back();
  return true;
}

void Child::write_unsent() {
  while (!unsent_.empty()) {
    const auto count = ::write(input_, unsent_.data(), unsent_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) {  // it has closed its input; its further behaviour decides
      unsent_.clear();
      close_if_open(input_);
      return;
    }
    unsent_.erase(0, static_cast<std::size_t>(count));
  }
}

void Child::reap() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
  ended_ = true;
  end_ = WIFSIGNALED(status) ? Ended{.code = 128 + WTERMSIG(status), .signal = WTERMSIG(status)}
                             : Ended{.code = WEXITSTATUS(status)};
  // Processes that it left running may hold its pipes open.
  kill_all_children();
}

void Child::wait_for_any(int milliseconds) {
  std::array<pollfd, 4> watched{{{.fd = output_.descriptor, .events = POLLIN, .revents = 0},
                                 {.fd = error_.descriptor, .events = POLLIN, .revents = 0},
                                 {.fd = ended_ ? -1 : pidfd_, .events = POLLIN, .revents = 0},
                                 {.fd = unsent_.empty() ? -1 : input_, .events = POLLOUT, .revents = 0}}};
  if (::poll(watched.data(), watched.size(), milliseconds) <= 0) return;
  if (watched[0].revents != 0) read_from(output_);
  if (watched[1].revents != 0) read_from(error_);
  if (watched[3].revents != 0) write_unsent();
  if (watched[2].revents != 0) reap();
}

Happening Child::next(SteadyPoint deadline, const std::function<bool()>& keep_going) {
  for (;;) {
    Line line;
    if (take_line(output_, Stream::Output, line) || take_line(error_, Stream::Error, line)) return line;
    if (ended_ && output_.descriptor < 0 && error_.descriptor < 0) return end_;
    if (keep_going && !keep_going()) return Interrupted{};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= 0ms) return NothingYet{};
    wait_for_any(static_cast<int>(std::min<std::chrono::milliseconds>(left, kLook).count()));
  }
}

}  // namespace flowyard::worker::command
