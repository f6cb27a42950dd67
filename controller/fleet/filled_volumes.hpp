// FilledVolumes: volumes that hold files which were put there once, before anybody mounts them: the worker's
// program for images of others, the files that an experiment's workers share. Owned by the docker fleet, on
// its executor; outlives its callers.
//
// A volume cannot be filled in one step, and its labels cannot be changed: that it is whole is said by a
// second volume, its mark, which is empty and made last. One maker at a time: of one installation there is
// one controller, and in it the second caller waits for the first.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "common/async/event.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

struct VolumeContent {
  std::string volume;                    // its name
  std::string folder;                    // of the worker image, over which it is mounted: it takes its owner
  std::function<std::string()> archive;  // what it holds, as tar; asked for only where it is to be filled
  docker::Labels labels;
};

class FilledVolumes {
 public:
  FilledVolumes(async::Executor executor, docker::Engine& engine)
      : engine_(engine), changed_(std::move(executor)) {}

  // Makes and fills it, unless it is there and whole. Nothing is started: the archive goes into a container
  // of the worker image that is only created, whatever image is to run. Safe to repeat.
  async::Task<> ensure(std::string worker_image, VolumeContent content);
  // Removes it and its mark; false, and nothing is done, where a container has it. Safe to repeat.
  async::Task<bool> remove(std::string volume);
  // Those with all of the labels ("key=value") but `kept`, where no container has them.
  async::Task<> remove_others(std::vector<std::string> labels, std::string kept);

 private:
  class Turn;
  async::Task<bool> is_whole(std::string volume);
  async::Task<> fill(std::string worker_image, VolumeContent content);

  docker::Engine& engine_;
  std::set<std::string> under_way_;
  async::Event changed_;
};

}  // namespace flowyard::controller::fleet
