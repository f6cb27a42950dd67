#include "controller/fleet/worker_image.hpp"

#include "common/base/whole_file.hpp"
#include "common/crypto/sha256.hpp"
#include "controller/fleet/container_options.hpp"
#include "controller/fleet/fleet.hpp"
#include "docker/client/build_image.hpp"

namespace flowyard::controller::fleet {
namespace {

constexpr const char* kDockerfile =
    "FROM scratch\n"
    // In a folder, which fills the volume by which the program comes into images of others.
    "COPY flowyard-worker /flowyard/flowyard-worker\n"
    // A new volume takes the owner of the folder that it is mounted over; without it nobody could write
    // there.
    "COPY --chown=65534:65534 shared /shared\n"
    "USER 65534:65534\n"
    "ENTRYPOINT [\"/flowyard/flowyard-worker\"]\n";

std::string read_program(const std::string& path) {
  auto program = read_file_if_there(path);
  if (program) return std::move(*program);
  throw LaunchFailed(LaunchFailed::Kind::Permanent,
                     "there is no worker program " + path + ": install flowyard-worker beside flowyard");
}

std::string tag_of(const std::string& program) {
  return "flowyard-worker:" + crypto::sha256_hex(kDockerfile + program).substr(0, 16);
}

}  // namespace

std::string worker_image_tag(const std::string& worker_program) {
  return tag_of(read_program(worker_program));
}

async::Task<bool> has_image(docker::Engine& engine, std::string tag) {
  bool there = true;
  try {
    co_await engine.inspect_image(std::move(tag));
  } catch (const docker::EngineError& error) {
    if (!docker::is_not_found(error)) throw;
    there = false;
  }
  co_return there;
}

async::Task<std::string> ensure_worker_image(docker::Engine& engine, std::string worker_program, Log log) {
  std::string program = read_program(worker_program);
  const std::string tag = tag_of(program);
  if (!co_await has_image(engine, tag)) {
    log.info("building the worker image", {{"image", tag}, {"bytes", program.size()}});
    TarEntry entry;
    entry.path = "flowyard-worker";
    entry.content = std::move(program);
    entry.mode = 0755;
    TarEntry shared;
    shared.path = "shared";
    shared.kind = TarEntry::Kind::Folder;
    shared.mode = 0755;
    std::vector<TarEntry> entries;
    entries.push_back(std::move(entry));
    entries.push_back(std::move(shared));
    docker::Labels labels{{"flowyard.image", "worker"}};
    co_await docker::build_image(engine, tag, std::move(entries), kDockerfile, std::move(labels));
  }
  co_return tag;
}

VolumeContent worker_volume_content(const std::string& worker_program, const std::string& image,
                                    const std::string& installation) {
  auto archive = [worker_program] {
    TarEntry entry;
    entry.path = "flowyard-worker";
    entry.content = read_program(worker_program);
    entry.mode = 0755;
    return write_tar({std::move(entry)});
  };
  return {.volume = worker_volume(image, installation),
          .folder = kWorkerFolder,
          .archive = std::move(archive),
          .labels = worker_volume_labels(installation)};
}

}  // namespace flowyard::controller::fleet
