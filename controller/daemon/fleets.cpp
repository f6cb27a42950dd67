#include "controller/daemon/fleets.hpp"

#include "common/async/backoff.hpp"
#include "controller/daemon/program_folder.hpp"
#include "controller/fleet/docker_fleet.hpp"
#include "controller/fleet/process_fleet.hpp"
#include "controller/fleet/worker_image.hpp"

namespace flowyard::controller::daemon {
namespace {

// Between two looks for an Engine; nothing tells that one has come.
constexpr Milliseconds kFirstPause{500};
constexpr Milliseconds kLongestPause{5'000};

// `docker_host`: empty for the one of DOCKER_HOST.
Result<docker::EngineAddress> engine_address(const std::string& docker_host) {
  const auto environment = [&docker_host](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "DOCKER_HOST" && !docker_host.empty()) return docker_host;
    return docker::process_environment()(name);
  };
  return docker::address_from_environment(environment);
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
    auto found = co_await find_docker(engine_address(options.docker_host).value(), installation, log);
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
  const auto address = engine_address(options.docker_host).value();
  const async::Backoff pauses{.initial = kFirstPause, .max = kLongestPause};
  for (int n = 1;; ++n) {
    co_await async::sleep_for(pauses.pause_before(n));
    auto found = co_await find_docker(address, installation, log);
    if (found.fleet) co_return std::move(found.fleet);
    why_not(std::move(found.why_not));
  }
}

async::Task<Result<cli::EngineReport>> look_at_engine(std::string docker_host, std::string worker_program) {
  const auto address = engine_address(docker_host);
  if (!address) co_return address.error();
  cli::EngineReport report;
  try {
    const auto executor = co_await boost::asio::this_coro::executor;
    docker::Engine engine(executor, *address);
    const auto version = co_await engine.version();
    report.description = "Docker Engine " + version.engine + " at " + to_string(*address);
    report.image = fleet::worker_image_tag(worker_program);
    report.image_there = co_await fleet::has_image(engine, report.image);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    co_return failure(ErrorCode::Unavailable, error.what());
  }
  co_return report;
}

}  // namespace flowyard::controller::daemon
