// Information about the Engine: ping, version, info. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flowyard::docker {

struct Ping {
  std::string api_version;  // the newest API version it supports; empty when not given
  std::string os;
};

struct EngineVersion {
  std::string engine;           // "20.10.24"
  std::string api_version;      // "1.41"
  std::string min_api_version;  // "1.12"
  std::string os;
  std::string architecture;
  std::string kernel;
  std::string platform;  // "Docker Engine - Community", "" on Podman
};

struct EngineInfo {
  std::string id;
  std::string host_name;
  std::string engine;
  std::string storage_driver;
  std::string cgroup_version;
  std::int64_t cpus = 0;
  std::int64_t memory = 0;  // bytes
  std::int64_t containers_running = 0;
  bool limits_memory = false;
  bool limits_swap = false;
  bool limits_pids = false;
  bool limits_cpu = false;
  bool live_restore = false;
  std::string swarm_state;  // "inactive", "active", ...
  std::vector<std::string> security_options;
  std::vector<std::string> warnings;
};

}  // namespace flowyard::docker
