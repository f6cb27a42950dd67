#include "controller/daemon/fleets.hpp"

#include "common/async/backoff.hpp"
#include "controller/daemon/program_folder.hpp"
#include "controller/fleet/docker_fleet.hpp"
#include "controller/fleet/process_fleet.hpp"

namespace flowyard::controller::daemon {
namespace {

// Between two looks for an Engine; nothing tells that one has come.
constexpr Milliseconds kFirstPause{500};
constexpr Milliseconds kLongestPause{5'000};

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

// The fleet, or why it cannot be used now.
struct Docker {
  std::unique_ptr<fleet::Fleet> fleet;
  std::string why_not;
};

async::Task<Docker> find_docker(docker::EngineAddress address, std::string installation, Log log) {
  Docker found;
  try {
    found.fleet = co_await docker_fleet(std::move(address), std::move(installation), log);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    found.why_not = error.what();
  }
  co_return found;
}

}  // namespace

async::Task<ChosenFleets> choose_fleets(cli::ControllerOptions options, std::string installation, Log log) {
  ChosenFleets chosen;
  std::string why_not = "--fleet process was asked for";
  if (options.fleet != "process") {
    auto found = co_await find_docker(engine_address(options), installation, log);
    chosen.preferred = "docker";
    chosen.docker_to_come = !found.fleet;
    chosen.detail = found.fleet ? found.fleet->description() : found.why_not;
    why_not = found.why_not;
    if (found.fleet) chosen.fleets["docker"] = std::move(found.fleet);
  }
  fleet::ProcessFleetOptions process_options{.state_folder = options.folders.data + "/processes",
                                             .worker_program = program_folder() + "/flowyard-worker",
                                             .reason = why_not};
  auto processes = fleet::make_process_fleet(std::move(process_options));
  co_await processes->prepare();
  if (chosen.preferred.empty()) {
    chosen.preferred = "process";
    chosen.detail = processes->description();
  }
  chosen.fleets["process"] = std::move(processes);
  co_return chosen;
}

async::Task<std::unique_ptr<fleet::Fleet>> wait_for_docker(cli::ControllerOptions options,
                                                           std::string installation,
                                                           std::function<void(std::string)> why_not,
                                                           Log log) {
  const auto address = engine_address(options);
  const async::Backoff pauses{.initial = kFirstPause, .max = kLongestPause};
  for (int n = 1;; ++n) {
    co_await async::sleep_for(pauses.pause_before(n));
    auto found = co_await find_docker(address, installation, log);
    if (found.fleet) co_return std::move(found.fleet);
    why_not(std::move(found.why_not));
  }
}

}  // namespace flowyard::controller::daemon
