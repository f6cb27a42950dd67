#include "controller/daemon/fleets.hpp"

#include "controller/daemon/program_folder.hpp"
#include "controller/fleet/docker_fleet.hpp"
#include "controller/fleet/process_fleet.hpp"

namespace flowyard::controller::daemon {
namespace {

docker::EngineAddress engine_address(const cli::ControllerOptions& options) {
  const auto environment = [&options](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "DOCKER_HOST" && !options.docker_host.empty()) return options.docker_host;
    return docker::process_environment()(name);
  };
  return docker::address_from_environment(environment).value();
}

async::Task<std::unique_ptr<fleet::Fleet>> docker_fleet(docker::EngineAddress address,
                                                        std::string installation, Log log) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto engine = std::make_unique<docker::Engine>(executor, address);
  fleet::DockerFleetOptions options{.installation = std::move(installation),
                                    .worker_program = program_folder() + "/flowyard-worker"};
  auto made = co_await fleet::make_docker_fleet(std::move(engine), std::move(options), log);
  co_await made->prepare();
  co_return made;
}

}  // namespace

async::Task<ChosenFleets> choose_fleets(cli::ControllerOptions options, std::string installation, Log log) {
  ChosenFleets chosen;
  std::string why_not = "--fleet process was asked for";
  if (options.fleet != "process") {
    try {
      auto made = co_await docker_fleet(engine_address(options), installation, log);
      chosen.preferred = "docker";
      chosen.detail = made->description();
      chosen.fleets["docker"] = std::move(made);
    } catch (const docker::EngineUnreachable& unreachable) {
      if (options.fleet == "docker") throw;
      why_not = unreachable.what();
    }
  }
  fleet::ProcessFleetOptions process_options{.state_folder = options.folders.data + "/processes",
                                             .worker_program = program_folder() + "/flowyard-worker",
                                             .reason = why_not};
  auto processes = fleet::make_process_fleet(std::move(process_options));
  co_await processes->prepare();
  if (chosen.preferred.empty()) {
    chosen.preferred = "process";
    chosen.detail = processes->description();
    log.warning("no containers: workers will be processes of this machine", {{"reason", why_not}});
  }
  chosen.fleets["process"] = std::move(processes);
  co_return chosen;
}

}  // namespace flowyard::controller::daemon
