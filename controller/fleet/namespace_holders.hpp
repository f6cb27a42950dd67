// NamespaceHolders: the network namespaces that an experiment's workers join. Making an empty one is half of
// a container's life, so an experiment has one, kept by an idle container of the worker image
// (docs/decisions/0009). A holder is known by its name alone: what a lost answer or an earlier controller
// left is found by it. Owned by DockerFleet.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/async/event.hpp"
#include "controller/fleet/fleet.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::controller::fleet {

class NamespaceHolders {
 public:
  NamespaceHolders(async::Executor executor, docker::Engine& engine, std::string installation);

  // A running holder of the experiment: the one that is there, the spare, or a new one of this image.
  async::Task<> ensure(experiment::ExperimentId id, std::string image);
  // Its container's id; empty where none was ensured.
  std::string of(experiment::ExperimentId id) const;
  async::Task<> remove(experiment::ExperimentId id);

  bool has_spare() const { return !spare_.empty(); }
  async::Task<> make_spare(std::string image);
  async::Task<> release_spare();

  // Whom it serves, if this container is a holder of the installation.
  bool is_spare(const docker::ContainerSummary& container) const;
  std::optional<experiment::ExperimentId> served_by(const docker::ContainerSummary& container) const;

 private:
  async::Task<std::string> running(std::string name);
  async::Task<std::string> made(std::string name, std::string image);
  async::Task<std::string> taken_spare(std::string name);
  std::string spare_name() const;
  std::string holder_name(experiment::ExperimentId id) const;

  docker::Engine& engine_;
  std::string installation_;
  std::map<experiment::ExperimentId, std::string> holders_;  // ids of containers
  std::string spare_;                                        // its id
  bool making_spare_ = false;
  async::Event spare_changed_;
};

}  // namespace flowyard::controller::fleet
