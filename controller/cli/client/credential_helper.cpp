#include "controller/cli/client/credential_helper.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "common/base/text.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr std::size_t kMostOfAnAnswer = 64 << 10;

struct Descriptor {
  int fd = -1;
  Descriptor() = default;
  explicit Descriptor(int of) : fd(of) {}
  Descriptor(Descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

// Connected sockets: writing to one that nobody reads is no signal, as it is for a pipe.
struct Pair {
  Descriptor ours, theirs;
};

std::optional<Pair> make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return std::nullopt;
  return Pair{.ours = Descriptor(ends[0]), .theirs = Descriptor(ends[1])};
}

struct Ended {
  std::string output;
  bool in_time = false;
  int code = -1;
};

// Reads until the end, the limit or too much.
void read_all(int fd, std::chrono::steady_clock::time_point until, Ended& ended) {
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::max<Milliseconds::rep>(0, left.count())));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    char buffer[4096];
    const auto size = ::read(fd, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    ended.in_time = size <= 0;
    if (size <= 0 || ended.output.size() > kMostOfAnAnswer) return;
    ended.output.append(buffer, static_cast<std::size_t>(size));
  }
}

Result<Ended> run(const std::string& program, const std::string& input, Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  auto in = make_pair(), out = make_pair();
  if (!in || !out) return invalid(std::string("no sockets: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in->theirs.fd, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out->theirs.fd, STDOUT_FILENO);
  std::string name = program, verb = "get";
  char* arguments[] = {name.data(), verb.data(), nullptr};
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return invalid(program + " cannot be run: " + std::strerror(failed));
  in->theirs.close();
  out->theirs.close();
  // A registry's name is far shorter than what a socket holds; one that reads nothing gets nothing.
  ::send(in->ours.fd, input.data(), input.size(), MSG_NOSIGNAL);
  in->ours.close();
  Ended ended;
  read_all(out->ours.fd, until, ended);
  if (!ended.in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

bool is_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

Result<HelperAnswer> ask_helper(const std::string& name, const std::string& registry, Milliseconds limit) {
  if (!is_name(name)) return invalid("'" + name + "' is no name of a credential helper");
  const std::string program = "docker-credential-" + name;
  const auto ended = run(program, registry + "\n", limit);
  if (!ended) return ended.error();
  if (!ended->in_time)
    return invalid(program + " did not answer within " + std::to_string(limit.count() / 1000) + " s");
  // That is how helpers say that they know nothing; a message otherwise, and never a secret.
  if (ended->code != 0) {
    if (ended->output.find("credentials not found") != std::string::npos) return HelperAnswer();
    return invalid(program + ": " + std::string(flowyard::trimmed(ended->output)));
  }
  const auto json = nlohmann::json::parse(ended->output, nullptr, /*allow_exceptions=*/false);
  const auto text = [&json](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>()
                                                                           : "";
  };
  HelperAnswer answer{.user = text("Username"), .secret = Secret(text("Secret"))};
  if (answer.secret.empty()) return invalid(program + " gave an answer that is none");
  return answer;
}

}  // namespace flowyard::controller::cli
