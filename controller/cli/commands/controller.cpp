// controller, controller run: a controller in the foreground.
#include "common/http/endpoint.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/global_options.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

struct RunOptions {
  ControllerOptions controller;
  std::string idle_exit;
};

void add_run_options(Command& command, RunOptions& options) {
  auto& controller = options.controller;
  command.option("--listen", controller.listen, "REST on TCP as well, with a token").type("HOST:PORT");
  command.option("--fleet", controller.fleet, "where workers live (default: docker if it answers)")
      .one_of({"docker", "process"});
  command.option("--docker-host", controller.docker_host, "the Docker Engine (default: DOCKER_HOST)")
      .type("URL");
  command.option("--advertise", controller.advertise, "where workers reach this controller by network")
      .type("URL");
  command.option("--idle-exit", options.idle_exit, "leave after so long without work").type("DURATION");
  command.flag("--background", controller.background, "nobody watches: write a log file's lines");
  static const std::map<std::string, LogLevel> kLevels = {{"debug", LogLevel::Debug},
                                                          {"info", LogLevel::Info},
                                                          {"warning", LogLevel::Warning},
                                                          {"error", LogLevel::Error}};
  command.option("--log-level", controller.log_level, kLevels, "debug, info, warning or error")
      .type("LEVEL")
      .text("LEVEL");
}

int run_controller(const RunOptions& options, const Here& here) {
  ControllerOptions controller = options.controller;
  if (!controller.listen.empty()) {
    auto listen = http::parse_listen_address(controller.listen);
    if (!listen) throw CommandFailed(std::move(listen.error()).within("reading --listen"));
  }
  controller.folders = folders_of(here.global, here.environment);
  controller.token = token_of(here.global, here.environment);
  if (!options.idle_exit.empty()) {
    const auto span = value_or_fail(parse_duration(options.idle_exit));
    controller.idle_exit = std::chrono::ceil<std::chrono::seconds>(span);
  }
  return here.environment.run_controller(std::move(controller));
}

}  // namespace

void define_controller(Command& program) {
  auto options = std::make_shared<RunOptions>();
  auto command = program.add("controller", "run a controller in the foreground; look after it");
  command.footer(
      "Examples:\n"
      "  flowyard controller run\n"
      "  flowyard controller run --listen 127.0.0.1:7700\n"
      "  flowyard controller status\n"
      "  flowyard controller stop        running experiments go on when one starts again");
  auto run = program.add("controller run", "run a controller in the foreground");
  for (auto each : {command, run}) {
    add_run_options(each, *options);
    each.runs_here([options](Here& here) { return run_controller(*options, here); });
  }
}

}  // namespace flowyard::controller::cli
