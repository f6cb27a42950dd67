// Options and results of the calls about containers. Plain values. CreateContainer is an allow-list: what is
// not here cannot be asked for, so no user input reaches the Engine's HostConfig unchecked. Containers are
// named by name (without slash) or id.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "docker/client/engine_time.hpp"
#include "docker/client/images.hpp"

namespace flowyard::docker {

struct Ulimit {
  std::string name;  // "nofile"
  std::int64_t soft = 0;
  std::int64_t hard = 0;

  bool operator==(const Ulimit&) const = default;
};

struct Mount {
  enum class Kind { Bind, Volume };
  enum class Access { ReadWrite, ReadOnly };

  Kind kind = Kind::Bind;
  std::string source;  // a folder of the Engine's machine that exists, or a volume's name
  std::string target;
  Access access = Access::ReadWrite;

  bool operator==(const Mount&) const = default;
};

// Rotation of the json-file log, which otherwise grows without bound.
struct LogConfig {
  std::string max_size = "10m";
  int max_file = 2;
};

struct NetworkAttachment {
  std::vector<std::string> aliases;
};

// No restart policy and no automatic removal: what becomes of a container is its owner's decision.
struct CreateContainer {
  std::string name;
  std::string image;
  std::vector<std::string> entrypoint;  // empty: the image's
  std::vector<std::string> command;     // empty: the image's
  std::vector<std::string> env;         // "NAME=value"
  std::string working_dir;
  std::string user;  // "65534:65534"
  Labels labels;
  bool tty = false;                  // its log is then raw
  bool without_healthcheck = false;  // not even the image's
  std::optional<std::chrono::seconds> stop_timeout;

  bool read_only_rootfs = false;
  std::vector<std::string> cap_drop;       // "ALL"
  std::vector<std::string> security_opts;  // "no-new-privileges:true"
  bool init = false;                       // an init of the Engine's as PID 1
  std::string network_mode;                // "none", "host", "bridge", "container:ID" or a network's name
  std::map<std::string, NetworkAttachment> networks;
  std::vector<std::string> extra_hosts;  // "host:address"
  std::int64_t memory = 0;               // bytes; 0: no limit. At least 6 MB
  std::int64_t memory_swap = 0;          // bytes, memory included; equal to `memory` allows no swap
  std::int64_t nano_cpus = 0;            // billionths of a CPU; 0: no limit
  std::int64_t pids_limit = 0;           // 0: no limit
  std::vector<Ulimit> ulimits;
  std::map<std::string, std::string> tmpfs;  // target -> "size=16m,noexec,mode=1777"
  std::vector<Mount> mounts;
  LogConfig log_config;
};

struct CreatedContainer {
  std::string id;
  std::vector<std::string> warnings;
};

enum class ContainerStatus { Created, Running, Paused, Restarting, Removing, Exited, Dead, Unknown };
const char* to_string(ContainerStatus status);

struct ContainerState {
  ContainerStatus status = ContainerStatus::Unknown;
  std::int64_t pid = 0;  // 0 when not running
  int exit_code = 0;     // of the last run; meaningful once Exited
  // A process in it was killed for memory. May be true with exit code 0; 137 without it came from outside.
  bool oom_killed = false;
  std::string error;  // why it could not be started
  // Recorded by the Engine with some delay: for a short run, `finished` can be the earlier one.
  std::optional<EngineTime> started;
  std::optional<EngineTime> finished;
};

struct AttachedNetwork {
  std::string network_id;
  std::string address;  // empty while not running
  std::vector<std::string> aliases;
};

struct ContainerDetails {
  std::string id;
  std::string name;   // without the slash
  std::string image;  // as it was asked for
  std::string image_id;
  std::optional<EngineTime> created;
  ContainerState state;
  Labels labels;
  std::vector<std::string> env;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string user;
  bool tty = false;
  bool read_only_rootfs = false;
  bool init = false;
  std::vector<std::string> cap_drop;
  std::vector<std::string> security_opts;
  std::string network_mode;
  std::int64_t memory = 0;
  std::int64_t memory_swap = 0;  // -1: no limit on swap, or none can be set
  std::int64_t nano_cpus = 0;
  std::int64_t pids_limit = 0;
  std::vector<Ulimit> ulimits;
  std::vector<Mount> mounts;
  std::map<std::string, std::string> log_options;
  std::map<std::string, AttachedNetwork> networks;
};

// Settings that were requested and not applied, as the Engine silently ignores unknown or unsupported ones.
// One sentence each.
std::vector<std::string> settings_not_applied(const CreateContainer& asked, const ContainerDetails& got);

struct ListContainers {
  bool all = true;                    // also those that do not run
  std::vector<std::string> labels;    // "key" or "key=value", all of them
  std::vector<std::string> names;     // whole names, any of them
  std::vector<std::string> statuses;  // "running", "exited", ..., any of them
  std::vector<std::string> networks;  // names or ids, any of them
};

struct ContainerSummary {
  std::string id;
  std::string name;
  std::string image;
  ContainerStatus status = ContainerStatus::Unknown;
  std::string status_text;  // "Exited (137) 5 minutes ago"
  Labels labels;
  std::optional<EngineTime> created;  // whole seconds
};

enum class StartOutcome { Started, AlreadyRunning };
enum class StopOutcome { Stopped, AlreadyStopped };

// NotRunning answers at once for a container that was never started. NextExit waits for the next exit, so it
// is asked for before the start.
enum class WaitCondition { NotRunning, NextExit, Removed };

struct ExitReport {
  int exit_code = 0;
  std::string error;
};

struct RemoveContainer {
  bool force = false;    // also when running
  bool volumes = false;  // also its anonymous volumes
};

struct ContainerStats {
  std::optional<EngineTime> read;
  std::int64_t cpu_ns = 0;         // CPU time used since the start
  std::int64_t system_cpu_ns = 0;  // CPU time of the whole machine; differences of two samples give a share
  std::int64_t online_cpus = 0;
  std::int64_t memory = 0;  // bytes in use, file cache that can be dropped left out
  std::int64_t memory_limit = 0;
  std::int64_t pids = 0;
};

}  // namespace flowyard::docker
