// ImageFetches: the images of users' programs, fetched from their registries. One fetch of an image at a
// time, which all that want it share. Owned by the docker fleet, on its executor; outlives its callers.
#pragma once

#include "controller/fleet/shared_fetches.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

class ImageFetches {
 public:
  ImageFetches(async::Executor executor, docker::Engine& engine, Log log)
      : engine_(engine), log_(log), under_way_(std::move(executor)) {}

  // The image, fetched where it is not there or is to be fetched anew. Throws LaunchFailed where that will
  // not change by itself, CredentialsNeeded, RegistryAway, and anything else where it may.
  async::Task<ImageFound> fetch(ImageWanted wanted, FetchSink told);

 private:
  async::Task<> pull(docker::PullImage options, FetchSink told);

  docker::Engine& engine_;
  Log log_;
  SharedFetches under_way_;  // by image and credentials
};

// The image, if the Engine has it.
async::Task<std::optional<ImageFound>> look_for_image(docker::Engine& engine, std::string image);

// "43 of 120 MB", or what of it is known. Pure.
std::string describe(const docker::PullProgress& progress);

}  // namespace flowyard::controller::fleet
