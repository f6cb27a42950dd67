// The workers that an experiment requests: their number, lifetime and resource limits. Plain values; any
// thread.
#pragma once

#include <cstdint>
#include <optional>

namespace flowyard::controller::experiment {

enum class Isolation {
  Pool,      // warm workers take batch after batch
  Scenario,  // each named scenario has a worker of its own
  Fresh,     // every batch gets a new worker
};

enum class Storage { Isolated, Shared };  // Shared: one volume for the experiment at /shared
// Shared: one private network for the experiment. Own: an empty one for each worker.
enum class Network { None, Own, Shared };

// What one worker may use. Workers are pooled by this.
struct ResourceClass {
  double cpus = 1;
  std::uint64_t memory = std::uint64_t{64} << 20;  // bytes
  std::uint32_t pids = 64;

  bool operator==(const ResourceClass&) const = default;
};

// What a worker may use that runs a program of the user's, where the experiment does not say: an interpreter
// with its libraries takes some hundred megabytes (PySD 171 MB for a run) and a thread for each core.
inline constexpr std::uint64_t kProgramMemory = std::uint64_t{512} << 20;
inline constexpr std::uint32_t kProgramPids = 512;

// The least memory the Docker Engine accepts for a container.
inline constexpr std::uint64_t kLeastMemory = std::uint64_t{6} << 20;

struct Workers {
  std::optional<std::uint32_t> count;  // none: the controller decides
  std::optional<std::uint64_t> batch;  // scenarios in one lease; none: the controller decides
  Isolation isolation = Isolation::Pool;
  Storage storage = Storage::Isolated;
  Network network = Network::None;
  ResourceClass resources;

  bool operator==(const Workers&) const = default;
};

const char* to_string(Isolation isolation);  // "pool", "scenario", "fresh"
const char* to_string(Storage storage);      // "isolated", "shared"
const char* to_string(Network network);      // "none", "own", "shared"

}  // namespace flowyard::controller::experiment
