// ImageBuilds: images of users' programs that are built from folders, by the Docker Engine's classic builder.
// Tagged by what they are made of, so that each is built once, shared by all who want it and found again by
// the next controller. Owned by the docker fleet, on its executor; outlives its callers.
#pragma once

#include <string>

#include "controller/fleet/image_fetches.hpp"
#include "controller/fleet/shared_fetches.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

class ImageBuilds {
 public:
  ImageBuilds(async::Executor executor, docker::Engine& engine, ImageFetches& fetches,
              std::string installation, Log log)
      : engine_(engine),
        fetches_(fetches),
        installation_(std::move(installation)),
        log_(log),
        under_way_(std::move(executor)) {}

  // The image of `wanted.recipe`, after those that it begins from were fetched as the others are. Throws what
  // ImageFetches does, and BuildFailed.
  async::Task<ImageFound> build(ImageWanted wanted, FetchSink told);
  // Of this installation's those before the last few, where no container has them.
  async::Task<> remove_old();

 private:
  async::Task<std::string> tag_for(ImageWanted wanted, FetchSink told);
  async::Task<> build_as(std::string tag, ImageRecipe recipe, FetchSink told);

  docker::Engine& engine_;
  ImageFetches& fetches_;
  std::string installation_;
  Log log_;
  SharedFetches under_way_;  // by tag
};

}  // namespace flowyard::controller::fleet
