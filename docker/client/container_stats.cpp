// One sample of what a container uses.
#include <nlohmann/json.hpp>

#include "docker/client/container_call.hpp"
#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

// File cache that the kernel drops when memory is short is not counted, as `docker stats` has it.
std::int64_t memory_in_use(const nlohmann::json& memory) {
  const std::int64_t usage = fields::number(memory, "usage");
  const auto& details = fields::member(memory, "stats");
  std::int64_t cache = fields::number(details, "total_inactive_file");  // cgroup v1
  if (cache == 0) cache = fields::number(details, "inactive_file");     // cgroup v2
  return cache < usage ? usage - cache : usage;
}

}  // namespace

Task<ContainerStats> Engine::container_stats(std::string name, Milliseconds limit) {
  Call call = call_about_container("measure", name, http::Method::Get, "/stats");
  call.query.add("stream", "0").add("one-shot", "1");
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  const auto json = fields::parse(answer.body, asked);
  const auto& cpu = fields::member(json, "cpu_stats");
  const auto& memory = fields::member(json, "memory_stats");
  ContainerStats stats;
  stats.read = parse_engine_time(fields::text(json, "read"));
  stats.cpu_ns = fields::number(fields::member(cpu, "cpu_usage"), "total_usage");
  stats.system_cpu_ns = fields::number(cpu, "system_cpu_usage");
  stats.online_cpus = fields::number(cpu, "online_cpus");
  stats.memory = memory_in_use(memory);
  stats.memory_limit = fields::number(memory, "limit");
  stats.pids = fields::number(fields::member(json, "pids_stats"), "current");
  co_return stats;
}

}  // namespace flowyard::docker
