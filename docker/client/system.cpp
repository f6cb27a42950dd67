#include "docker/client/system.hpp"

#include <nlohmann/json.hpp>

#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {

Task<Ping> Engine::ping(Milliseconds limit) {
  Call call;
  call.asked = "ping";
  call.path = "/_ping";
  const auto answer = co_await requester_->send_unversioned(std::move(call), limit);
  Ping ping;
  ping.api_version = answer.headers.get("Api-Version");
  ping.os = answer.headers.get("Ostype");
  co_return ping;
}

Task<EngineVersion> Engine::version(Milliseconds limit) {
  Call call;
  call.asked = "ask for the version";
  call.path = "/version";
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, "ask for the version");
  EngineVersion version;
  version.engine = fields::text(json, "Version");
  version.api_version = fields::text(json, "ApiVersion");
  version.min_api_version = fields::text(json, "MinAPIVersion");
  version.os = fields::text(json, "Os");
  version.architecture = fields::text(json, "Arch");
  version.kernel = fields::text(json, "KernelVersion");
  version.platform = fields::text(fields::member(json, "Platform"), "Name");
  co_return version;
}

Task<EngineInfo> Engine::info(Milliseconds limit) {
  Call call;
  call.asked = "ask for information";
  call.path = "/info";
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, "ask for information");
  EngineInfo info;
  info.id = fields::text(json, "ID");
  info.host_name = fields::text(json, "Name");
  info.engine = fields::text(json, "ServerVersion");
  info.storage_driver = fields::text(json, "Driver");
  info.cgroup_version = fields::text(json, "CgroupVersion");
  info.cpus = fields::number(json, "NCPU");
  info.memory = fields::number(json, "MemTotal");
  info.containers_running = fields::number(json, "ContainersRunning");
  info.limits_memory = fields::flag(json, "MemoryLimit");
  info.limits_swap = fields::flag(json, "SwapLimit");
  info.limits_pids = fields::flag(json, "PidsLimit");
  info.limits_cpu = fields::flag(json, "CpuCfsQuota");
  info.live_restore = fields::flag(json, "LiveRestoreEnabled");
  info.swarm_state = fields::text(fields::member(json, "Swarm"), "LocalNodeState");
  info.security_options = fields::texts(json, "SecurityOptions");
  info.warnings = fields::texts(json, "Warnings");
  co_return info;
}

}  // namespace flowyard::docker
