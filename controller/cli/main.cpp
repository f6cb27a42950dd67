#include "controller/cli/main.hpp"

#include <memory>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>

#include "common/base/suggest.hpp"
#include "controller/cli/commands/definitions.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/excerpt.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr const char* kDescription =
    "Flowyard runs a system-dynamics model under many scenarios, each in an isolated container,\n"
    "and brings the results home.";

constexpr const char* kExamples =
    "Examples:\n"
    "  flowyard run experiment.yaml        run it, see the table\n"
    "  flowyard list                       who is at work\n"
    "  flowyard log novel-poodle           what a worker wrote\n"
    "  flowyard checkout -o results        bring the files home\n\n"
    "Exit codes:\n"
    "  0 ok   1 the experiment failed, is incomplete or was cancelled   2 wrong usage or a wrong file\n"
    "  3 no such thing   4 its state does not allow this   5 no controller or Docker Engine answers\n"
    "  130 interrupted with Ctrl-C\n\n"
    "A controller is started in the background when none answers. Its folders: --data and --run-dir, or\n"
    "FLOWYARD_DATA and FLOWYARD_RUN_DIR. Elsewhere: --controller or FLOWYARD_CONTROLLER, with --token or\n"
    "FLOWYARD_TOKEN. NO_COLOR keeps colours away. More on each command: flowyard COMMAND --help";

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("--controller", options.controller, "where it is: unix:///path or http://host:port")
      ->type_name("URL");
  app.add_option("--token", options.token, "the token for a controller on TCP");
  app.add_option("--data", options.data, "the controller's data folder")->type_name("FOLDER");
  app.add_option("--run-dir", options.run_dir, "the controller's run folder, for sockets")
      ->type_name("FOLDER");
  app.add_flag("-q,--quiet", options.quiet, "only what matters: names, results, errors");
  app.add_flag("--no-start", options.no_start, "fail rather than start a controller");
}

void outline(const CLI::App& app, const std::string& path, std::vector<CommandOutline>& commands) {
  CommandOutline command{.path = path, .help = app.get_description(), .options = {}};
  if (path.empty()) command.help.clear();
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) command.options.push_back("--" + name);
    for (const auto& name : option->get_snames()) command.options.push_back("-" + name);
  }
  const auto is_one_of = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), path) != names.end();
  };
  command.takes_workers = is_one_of({"log", "restart", "delete", "show", "why", "checkout"});
  command.takes_experiments = is_one_of({"show", "watch", "why", "checkout", "cancel", "delete"});
  command.takes_files = is_one_of({"run", "submit", "validate", "plan"}) || path.starts_with("model ");
  commands.push_back(std::move(command));
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    outline(*sub, path + (path.empty() ? "" : " ") + sub->get_name(), commands);
  }
}

constexpr const char* kVersionLine = "flowyard " FLOWYARD_VERSION;

void define_local(CLI::App& app, Choice& choice, std::ostream& out) {
  auto shell = std::make_shared<std::string>();
  auto* completion = app.add_subcommand("completion", "print a completion script for a shell");
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "Examples:\n"
      "  source <(flowyard completion bash)\n"
      "  flowyard completion fish > ~/.config/fish/completions/flowyard.fish");
  completion->callback([&app, &choice, &out, shell] {
    choice.here = [&app, &out, shell] {
      std::vector<CommandOutline> commands;
      outline(app, "", commands);
      out << completion_script(*shell, commands);
      return static_cast<int>(Ok);
    };
  });
  app.add_subcommand("version", "print the version")->callback([&choice, &out] {
    choice.here = [&out] {
      out << kVersionLine << "\n";
      return static_cast<int>(Ok);
    };
  });
}

// What CLI11 says, with a hint for a mistyped command.
int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv, std::ostream& err) {
  std::vector<std::string> names;
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  const std::string first = argc > 1 ? argv[1] : "";
  const bool is_command = std::find(names.begin(), names.end(), first) != names.end();
  if (!first.starts_with('-') && !is_command && !first.empty()) {
    err << "error: there is no command '" << first << "'" << suggestion(first, names) << "\n";
  } else {
    err << "error: " << error.what() << "\n";
  }
  err << "  see: flowyard " << (is_command ? first + " " : "") << "--help\n";
  return BadInput;
}

// "file:line:column: message" where there is a place, "error: message" where there is none.
int report(const Errors& errors, Terminal& terminal) {
  Excerpts excerpts;
  for (const auto& error : errors) {
    const std::string head = error.location.file.empty() ? terminal.err_colored("error: ", Color::Red) : "";
    terminal.err() << head << to_string(error) << "\n" << excerpts.at(error.location);
  }
  terminal.err() << std::flush;
  return errors.empty() ? static_cast<int>(ExperimentFailed) : exit_code_of(errors.front().code);
}

// The one place where what a command throws becomes text and an exit code.
async::Task<> run_command(const Choice& choice, Session& session, int& status) {
  try {
    status = co_await choice.command(session);
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
  Connection connection(io.get_executor(), std::move(*target), terminal);
  Session session{terminal, connection, interrupts, tasks};
  int status = ExperimentFailed;
  tasks.spawn("command", run_command(choice, session, status));
  io.run();
  environment.out->flush();
  return status;
}

}  // namespace

int main(int argc, char** argv, CliEnvironment environment) {
  CLI::App app(kDescription, "flowyard");
  GlobalOptions options;
  Choice choice;
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.footer(kExamples);
  app.set_version_flag("--version", kVersionLine, "Print the version and exit");
  add_global_options(app, options);
  define_authoring(app, choice);
  define_observing(app, choice);
  define_control(app, choice);
  define_controller(app, choice, environment, [&](ControllerOptions& controller) {
    controller.folders = folders_of(options, environment);
    controller.token = token_of(options, environment);
  });
  define_model(app, choice, environment, options);
  define_local(app, choice, *environment.out);
  for (auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    sub->fallthrough();
    for (auto* nested : sub->get_subcommands([](const CLI::App*) { return true; })) nested->fallthrough();
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, *environment.out, *environment.err);
    return usage_error(app, error, argc, argv, *environment.err);
  }
  if (choice.command) return run_as_client(choice, options, environment);
  if (!choice.here) {
    *environment.out << app.help();
    return Ok;
  }
  try {
    return choice.here();
  } catch (const CommandFailed& failed) {
    Terminal terminal(environment, options.quiet);
    return report(failed.errors(), terminal);
  } catch (const std::exception& error) {
    *environment.err << "error: " << error.what() << "\n";
    return ExperimentFailed;
  }
}

}  // namespace flowyard::controller::cli
