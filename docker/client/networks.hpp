// Options and results of the calls about networks. Plain values. The Engine's default address pools hold only
// 29 networks: create few, and remove them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "docker/client/images.hpp"

namespace flowyard::docker {

struct CreateNetwork {
  std::string name;
  std::string driver = "bridge";
  bool internal = false;    // no external access
  bool attachable = false;  // overlay: also for containers outside a service
  std::string subnet;       // "10.213.7.0/24"; empty: from the Engine's pools
  std::map<std::string, std::string> driver_options;
  Labels labels;
};

struct NetworkDetails {
  std::string id;
  std::string name;
  std::string driver;
  std::string scope;
  bool internal = false;
  Labels labels;
  std::vector<std::string> subnets;
  std::map<std::string, std::string> containers;  // id -> name; of those that run. Empty in a list
};

struct ListNetworks {
  std::vector<std::string> labels;  // all of them
  std::vector<std::string> names;   // whole names, any of them
};

}  // namespace flowyard::docker
