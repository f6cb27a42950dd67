// ImageFetches: the images of users' programs, fetched from their registries. One fetch of an image at a
// time, which all that want it share. Owned by the docker fleet, on its executor; outlives its callers.
#pragma once

#include <map>
#include <memory>

#include "common/async/event.hpp"
#include "controller/fleet/image_wanted.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

class ImageFetches {
 public:
  ImageFetches(async::Executor executor, docker::Engine& engine, Log log)
      : executor_(std::move(executor)), engine_(engine), log_(log) {}

  // The image, fetched where it is not there or is to be fetched anew. Throws LaunchFailed where that will
  // not change by itself, CredentialsNeeded, and anything else where it may.
  async::Task<ImageFound> fetch(ImageWanted wanted, FetchSink told);

 private:
  struct Fetch {
    explicit Fetch(async::Executor executor) : changed(std::move(executor)) {}
    bool ended = false, succeeded = false;
    std::string how_far;
    async::Event changed;
  };
  class UnderWay;

  async::Task<> fetch_once(std::string image, ImageWanted wanted, FetchSink told);
  async::Task<> pull(std::string image, std::string auth, Fetch& fetch, FetchSink told);

  async::Executor executor_;
  docker::Engine& engine_;
  Log log_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Fetch>> under_way_;  // by image, credentials
};

// "43 of 120 MB", or what of it is known. Pure.
std::string describe(const docker::PullProgress& progress);

}  // namespace flowyard::controller::fleet
