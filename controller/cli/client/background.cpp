#include "controller/cli/client/background.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/wait.h>
#include <system_error>

#include "common/async/backoff.hpp"
#include "common/base/detached_process.hpp"
#include "common/base/folder_lock.hpp"
#include "common/base/private_folder.hpp"
#include "common/http/client.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {
namespace {

CommandFailed cannot_start(const std::string& why) {
  return CommandFailed(failure(ErrorCode::Unavailable, "cannot start a controller: " + why));
}

void make_run_folder(const std::string& path) {
  try {
    const PrivateFolder folder(path);
  } catch (const std::exception& error) {
    throw cannot_start(error.what());
  }
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw cannot_start("no folder " + path + ": " + error.message() +
                       "; choose another one with --data and --run-dir");
  }
}

pid_t spawn(const BackgroundStart& start) {
  std::vector<std::string> words = {"flowyard", "controller",       "run",       "--background",
                                    "--data",   start.folders.data, "--run-dir", start.folders.run};
  if (!start.config.empty()) words.insert(words.end(), {"--config", start.config});
  try {
    return spawn_detached(start.program, words, start.folders.controller_log());
  } catch (const std::system_error& error) {
    throw cannot_start(error.what());
  }
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
  make_run_folder(start.folders.run);
  const std::string log = start.folders.controller_log();
  const auto log_begin = size_of(log);
  const pid_t pid = spawn(start);

  using SteadyClock = std::chrono::steady_clock;
  const auto deadline = SteadyClock::now() + start.patience;
  const async::Backoff pauses{.initial = Milliseconds(10), .max = Milliseconds(100)};
  std::optional<std::string> death;
  for (int n = 1;; ++n) {
    // In this order: if another client's controller was the reason of its death, that one holds the folder.
    if (!death) death = death_of(pid);
    const bool held = FolderLock::is_held(start.folders.data);
    if (co_await answers(start.folders.socket())) co_return;
    if (death && !held) throw cannot_start("it ended at once (" + *death + ")" + last_lines(log, log_begin));
    if (SteadyClock::now() >= deadline) {
      throw cannot_start("it does not answer on " + start.folders.socket() + last_lines(log, log_begin));
    }
    co_await async::sleep_for(pauses.pause_before(n));
  }
}

}  // namespace flowyard::controller::cli
