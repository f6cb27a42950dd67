#include "controller/fleet/container_options.hpp"

#include <charconv>

namespace flowyard::controller::fleet {

docker::CreateContainer container_options(const LaunchSpec& spec, const std::string& image,
                                          const std::string& installation) {
  docker::CreateContainer options;
  options.name = spec.name;
  options.image = image;
  options.command = {"--controller", "unix:///run/flowyard/s", "--name",
                     spec.name,      "--token-file",           "/run/flowyard/token"};
  options.labels = base_labels(installation);
  options.labels[kWorkerLabel] = to_string(spec.worker);
  options.labels[kExperimentLabel] = to_string(spec.experiment);
  // "nobody": the worker owns nothing, not even its own program.
  options.user = "65534:65534";
  options.read_only_rootfs = true;
  options.cap_drop = {"ALL"};
  options.security_opts = {"no-new-privileges:true"};
  options.init = true;
  options.network_mode =
      spec.network == experiment::Network::None ? "none" : shared_name(installation, spec.experiment);
  options.memory = static_cast<std::int64_t>(spec.resources.memory);
  // Equal: no swap, so that the limit means what it says.
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
                              .target = "/shared"});
  }
  options.log_config = {.max_size = "2m", .max_file = 2};
  return options;
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
