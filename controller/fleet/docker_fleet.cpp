#include "controller/fleet/docker_fleet.hpp"

#include <algorithm>
#include <limits>

#include "common/base/tar.hpp"
#include "controller/fleet/container_options.hpp"
#include "controller/fleet/image_builds.hpp"
#include "controller/fleet/image_fetches.hpp"
#include "controller/fleet/namespace_holders.hpp"
#include "controller/fleet/worker_image.hpp"
#include "docker/client/ensure_removed.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;

constexpr Milliseconds kOutOfMemoryNews{100};

// An internal network has no way out, but the host is on it, under the gateway's address, with all its
// services that listen everywhere. Without an address of its own the bridge only connects the containers.
constexpr const char* kNoBridgeAddress = "com.docker.network.bridge.inhibit_ipv4";

class DockerFleet final : public Fleet {
 public:
  DockerFleet(async::Executor executor, std::unique_ptr<docker::Engine> engine, DockerFleetOptions options,
              std::string description, Log log)
      : engine_(std::move(engine)),
        options_(std::move(options)),
        description_(std::move(description)),
        log_(log),
        images_(executor, *engine_, log),
        builds_(executor, *engine_, images_, options_.installation, log),
        volumes_(executor, *engine_),
        holders_(std::move(executor), *engine_, options_.installation) {}

  std::string name() const override { return "docker"; }
  std::string description() const override { return description_; }

  Capacity capacity() const override { return capacity_; }

  Task<> check() override { co_await engine_->ping(); }

  Task<> prepare() override {
    const auto info = co_await engine_->info();
    const auto cores = static_cast<unsigned>(std::max<std::int64_t>(1, info.cpus));
    capacity_ = {.cores = cores,
                 .memory_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, info.memory)),
                 .starts_at_once = 2 * cores};
    image_ = co_await ensure_worker_image(*engine_, options_.worker_program, log_);
    co_await remove_old_volumes();
    co_await builds_.remove_old();
  }
  Task<ImageFound> fetch_image(ImageWanted wanted, FetchSink told) override {
    return wanted.recipe ? builds_.build(std::move(wanted), std::move(told))
                         : images_.fetch(std::move(wanted), std::move(told));
  }
  Task<> prepare_experiment(ExperimentNeeds needs) override;
  Task<> clear_experiment(experiment::ExperimentId id) override;
  Spare spare() const override {
    if (image_.empty()) return Spare::NotKept;
    return holders_.has_spare() ? Spare::There : Spare::Missing;
  }
  Task<> make_spare() override { co_await holders_.make_spare(image_); }
  Task<> release_spare() override { co_await holders_.release_spare(); }
  Task<std::string> create(LaunchSpec spec) override;
  Task<> start(std::string handle) override;
  Task<experiment::Exit> wait(std::string handle) override;
  Task<> kill(std::string handle) override;
  Task<> remove(std::string handle) override;
  Task<std::string> log(std::string handle) override;
  Task<> follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) override;
  Task<std::vector<Observed>> list() override;

 private:
  // Nothing while it runs.
  Task<std::optional<experiment::Exit>> exit_of(std::string handle);
  Task<std::optional<experiment::Exit>> state_of(std::string handle);
  Task<> remove_old_volumes();
  Task<std::string> id_of_our_own(std::string name, experiment::WorkerId worker);

  std::unique_ptr<docker::Engine> engine_;
  DockerFleetOptions options_;
  std::string description_;
  Log log_;
  std::string image_;
  Capacity capacity_;
  ImageFetches images_;
  ImageBuilds builds_;
  FilledVolumes volumes_;
  NamespaceHolders holders_;
};

experiment::Exit to_exit(const docker::ContainerState& state) {
  return {.code = state.exit_code, .oom_killed = state.oom_killed, .vanished = false};
}

bool has_ended(docker::ContainerStatus status) {
  return status == docker::ContainerStatus::Exited || status == docker::ContainerStatus::Dead;
}

bool is_running(docker::ContainerStatus status) {
  return status == docker::ContainerStatus::Running || status == docker::ContainerStatus::Paused ||
         status == docker::ContainerStatus::Restarting;
}

Task<> DockerFleet::prepare_experiment(ExperimentNeeds needs) {
  const auto id = needs.experiment;
  const auto network = needs.network;
  if (needs.runs_in_image) {
    auto content = worker_volume_content(options_.worker_program, image_, options_.installation);
    co_await volumes_.ensure(image_, std::move(content));
  }
  const std::string name = shared_name(options_.installation, id);
  if (needs.storage == experiment::Storage::Shared) {
    auto archive = [files = needs.shared_files] { return files ? *files : tar_end(); };
    VolumeContent content{.volume = name,
                          .folder = kSharedFolder,
                          .archive = std::move(archive),
                          .labels = base_labels(options_.installation)};
    co_await volumes_.ensure(image_, std::move(content));
  }
  if (network == experiment::Network::None) co_await holders_.ensure(id, image_);
  if (network == experiment::Network::Shared) {
    docker::ListNetworks wanted{.labels = {}, .names = {name}};
    const auto there = co_await engine_->list_networks(std::move(wanted));
    if (!there.empty()) co_return;
    docker::CreateNetwork options{.name = name,
                                  .internal = true,
                                  .subnet = "",
                                  .driver_options = {{kNoBridgeAddress, "true"}},
                                  .labels = base_labels(options_.installation)};
    co_await engine_->create_network(std::move(options));
  }
}

Task<> DockerFleet::clear_experiment(experiment::ExperimentId id) {
  const std::string name = shared_name(options_.installation, id);
  co_await volumes_.remove(name);
  docker::ListNetworks networks{.labels = {}, .names = {name}};
  const auto networks_there = co_await engine_->list_networks(std::move(networks));
  if (!networks_there.empty()) co_await engine_->remove_network(name);
  co_await holders_.remove(id);
  co_await remove_old_volumes();
  co_await builds_.remove_old();
}

// Those of programs before this one, where no container is left that has them.
Task<> DockerFleet::remove_old_volumes() {
  if (image_.empty()) co_return;
  std::vector<std::string> labels;
  for (const auto& [key, value] : worker_volume_labels(options_.installation))
    labels.push_back(key + "=" + value);
  std::string kept = worker_volume(image_, options_.installation);
  co_await volumes_.remove_others(std::move(labels), std::move(kept));
}

// The id of the container of that name if it is this very worker's; a create whose answer was lost made it.
Task<std::string> DockerFleet::id_of_our_own(std::string name, experiment::WorkerId worker) {
  std::string id;
  try {
    const auto details = co_await engine_->inspect_container(name);
    if (worker_of(details.labels, options_.installation) == worker) id = details.id;
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
  }
  co_return id;
}

Task<std::string> DockerFleet::create(LaunchSpec spec) {
  const std::string joined =
      spec.network == experiment::Network::None ? holders_.of(spec.experiment) : std::string();
  auto options = container_options(spec, image_, options_.installation, joined);
  std::string refused;
  bool unsure = false;
  try {
    const auto created = co_await engine_->create_container(std::move(options));
    co_return created.id;
  } catch (const docker::EngineError& error) {
    if (docker::is_name_in_use(error)) {
      unsure = true;
      refused = "the name " + spec.name + " is taken by a container that is not ours";
    } else if (docker::is_no_such_image(error)) {
      // Both are made or fetched again before the next try.
      refused = (spec.image.empty() ? std::string("the worker image") : "the image " + spec.image) +
                " is gone from the Docker Engine";
      if (spec.image.empty()) image_.clear();
    } else if (error.status() >= 400 && error.status() < 500) {
      throw LaunchFailed(LaunchFailed::Kind::Permanent, error.what());
    } else {
      refused = error.what();
    }
  } catch (const docker::ReplyLost& lost) {
    unsure = true;
    refused = lost.what();
  }
  if (unsure) {
    const auto id = co_await id_of_our_own(spec.name, spec.worker);
    if (!id.empty()) co_return id;
  }
  if (image_.empty()) co_await prepare();
  throw LaunchFailed(LaunchFailed::Kind::Transient, refused);
}

Task<> DockerFleet::start(std::string handle) {
  std::string lost;
  try {
    co_await engine_->start_container(handle);
    co_return;
  } catch (const docker::EngineError& error) {
    // A bad entrypoint says 400 and will say so again. A namespace holder that has gone says 404, one that
    // has stopped 409: the next worker has another one.
    const bool is_final = error.status() >= 400 && error.status() < 500 && !docker::is_not_found(error) &&
                          !docker::is_conflict(error);
    const auto kind = is_final ? LaunchFailed::Kind::Permanent : LaunchFailed::Kind::Transient;
    throw LaunchFailed(kind, error.what());
  } catch (const docker::ReplyLost& reply) {
    lost = reply.what();
  }
  const auto details = co_await engine_->inspect_container(handle);
  if (details.state.status == docker::ContainerStatus::Created)
    throw LaunchFailed(LaunchFailed::Kind::Transient, lost);
}

Task<std::optional<experiment::Exit>> DockerFleet::exit_of(std::string handle) {
  auto exit = co_await state_of(handle);
  // The Engine learns of an out-of-memory kill separately, sometimes after the exit: an unexplained kill is
  // inspected once more.
  if (exit && exit->code == 137 && !exit->oom_killed) {
    co_await async::sleep_for(kOutOfMemoryNews);
    exit = co_await state_of(std::move(handle));
  }
  co_return exit;
}

Task<std::optional<experiment::Exit>> DockerFleet::state_of(std::string handle) {
  std::optional<experiment::Exit> exit = experiment::Exit{.code = 0, .oom_killed = false, .vanished = true};
  try {
    const auto details = co_await engine_->inspect_container(handle);
    if (is_running(details.state.status)) {
      exit.reset();
    } else if (details.state.status != docker::ContainerStatus::Removing) {
      exit = to_exit(details.state);
    }
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
  }
  co_return exit;
}

Task<experiment::Exit> DockerFleet::wait(std::string handle) {
  for (;;) {
    try {
      auto pending = co_await engine_->open_wait(handle, docker::WaitCondition::NotRunning);
      co_await pending.exit();
    } catch (const docker::EngineError& error) {
      if (!docker::is_not_found(error)) throw;
    }
    // The answer to wait lacks what the kernel did, and a person may have restarted the container: inspect
    // decides.
    const auto exit = co_await exit_of(handle);
    if (exit) co_return *exit;
  }
}

Task<> DockerFleet::kill(std::string handle) {
  try {
    co_await engine_->kill_container(std::move(handle));
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error) && !docker::is_not_running(error)) throw;
  }
}

Task<> DockerFleet::remove(std::string handle) {
  co_await docker::ensure_removed(*engine_, std::move(handle));
}

Task<std::string> DockerFleet::log(std::string handle) {
  std::string text;
  try {
    docker::LogOptions options;
    auto stream = co_await engine_->logs(std::move(handle), std::move(options));
    while (auto chunk = co_await stream.read()) {
      text += chunk->text;
      if (text.size() > 2 * kMostLog) text.erase(0, text.size() - kMostLog);
    }
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
  }
  co_return text;
}

Task<> DockerFleet::follow_log(std::string handle, experiment::LogBeginning from, LogSink sink) {
  docker::LogOptions options;
  options.follow = true;
  constexpr std::uint64_t kAll = std::numeric_limits<int>::max();
  if (from.tail) options.tail = static_cast<int>(std::min(*from.tail, kAll));
  options.since = from.since;
  auto stream = co_await engine_->logs(std::move(handle), std::move(options));
  while (auto chunk = co_await stream.read()) co_await sink(std::move(chunk->text));
}

Task<std::vector<Observed>> DockerFleet::list() {
  docker::ListContainers wanted;
  wanted.labels = {std::string(kInstallationLabel) + "=" + options_.installation};
  const auto containers = co_await engine_->list_containers(std::move(wanted));
  std::vector<Observed> all;
  for (const auto& container : containers) {
    Observed one{.worker = worker_of(container.labels, options_.installation),
                 .handle = container.id,
                 .created_only = container.status == docker::ContainerStatus::Created,
                 .exit = {},
                 .name = container.name,
                 .serves = {}};
    // It is being removed already, which counts as removed.
    if (container.status == docker::ContainerStatus::Removing) continue;
    one.serves = holders_.served_by(container);
    one.is_spare = holders_.is_spare(container);
    if (has_ended(container.status)) one.exit = co_await state_of(container.id);
    all.push_back(std::move(one));
  }
  co_return all;
}

std::string describe(const docker::EngineVersion& version, const docker::EngineAddress& address) {
  return "Docker Engine " + version.engine + " (API " + version.api_version + ") at " + to_string(address);
}

}  // namespace

Task<std::unique_ptr<Fleet>> make_docker_fleet(std::unique_ptr<docker::Engine> engine,
                                               DockerFleetOptions options, Log log) {
  const auto version = co_await engine->version();
  auto description = describe(version, engine->address());
  auto executor = co_await async::asio::this_coro::executor;
  auto fleet = std::make_unique<DockerFleet>(std::move(executor), std::move(engine), std::move(options),
                                             std::move(description), log);
  co_return fleet;
}

}  // namespace flowyard::controller::fleet
