// Inspecting one container, listing many.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "docker/client/container_call.hpp"
#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

using Json = nlohmann::json;

constexpr ContainerStatus kStatuses[] = {
    ContainerStatus::Created,  ContainerStatus::Running, ContainerStatus::Paused, ContainerStatus::Restarting,
    ContainerStatus::Removing, ContainerStatus::Exited,  ContainerStatus::Dead};

ContainerStatus status_from(const std::string& word) {
  for (const auto status : kStatuses) {
    if (word == to_string(status)) return status;
  }
  // Podman has its own names for the states "created" and "stopping".
  if (word == "configured" || word == "initialized") return ContainerStatus::Created;
  if (word == "stopped") return ContainerStatus::Exited;
  return ContainerStatus::Unknown;
}

std::string without_slash(std::string name) {
  if (name.starts_with('/')) name.erase(0, 1);
  return name;
}

ContainerState state_from(const Json& json) {
  ContainerState state;
  state.status = status_from(fields::text(json, "Status"));
  state.pid = fields::number(json, "Pid");
  state.exit_code = static_cast<int>(fields::number(json, "ExitCode"));
  state.oom_killed = fields::flag(json, "OOMKilled");
  state.error = fields::text(json, "Error");
  state.started = parse_engine_time(fields::text(json, "StartedAt"));
  state.finished = parse_engine_time(fields::text(json, "FinishedAt"));
  return state;
}

std::vector<Ulimit> ulimits_from(const Json& list) {
  std::vector<Ulimit> ulimits;
  for (const auto& json : list) {
    ulimits.push_back(Ulimit{.name = fields::text(json, "Name"),
                             .soft = fields::number(json, "Soft"),
                             .hard = fields::number(json, "Hard")});
  }
  return ulimits;
}

// The top-level Mounts: what is mounted, whichever way it was asked for.
std::vector<Mount> mounts_from(const Json& list) {
  std::vector<Mount> mounts;
  for (const auto& json : list) {
    const bool volume = fields::text(json, "Type") == "volume";
    mounts.push_back(
        Mount{.kind = volume ? Mount::Kind::Volume : Mount::Kind::Bind,
              .source = fields::text(json, volume ? "Name" : "Source"),
              .target = fields::text(json, "Destination"),
              .access = fields::flag(json, "RW") ? Mount::Access::ReadWrite : Mount::Access::ReadOnly});
  }
  return mounts;
}

// The address per network: NetworkSettings.IPAddress is gone from API 1.52 on.
std::map<std::string, AttachedNetwork> networks_from(const Json& json) {
  std::map<std::string, AttachedNetwork> networks;
  if (!json.is_object()) return networks;
  for (const auto& [name, network] : json.items()) {
    networks.emplace(name, AttachedNetwork{.network_id = fields::text(network, "NetworkID"),
                                           .address = fields::text(network, "IPAddress"),
                                           .aliases = fields::texts(network, "Aliases")});
  }
  return networks;
}

void read_config(const Json& config, ContainerDetails& details) {
  details.image = fields::text(config, "Image");
  details.labels = fields::text_map(config, "Labels");
  details.env = fields::texts(config, "Env");
  details.entrypoint = fields::texts(config, "Entrypoint");
  details.command = fields::texts(config, "Cmd");
  details.user = fields::text(config, "User");
  details.tty = fields::flag(config, "Tty");
}

void read_host_config(const Json& host, ContainerDetails& details) {
  details.read_only_rootfs = fields::flag(host, "ReadonlyRootfs");
  details.init = fields::flag(host, "Init");
  details.cap_drop = fields::texts(host, "CapDrop");
  details.security_opts = fields::texts(host, "SecurityOpt");
  details.network_mode = fields::text(host, "NetworkMode");
  details.memory = fields::number(host, "Memory");
  details.memory_swap = fields::number(host, "MemorySwap");
  details.nano_cpus = fields::number(host, "NanoCpus");
  details.pids_limit = fields::number(host, "PidsLimit");
  details.ulimits = ulimits_from(fields::member(host, "Ulimits"));
  details.log_options = fields::text_map(fields::member(host, "LogConfig"), "Config");
}

ContainerSummary summary_from(const Json& json) {
  ContainerSummary summary;
  summary.id = fields::text(json, "Id");
  const auto names = fields::texts(json, "Names");
  if (!names.empty()) summary.name = without_slash(names.front());
  summary.image = fields::text(json, "Image");
  summary.status = status_from(fields::text(json, "State"));
  summary.status_text = fields::text(json, "Status");
  summary.labels = fields::text_map(json, "Labels");
  const std::int64_t created = fields::number(json, "Created");
  if (created > 0) summary.created = EngineTime(std::chrono::seconds(created));
  return summary;
}

Filters filters_of(const ListContainers& options) {
  Filters filters;
  if (!options.labels.empty()) filters["label"] = options.labels;
  if (!options.statuses.empty()) filters["status"] = options.statuses;
  if (!options.networks.empty()) filters["network"] = options.networks;
  for (const auto& name : options.names) filters["name"].push_back(exact_name_pattern(name));
  return filters;
}

}  // namespace

const char* to_string(ContainerStatus status) {
  switch (status) {
    case ContainerStatus::Created:
      return "created";
    case ContainerStatus::Running:
      return "running";
    case ContainerStatus::Paused:
      return "paused";
    case ContainerStatus::Restarting:
      return "restarting";
    case ContainerStatus::Removing:
      return "removing";
    case ContainerStatus::Exited:
      return "exited";
    case ContainerStatus::Dead:
      return "dead";
    case ContainerStatus::Unknown:
      break;
  }
  return "unknown";
}

Task<ContainerDetails> Engine::inspect_container(std::string name, Milliseconds limit) {
  Call call = call_about_container("inspect", name, http::Method::Get, "/json");
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, asked);
  ContainerDetails details;
  details.id = fields::text(json, "Id");
  details.name = without_slash(fields::text(json, "Name"));
  details.image_id = fields::text(json, "Image");
  details.created = parse_engine_time(fields::text(json, "Created"));
  details.state = state_from(fields::member(json, "State"));
  read_config(fields::member(json, "Config"), details);
  read_host_config(fields::member(json, "HostConfig"), details);
  details.mounts = mounts_from(fields::member(json, "Mounts"));
  details.networks = networks_from(fields::member(fields::member(json, "NetworkSettings"), "Networks"));
  co_return details;
}

Task<std::vector<ContainerSummary>> Engine::list_containers(ListContainers options, Milliseconds limit) {
  const Filters filters = filters_of(options);
  Call call;
  call.asked = "list containers";
  call.path = "/containers/json";
  call.query.add_flag("all", options.all);
  if (!filters.empty()) call.query.add("filters", to_json_text(filters));
  const auto answer = co_await requester_->send(std::move(call), limit);
  std::vector<ContainerSummary> containers;
  for (const auto& json : fields::parse(answer.body, "list containers")) {
    containers.push_back(summary_from(json));
  }
  co_return containers;
}

}  // namespace flowyard::docker
