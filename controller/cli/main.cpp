#include "controller/cli/main.hpp"

#include <boost/asio/io_context.hpp>

#include "controller/cli/commands/command_line.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/settings.hpp"
#include "controller/cli/ui/excerpt.hpp"

namespace flowyard::controller::cli {
namespace {

// "file:line:column: message" where there is a place, "error: message" where there is none.
int report(const Errors& errors, Terminal& terminal) {
  Excerpts excerpts;
  for (const auto& error : errors) {
    if (error.location.file.empty()) terminal.err() << terminal.err_colored("error: ", Color::Red);
    terminal.err() << to_string(error) << "\n" << excerpts.at(error.location);
  }
  terminal.err() << std::flush;
  return errors.empty() ? static_cast<int>(ExperimentFailed) : exit_code_of(errors.front().code);
}

// The one place where what a command throws becomes text and an exit code.
async::Task<> run_command(const Choice& choice, Session& session, int& status) {
  try {
    status = co_await choice.with_controller(session);
  } catch (const CommandFailed& failed) {
    status = session.interrupts.count() > 0 ? static_cast<int>(Interrupted)
                                            : report(failed.errors(), session.terminal);
  } catch (const std::exception& error) {
    if (session.interrupts.count() > 0) {
      status = Interrupted;
    } else {
      session.terminal.err() << "error: " << error.what() << "\n";
      status = ExperimentFailed;
    }
  }
  session.interrupts.stop();
}

int run_as_client(const Choice& choice, const GlobalOptions& options, const CliEnvironment& environment) {
  Terminal terminal(environment, options.quiet);
  auto target = target_of(options, environment);
  if (!target) return report({target.error()}, terminal);
  boost::asio::io_context io;
  async::TaskGroup tasks(io.get_executor());
  Interrupts interrupts(io.get_executor(), [&tasks] { tasks.cancel(); });
  std::optional<Connection> connection;
  try {
    connection.emplace(io.get_executor(), std::move(*target), terminal);
  } catch (const CommandFailed& failed) {
    return report(failed.errors(), terminal);
  }
  Session session{environment, terminal, *connection, interrupts, tasks};
  int status = ExperimentFailed;
  tasks.spawn("command", run_command(choice, session, status));
  io.run();
  environment.out->flush();
  return status;
}

int run_here(const Choice& choice, const GlobalOptions& options, const CliEnvironment& environment) {
  Terminal terminal(environment, options.quiet);
  Here here{environment, options, terminal};
  int status = ExperimentFailed;
  try {
    status = choice.here(here);
  } catch (const CommandFailed& failed) {
    return report(failed.errors(), terminal);
  } catch (const std::exception& error) {
    terminal.err() << "error: " << error.what() << "\n";
  }
  terminal.out() << std::flush;
  return status;
}

}  // namespace

int main(int argc, char** argv, CliEnvironment environment) {
  CommandLine line;
  CleanStream out(*environment.out), err(*environment.err);  // usage errors quote the user's own words
  if (const auto status = line.parse(argc, argv, out, err)) return *status;
  if (const auto settings = add_settings(environment, line.global().config); !settings) {
    Terminal terminal(environment, line.global().quiet);
    return report(settings.error(), terminal);
  }
  if (line.choice().with_controller) return run_as_client(line.choice(), line.global(), environment);
  return run_here(line.choice(), line.global(), environment);
}

}  // namespace flowyard::controller::cli
