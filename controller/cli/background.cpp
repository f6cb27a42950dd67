#include "controller/cli/background.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/async/backoff.hpp"
#include "common/http/client.hpp"
#include "controller/cli/failure.hpp"

extern char** environ;

namespace flowyard::controller::cli {
namespace {

CommandFailed cannot_start(const std::string& why) {
  return CommandFailed(failure(ErrorCode::Unavailable, "cannot start a controller: " + why));
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw cannot_start("no folder " + path + ": " + error.message() +
                       "; choose another one with --data and --run-dir");
  }
}

// posix_spawn's attributes and file actions, freed together.
struct SpawnSettings {
  SpawnSettings() {
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
  }
  ~SpawnSettings() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t files;
};

pid_t spawn(const BackgroundStart& start) {
  const std::string log = start.folders.controller_log();
  std::vector<std::string> words = {
      "flowyard", "controller",       "run",       "--background",   "--idle-exit", "10m",
      "--data",   start.folders.data, "--run-dir", start.folders.run};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  SpawnSettings settings;
  // A session of its own: it outlives this terminal and does not hear its Ctrl-C.
  posix_spawnattr_setflags(&settings.attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawn_file_actions_addopen(&settings.files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&settings.files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&settings.files, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&settings.files, 3);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, start.program.c_str(), &settings.files, &settings.attributes,
                                arguments.data(), environ);
  if (error != 0) throw cannot_start(start.program + ": " + std::strerror(error));
  return pid;
}

// "exit code 3" once the process has ended.
std::optional<std::string> death_of(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) != pid) return std::nullopt;
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

std::string last_lines(const std::string& path, std::uintmax_t from) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(from));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
    if (lines.size() > 10) lines.erase(lines.begin());
  }
  std::string text = lines.empty() ? "\n  (its log " + path + " is empty)" : "\n  the end of " + path + ":";
  for (const auto& line : lines) text += "\n    " + line;
  return text;
}

async::Task<bool> answers(std::string socket) {
  // Named, and not braces inside the co_await expression: GCC 12 frees those twice.
  const auto executor = co_await async::asio::this_coro::executor;
  http::Endpoint endpoint;
  endpoint.kind = http::Endpoint::Kind::Unix;
  endpoint.path = std::move(socket);
  http::Client client(executor, std::move(endpoint));
  http::Request request;
  request.target = "/readyz";
  try {
    const auto response = co_await client.send(std::move(request), Milliseconds(2000));
    co_return response.status == 200;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    co_return false;  // not there yet: the caller asks again
  }
}

std::uintmax_t size_of(const std::string& path) {
  std::error_code none_yet;
  const auto size = std::filesystem::file_size(path, none_yet);
  return none_yet ? 0 : size;
}

}  // namespace

async::Task<> start_background_controller(BackgroundStart start) {
  make_folder(start.folders.data);
  const std::string log = start.folders.controller_log();
  const auto log_begin = size_of(log);
  const pid_t pid = spawn(start);

  using SteadyClock = std::chrono::steady_clock;
  const auto deadline = SteadyClock::now() + start.patience;
  const async::Backoff pauses{.initial = Milliseconds(10), .max = Milliseconds(100)};
  std::optional<std::string> death;
  for (int n = 1;; ++n) {
    if (co_await answers(start.folders.socket())) co_return;
    // Another client's controller may be the reason of its death, and may need a moment itself.
    if (death && n > 8) throw cannot_start("it ended at once (" + *death + ")" + last_lines(log, log_begin));
    if (!death) {
      death = death_of(pid);
      if (death) n = 1;
    }
    if (SteadyClock::now() >= deadline) {
      throw cannot_start("it does not answer on " + start.folders.socket() + last_lines(log, log_begin));
    }
    co_await async::sleep_for(pauses.pause_before(n));
  }
}

}  // namespace flowyard::controller::cli
