// flowyard-worker: the program. One I/O thread; computing has a thread of its own.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "worker/app/arguments.hpp"
#include "worker/app/native_runner.hpp"
#include "worker/app/program_runner.hpp"
#include "worker/app/serve.hpp"
#include "worker/app/session.hpp"

namespace flowyard::worker::app {
namespace {

std::unique_ptr<Runner> make_runner(const Connect& connect, const Log& log) {
  if (connect.work_folder.empty()) return std::make_unique<NativeRunner>();
  command::become_reaper();
  return std::make_unique<ProgramRunner>(connect.work_folder, log);
}

async::Task<ExitCode> run_command(Connect connect, Log log) {
  const auto runner = make_runner(connect, log);
  Identity identity{
      .name = std::move(connect.name), .token_file = std::move(connect.token_file), .runner = runner->name()};
  const async::Executor executor = co_await async::asio::this_coro::executor;
  Session session(executor, std::move(connect.controller), std::move(identity), *runner, log);
  co_return co_await session.run();
}

async::Task<ExitCode> run_command(Serve serve, Log log) {
  co_return co_await serve_by_hand(std::move(serve), std::move(log));
}

async::Task<> keep_exit_code(async::Task<ExitCode> command, Log log, ExitCode& code) {
  try {
    code = co_await std::move(command);
  } catch (const std::bad_alloc&) {
    log.error("out of memory: give the worker more (workers: memory: in the experiment)");
    code = ExitCode::OutOfMemory;
  } catch (const std::exception& error) {
    log.error(error.what());
    code = ExitCode::Failed;
  }
}

template <class Work>
ExitCode run_to_end(Work work) {
  const Log log(descriptor_sink(STDERR_FILENO, LogLevel::Info));
  ExitCode code = ExitCode::Failed;
  boost::asio::io_context io(1);
  async::TaskGroup group(io.get_executor(), log);
  group.spawn("worker", keep_exit_code(run_command(std::move(work), log), log, code));
  io.run();
  return code;
}

ExitCode run(const ShowHelp&) {
  std::cout << help_text();
  return ExitCode::Done;
}

ExitCode run(const ShowVersion&) {
  std::cout << "flowyard-worker " FLOWYARD_VERSION "\n";
  return ExitCode::Done;
}

ExitCode run(const Connect& connect) {
  return run_to_end(connect);
}

ExitCode run(const Serve& serve) {
  return run_to_end(serve);
}

// By sigwait, since process 1 has no default action for a signal.
ExitCode run(const Hold&) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  int signal = 0;
  sigwait(&ends, &signal);
  return ExitCode::Done;
}

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace
}  // namespace flowyard::worker::app

int main(int argc, char** argv) {
  using namespace flowyard::worker::app;
  const auto command = parse_arguments({argv + 1, argv + argc}, from_environment);
  if (!command) {
    std::cerr << "flowyard-worker: " << to_string(command.error()) << "\n";
    return static_cast<int>(ExitCode::BadUsage);
  }
  return static_cast<int>(std::visit([](const auto& chosen) { return run(chosen); }, *command));
}
