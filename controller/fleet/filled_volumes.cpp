#include "controller/fleet/filled_volumes.hpp"

#include "docker/client/ensure_removed.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;

constexpr std::string_view kMark = "-filled";

std::string mark_of(const std::string& volume) {
  return volume + std::string(kMark);
}

std::string filler_of(const std::string& volume) {
  return volume + "-filler";
}

// False: a container has it.
Task<bool> remove_if_free(docker::Engine& engine, std::string volume) {
  bool free = true;
  try {
    co_await engine.remove_volume(std::move(volume));
  } catch (const docker::EngineError& error) {
    free = !docker::is_conflict(error);
    if (free && !docker::is_not_found(error)) throw;
  }
  co_return free;
}

}  // namespace

class FilledVolumes::Turn {
 public:
  Turn(FilledVolumes& volumes, std::string volume) : volumes_(volumes), volume_(std::move(volume)) {
    volumes_.under_way_.insert(volume_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    volumes_.under_way_.erase(volume_);
    volumes_.changed_.notify();
  }

 private:
  FilledVolumes& volumes_;
  std::string volume_;
};

Task<bool> FilledVolumes::is_whole(std::string volume) {
  docker::ListVolumes wanted{.labels = {}, .names = {volume, mark_of(volume)}};
  const auto there = co_await engine_.list_volumes(std::move(wanted));
  co_return there.size() == 2;
}

Task<> FilledVolumes::ensure(std::string worker_image, VolumeContent content) {
  while (under_way_.contains(content.volume)) co_await changed_.wait_past(changed_.version());
  const Turn turn(*this, content.volume);
  const bool whole = co_await is_whole(content.volume);
  if (!whole) co_await fill(std::move(worker_image), std::move(content));
}

Task<> FilledVolumes::fill(std::string worker_image, VolumeContent content) {
  // Of a controller that ended in between; a mark without its volume says nothing about the next one.
  co_await docker::ensure_removed(engine_, filler_of(content.volume));
  co_await remove_if_free(engine_, mark_of(content.volume));
  docker::CreateVolume volume{.name = content.volume, .driver_options = {}, .labels = content.labels};
  co_await engine_.create_volume(std::move(volume));
  docker::CreateContainer options;
  options.name = filler_of(content.volume);
  options.image = std::move(worker_image);
  options.labels = content.labels;
  options.mounts = {
      {.kind = docker::Mount::Kind::Volume, .source = content.volume, .target = content.folder}};
  options.network_mode = "none";
  const auto filler = co_await engine_.create_container(std::move(options));
  co_await engine_.put_archive(filler.id, content.folder, content.archive());
  docker::CreateVolume mark{
      .name = mark_of(content.volume), .driver_options = {}, .labels = std::move(content.labels)};
  co_await engine_.create_volume(std::move(mark));
  co_await docker::ensure_removed(engine_, filler.id);
}

Task<bool> FilledVolumes::remove(std::string volume) {
  while (under_way_.contains(volume)) co_await changed_.wait_past(changed_.version());
  const Turn turn(*this, volume);
  docker::ListVolumes wanted{.labels = {}, .names = {volume, mark_of(volume)}};
  const auto there = co_await engine_.list_volumes(std::move(wanted));
  if (there.empty()) co_return true;
  co_await docker::ensure_removed(engine_, filler_of(volume));
  // The mark goes last: what is left of a removal that was broken off is made anew.
  const bool free = co_await remove_if_free(engine_, volume);
  if (free) co_await remove_if_free(engine_, mark_of(volume));
  co_return free;
}

Task<> FilledVolumes::remove_others(std::vector<std::string> labels, std::string kept) {
  docker::ListVolumes wanted{.labels = std::move(labels), .names = {}};
  const auto there = co_await engine_.list_volumes(std::move(wanted));
  std::set<std::string> names;
  for (const auto& volume : there) {
    std::string name = volume.name;
    if (name.ends_with(kMark)) name.resize(name.size() - kMark.size());
    if (name != kept) names.insert(std::move(name));
  }
  for (const auto& name : names) co_await remove(name);
}

}  // namespace flowyard::controller::fleet
