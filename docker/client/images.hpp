// Options and results of the calls about images. Plain values. Images are named by tag or id; ids differ
// between image stores and are never compared across hosts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "docker/client/engine_time.hpp"
#include "docker/client/query.hpp"

namespace flowyard::docker {

// Containers inherit the labels of their image: give images keys of their own.
using Labels = std::map<std::string, std::string>;

struct BuildImage {
  std::vector<std::string> tags;  // "flowyard-worker:3f2a"; one without ':' gets ":latest"
  std::string context;            // a tar archive that holds the Dockerfile
  std::string dockerfile = "Dockerfile";
  Labels labels;
  bool no_cache = false;
  // Of the container of each step; 0: no limit.
  std::int64_t memory = 0;  // bytes, and no swap
  double cpus = 0;
};

struct BuiltImage {
  std::string id;
  std::string output;  // what the build printed
};

struct PullImage {
  std::string image;          // "name", "name:tag" or "name@sha256:..."; without either ":latest"
  std::string registry_auth;  // the header X-Registry-Auth, base64url with padding; empty: nobody
};

// Of all layers together.
struct PullProgress {
  std::int64_t done = 0;   // bytes fetched
  std::int64_t total = 0;  // bytes of the layers whose size is known by now
  int layers = 0;
  int layers_sized = 0;  // of these, whose size is known; those that are there already count
  int layers_done = 0;   // fetched and unpacked, or there already

  bool operator==(const PullProgress&) const = default;
};

struct ImageDetails {
  std::string id;
  std::vector<std::string> tags;
  std::vector<std::string> digests;  // "name@sha256:...", as registries have it
  Labels labels;
  std::int64_t size = 0;  // bytes
  std::string os;
  std::string architecture;
  std::optional<EngineTime> created;
};

struct ListImages {
  std::vector<std::string> labels;      // "key" or "key=value", all of them
  std::vector<std::string> references;  // "name", "name:tag" or with '*', any of them
};

struct ImageSummary {
  std::string id;
  std::vector<std::string> tags;
  Labels labels;
  std::int64_t created = 0;  // seconds since 1970
  std::int64_t size = 0;     // bytes
};

struct RemoveImage {
  bool force = false;  // also with several tags, or used by a stopped container
  bool keep_untagged_parents = false;
};

}  // namespace flowyard::docker
