// Engine: the Docker Engine API as calls on one object; only docker/ uses that API. Owned by its user; runs
// on the serial executor given to the constructor, and is not moved or destroyed during a call. Every call
// has a time limit, connecting and negotiating included.
//
// All calls throw EngineError (refused), EngineUnreachable (not sent) or ReplyLost (sent, outcome unknown:
// look up by name); cancellation is propagated as operation_aborted. One file per group of calls: system.cpp,
// images.cpp, container_*.cpp, networks.cpp, volumes.cpp, events.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "docker/client/containers.hpp"
#include "docker/client/errors.hpp"
#include "docker/client/events.hpp"
#include "docker/client/images.hpp"
#include "docker/client/logs.hpp"
#include "docker/client/networks.hpp"
#include "docker/client/system.hpp"
#include "docker/client/volumes.hpp"

namespace flowyard::docker {

using async::Task;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

// A wait that the Engine has subscribed to.
class PendingExit {
 public:
  PendingExit() = default;  // of nothing; so that one can be the result of a spawned task
  explicit PendingExit(std::unique_ptr<Body> body) : body_(std::move(body)) {}

  // Waits without a limit. Confirm with inspect_container: NextExit also ends, with 0, when the container is
  // removed before it was started, and never ends when its start fails.
  Task<ExitReport> exit();

 private:
  std::unique_ptr<Body> body_;
};

class Engine {
 public:
  // Does not connect yet. Throws EngineUnreachable when a certificate file of the address cannot be read.
  Engine(async::Executor executor, EngineAddress address);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  const EngineAddress& address() const;

  // --- the Engine itself
  Task<Ping> ping(Milliseconds limit = 5s);
  Task<EngineVersion> version(Milliseconds limit = 10s);
  Task<EngineInfo> info(Milliseconds limit = 20s);

  // --- images
  // A build that fails is an EngineError with the reason and the last lines of its output.
  Task<BuiltImage> build_image(BuildImage options, Milliseconds limit = 10min);
  // The same; `told` receives each line of its output as it comes.
  using BuildSink = std::function<void(const std::string& line)>;
  Task<BuiltImage> build_image(BuildImage options, BuildSink told, Milliseconds limit);
  // Pulls an image from its registry. `told` receives the progress. `limit` applies between two progress
  // messages: the Engine itself retries a silent registry for ever.
  using PullSink = std::function<void(const PullProgress& progress)>;
  Task<> pull_image(PullImage options, PullSink told = {}, Milliseconds limit = 60s);
  Task<ImageDetails> inspect_image(std::string image, Milliseconds limit = 10s);
  Task<std::vector<ImageSummary>> list_images(ListImages options = {}, Milliseconds limit = 20s);
  Task<> tag_image(std::string image, std::string tag, Milliseconds limit = 20s);
  Task<> remove_image(std::string image, RemoveImage options = {}, Milliseconds limit = 60s);
  // The images as a tar archive, and back; load returns the Engine's message ("Loaded image: x:latest").
  Task<std::string> save_image(std::string image, Milliseconds limit = 10min);
  Task<std::string> load_images(std::string archive, Milliseconds limit = 10min);

  // --- containers
  Task<CreatedContainer> create_container(CreateContainer options, Milliseconds limit = 60s);
  Task<ContainerDetails> inspect_container(std::string name, Milliseconds limit = 10s);
  Task<std::vector<ContainerSummary>> list_containers(ListContainers options = {}, Milliseconds limit = 20s);
  // Starting one that has exited runs it again: inspect first.
  Task<StartOutcome> start_container(std::string name, Milliseconds limit = 60s);
  // SIGTERM, and SIGKILL after `grace`.
  Task<StopOutcome> stop_container(std::string name, std::chrono::seconds grace,
                                   Milliseconds beyond_grace = 30s);
  // 409 where the name is taken.
  Task<> rename_container(std::string name, std::string new_name, Milliseconds limit = 20s);
  Task<> kill_container(std::string name, std::string signal = "SIGKILL", Milliseconds limit = 20s);
  Task<> remove_container(std::string name, RemoveContainer options = {}, Milliseconds limit = 60s);
  // Returns when the Engine has subscribed: what happens from then on is not missed.
  Task<PendingExit> open_wait(std::string name, WaitCondition condition, Milliseconds limit = 20s);
  Task<LogStream> logs(std::string name, LogOptions options = {}, Milliseconds limit = 20s);
  // One sample. Takes about a second before API 1.41.
  Task<ContainerStats> container_stats(std::string name, Milliseconds limit = 10s);
  // A file or folder of a container as a tar archive, and an archive unpacked into a folder of one.
  Task<std::string> get_archive(std::string name, std::string path, Milliseconds limit = 60s);
  Task<> put_archive(std::string name, std::string folder, std::string archive, Milliseconds limit = 60s);

  // --- networks
  Task<std::string> create_network(CreateNetwork options, Milliseconds limit = 30s);  // its id
  Task<NetworkDetails> inspect_network(std::string network, Milliseconds limit = 10s);
  Task<std::vector<NetworkDetails>> list_networks(ListNetworks options = {}, Milliseconds limit = 20s);
  Task<> connect_network(std::string network, std::string container, NetworkAttachment attachment = {},
                         Milliseconds limit = 30s);
  Task<> disconnect_network(std::string network, std::string container, Milliseconds limit = 30s);
  Task<> remove_network(std::string network, Milliseconds limit = 30s);

  // --- volumes
  Task<VolumeDetails> create_volume(CreateVolume options, Milliseconds limit = 30s);
  Task<VolumeDetails> inspect_volume(std::string volume, Milliseconds limit = 10s);
  Task<std::vector<VolumeDetails>> list_volumes(ListVolumes options = {}, Milliseconds limit = 20s);
  Task<> remove_volume(std::string volume, Milliseconds limit = 30s);

  // --- events
  Task<EventStream> events(EventOptions options = {}, Milliseconds limit = 20s);

 private:
  std::unique_ptr<Requester> requester_;
};

}  // namespace flowyard::docker
