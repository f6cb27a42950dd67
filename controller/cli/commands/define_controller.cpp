#include <memory>

#include <CLI/CLI.hpp>

#include "controller/cli/commands/definitions.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

struct RunOptions {
  ControllerOptions controller;
  std::string idle_exit;
};

void add_run_options(CLI::App& sub, RunOptions& options) {
  auto& controller = options.controller;
  static const std::map<std::string, LogLevel> levels = {{"debug", LogLevel::Debug},
                                                         {"info", LogLevel::Info},
                                                         {"warning", LogLevel::Warning},
                                                         {"error", LogLevel::Error}};
  sub.add_option("--listen", controller.listen, "REST on TCP as well, with a token")->type_name("HOST:PORT");
  sub.add_option("--fleet", controller.fleet, "where workers live (default: docker if it answers)")
      ->check(CLI::IsMember({"docker", "process"}));
  sub.add_option("--docker-host", controller.docker_host, "the Docker Engine (default: DOCKER_HOST)")
      ->type_name("URL");
  sub.add_option("--advertise", controller.advertise, "where workers reach this controller by network")
      ->type_name("URL");
  sub.add_option("--idle-exit", options.idle_exit, "leave after so long without work")->type_name("DURATION");
  sub.add_flag("--background", controller.background, "nobody watches: write a log file's lines");
  sub.add_option("--log-level", controller.log_level, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(levels))
      ->type_name("LEVEL")
      ->option_text("LEVEL");
}

ControllerOptions finished(const RunOptions& options,
                           const std::function<void(ControllerOptions&)>& add_globals) {
  ControllerOptions controller = options.controller;
  add_globals(controller);
  if (!options.idle_exit.empty()) {
    const auto span = value_or_fail(parse_duration(options.idle_exit));
    controller.idle_exit = std::chrono::ceil<std::chrono::seconds>(span);
  }
  return controller;
}

void define_status(CLI::App& parent, Choice& choice) {
  auto options = std::make_shared<ControllerStatusOptions>();
  auto* sub =
      parent.add_subcommand("status", "what the controller is and does; exit code 5 if there is none");
  add_format(*sub, options->format);
  sub->callback([options, &choice] {
    choice.command = [options](Session& session) { return controller_status(*options, session); };
  });
}

}  // namespace

void define_controller(CLI::App& app, Choice& choice, const CliEnvironment& environment,
                       std::function<void(ControllerOptions&)> add_globals) {
  auto options = std::make_shared<RunOptions>();
  auto* parent = app.add_subcommand("controller", "run a controller in the foreground; look after it");
  parent->require_subcommand(0, 1);
  parent->footer(
      "Examples:\n"
      "  flowyard controller run\n"
      "  flowyard controller run --listen 127.0.0.1:7700\n"
      "  flowyard controller status\n"
      "  flowyard controller stop        running experiments go on when one starts again");
  auto* run = parent->add_subcommand("run", "run a controller in the foreground");
  add_run_options(*parent, *options);
  add_run_options(*run, *options);
  define_status(*parent, choice);
  auto* stop = parent->add_subcommand("stop", "stop it; running experiments go on when one starts again");
  stop->callback([&choice] { choice.command = [](Session& session) { return controller_stop(session); }; });

  // Called for `controller` and for `controller run`; CLI11 calls a parent's callback after its child's.
  const auto choose = [options, add_globals = std::move(add_globals), &choice, &environment] {
    choice.here = [options, add_globals, &environment] {
      return environment.run_controller(finished(*options, add_globals));
    };
  };
  run->callback(choose);
  parent->callback([parent, choose] {
    if (parent->get_subcommands().empty()) choose();
  });
}

}  // namespace flowyard::controller::cli
