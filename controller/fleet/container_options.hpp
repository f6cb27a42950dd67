// How a worker becomes a container: every setting of it comes from here, none from a user's file directly.
// Pure.
#pragma once

#include "controller/fleet/fleet.hpp"
#include "docker/client/containers.hpp"

namespace flowyard::controller::fleet {

// Containers' label keys; the image has keys of its own, because containers inherit its labels.
inline constexpr const char* kInstallationLabel = "flowyard.installation";
inline constexpr const char* kWorkerLabel = "flowyard.worker";
inline constexpr const char* kExperimentLabel = "flowyard.experiment";
inline constexpr const char* kBuiltLabel = "flowyard.built";    // the installation, of images built for it
inline constexpr const char* kSystemLabel = "flowyard.system";  // what it is for, of what is no worker
// Where the worker's program stands, in its image and in others.
inline constexpr const char* kWorkerFolder = "/flowyard";
// Where the volume that an experiment's workers share is.
inline constexpr const char* kSharedFolder = "/shared";

// `joined`: the id of the container whose network namespace it joins; empty: none. `worker_image` is the
// worker's own. A worker that runs a program of the user's stands in the program's image, with the worker's
// program mounted from the volume worker_volume().
docker::CreateContainer container_options(const LaunchSpec& spec, const std::string& worker_image,
                                          const std::string& installation, const std::string& joined = {});

// An idle container that holds a network namespace: confined as a worker is, with less of everything.
docker::CreateContainer holder_options(std::string name, std::string worker_image,
                                       const std::string& installation);
bool is_holder(const docker::Labels& labels, const std::string& installation);

// The volume that holds the worker's program for images of others, and what marks such volumes.
std::string worker_volume(const std::string& worker_image, const std::string& installation);
docker::Labels worker_volume_labels(const std::string& installation);
// Of images that were built for its experiments.
docker::Labels built_image_labels(const std::string& installation);

docker::Labels base_labels(const std::string& installation);

// The worker that a container's labels name, if it is of this installation; else none (id 0).
experiment::WorkerId worker_of(const docker::Labels& labels, const std::string& installation);

// The name of an experiment's shared volume and network.
std::string shared_name(const std::string& installation, experiment::ExperimentId id);

}  // namespace flowyard::controller::fleet
