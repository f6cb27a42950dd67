// Options and results of the calls about volumes. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "docker/client/images.hpp"

namespace flowyard::docker {

struct CreateVolume {
  std::string name;
  std::string driver = "local";
  std::map<std::string, std::string> driver_options;
  Labels labels;
};

struct VolumeDetails {
  std::string name;
  std::string driver;
  std::string mount_point;
  Labels labels;
};

struct ListVolumes {
  std::vector<std::string> labels;  // all of them
  std::vector<std::string> names;   // whole names, any of them
};

}  // namespace flowyard::docker
