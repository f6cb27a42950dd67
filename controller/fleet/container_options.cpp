#include "controller/fleet/container_options.hpp"

#include <charconv>

namespace flowyard::controller::fleet {

namespace {

// Programs write files, compile and run the result: the folder is writable and executable. It counts as
// memory, so that both together have to leave room for the program: what is full is full, and nobody is
// killed for it.
constexpr const char* kWorkFolder = "/work";
constexpr std::uint64_t kPartForWork = 2, kPartForTemporary = 8;  // of which one is theirs
constexpr const char* kWorkerProgram = "/flowyard/flowyard-worker";
constexpr const char* kHolderRole = "network namespace";
constexpr const char* kVolumeRole = "worker program";
constexpr std::int64_t kHolderMemory = 8 << 20;
constexpr std::int64_t kHolderPids = 8;  // the runtime's own count for a moment, too

// Additional options for a worker that runs a foreign program.
void make_room_for_program(const LaunchSpec& spec, const std::string& worker_image,
                           const std::string& installation, docker::CreateContainer& options) {
  options.image = spec.image;
  options.entrypoint = {kWorkerProgram};
  options.command.insert(options.command.end(), {"--work-folder", kWorkFolder});
  options.without_healthcheck = true;
  // The worker is process 1, so that it can end all processes that a program leaves behind.
  options.init = false;
  const auto room = [&spec](std::uint64_t part) {
    return "size=" + std::to_string(spec.resources.memory / part) + ",exec,nosuid,nodev,uid=65534,gid=65534";
  };
  options.tmpfs[kWorkFolder] = room(kPartForWork) + ",mode=0700";
  options.tmpfs["/tmp"] = room(kPartForTemporary) + ",mode=1777";
  options.mounts.push_back({.kind = docker::Mount::Kind::Volume,
                            .source = worker_volume(worker_image, installation),
                            .target = kWorkerFolder,
                            .access = docker::Mount::Access::ReadOnly});
  // An interpreter opens more than the worker does.
  options.ulimits = {{.name = "nofile", .soft = 4096, .hard = 4096}};
}

// "nobody": it owns nothing, not even its own program.
void confine(docker::CreateContainer& options) {
  options.user = "65534:65534";
  options.read_only_rootfs = true;
  options.cap_drop = {"ALL"};
  options.security_opts = {"no-new-privileges:true"};
}

std::string network_of(const LaunchSpec& spec, const std::string& installation, const std::string& joined) {
  if (spec.network == experiment::Network::Shared) return shared_name(installation, spec.experiment);
  return joined.empty() ? "none" : "container:" + joined;
}

}  // namespace

docker::CreateContainer container_options(const LaunchSpec& spec, const std::string& worker_image,
                                          const std::string& installation, const std::string& joined) {
  docker::CreateContainer options;
  options.name = spec.name;
  options.image = worker_image;
  options.command = {"--controller", "unix:///run/flowyard/s", "--name",
                     spec.name,      "--token-file",           "/run/flowyard/token"};
  options.labels = base_labels(installation);
  options.labels[kWorkerLabel] = to_string(spec.worker);
  options.labels[kExperimentLabel] = to_string(spec.experiment);
  confine(options);
  options.init = true;
  options.network_mode = network_of(spec, installation, joined);
  options.memory = static_cast<std::int64_t>(spec.resources.memory);
  // Equal: no swap, so that the memory limit is exact.
  options.memory_swap = options.memory;
  options.nano_cpus = static_cast<std::int64_t>(spec.resources.cpus * 1e9);
  options.pids_limit = spec.resources.pids;
  options.ulimits = {{.name = "nofile", .soft = 256, .hard = 256}};
  options.tmpfs = {{"/tmp", "size=16m,noexec,nosuid,nodev,mode=1777"}};
  options.mounts = {
      {.kind = docker::Mount::Kind::Bind, .source = spec.run_folder, .target = "/run/flowyard"}};
  if (spec.storage == experiment::Storage::Shared) {
    options.mounts.push_back({.kind = docker::Mount::Kind::Volume,
                              .source = shared_name(installation, spec.experiment),
                              .target = kSharedFolder});
  }
  if (spec.runs_program && !spec.image.empty())
    make_room_for_program(spec, worker_image, installation, options);
  options.log_config = {.max_size = "2m", .max_file = 2};
  return options;
}

docker::CreateContainer holder_options(std::string name, std::string worker_image,
                                       const std::string& installation) {
  docker::CreateContainer options;
  options.name = std::move(name);
  options.image = std::move(worker_image);
  options.command = {"hold"};
  options.labels = base_labels(installation);
  options.labels[kSystemLabel] = kHolderRole;
  confine(options);
  options.network_mode = "none";
  options.memory = kHolderMemory;
  options.memory_swap = kHolderMemory;
  options.pids_limit = kHolderPids;
  options.ulimits = {{.name = "nofile", .soft = 16, .hard = 16}};
  options.log_config = {.max_size = "1m", .max_file = 1};
  return options;
}

bool is_holder(const docker::Labels& labels, const std::string& installation) {
  const auto ours = labels.find(kInstallationLabel);
  const auto system = labels.find(kSystemLabel);
  return ours != labels.end() && ours->second == installation && system != labels.end() &&
         system->second == kHolderRole;
}

std::string worker_volume(const std::string& worker_image, const std::string& installation) {
  const std::string hash = worker_image.substr(worker_image.find(':') + 1);  // of "flowyard-worker:3f2a..."
  return "flowyard-" + installation + "-worker-" + hash;
}

docker::Labels worker_volume_labels(const std::string& installation) {
  auto labels = base_labels(installation);
  labels[kSystemLabel] = kVolumeRole;
  return labels;
}

// Containers inherit them: none of those by which containers are known.
docker::Labels built_image_labels(const std::string& installation) {
  return {{kBuiltLabel, installation}};
}

docker::Labels base_labels(const std::string& installation) {
  return {{kInstallationLabel, installation}};
}

experiment::WorkerId worker_of(const docker::Labels& labels, const std::string& installation) {
  const auto ours = labels.find(kInstallationLabel);
  const auto worker = labels.find(kWorkerLabel);
  if (ours == labels.end() || ours->second != installation || worker == labels.end()) return {};
  experiment::WorkerId id;
  std::from_chars(worker->second.data(), worker->second.data() + worker->second.size(), id.value);
  return id;
}

std::string shared_name(const std::string& installation, experiment::ExperimentId id) {
  return "flowyard-" + installation + "-" + to_string(id);
}

}  // namespace flowyard::controller::fleet
