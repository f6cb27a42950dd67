#include "tests/support/real_engine.hpp"

#include <fstream>
#include <iterator>
#include <unistd.h>

#include "docker/client/build_image.hpp"
#include "docker/client/ensure_removed.hpp"

namespace flowyard::test {
namespace {

// Only what this process made is removed: tests of other processes may be running.
std::string owner_label() {
  return std::string(kTestLabel) + ".owner=" + std::to_string(::getpid());
}

const std::string& probe_tag() {
  static const std::string tag = "flowyard-test/probe:" + std::to_string(::getpid());
  return tag;
}

std::string read_probe() {
  std::ifstream file(FLOWYARD_DOCKER_PROBE, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

async::Task<std::string> read_all(docker::Engine& engine, std::string name, docker::LogOptions options) {
  docker::LogStream stream = co_await engine.logs(std::move(name), options);
  std::string text;
  while (auto chunk = co_await stream.read()) text += chunk->text;
  co_return text;
}

async::Task<docker::ExitReport> wait_until_not_running(docker::Engine& engine, std::string name) {
  docker::PendingExit exit = co_await engine.open_wait(std::move(name), docker::WaitCondition::NotRunning);
  co_return co_await exit.exit();
}

}  // namespace

void RealEngine::SetUp() {
  const auto address = docker::address_from_environment(docker::process_environment());
  if (!address) GTEST_SKIP() << address.error().message;
  engine_ = std::make_unique<docker::Engine>(io_.get_executor(), *address);
  std::string why_not;
  try {
    run(engine_->ping());
  } catch (const std::exception& error) {
    why_not = error.what();
  }
  if (why_not.empty()) return;
  engine_.reset();
  GTEST_SKIP() << why_not;
}

void RealEngine::TearDown() {
  if (engine_) remove_leftovers();
}

void RealEngine::remove_leftovers() {
  docker::ListContainers mine;
  mine.labels = {owner_label()};
  docker::RemoveContainer thoroughly;
  thoroughly.force = thoroughly.volumes = true;
  for (const auto& container : run(engine_->list_containers(mine))) {
    run(docker::ensure_removed(*engine_, container.id));
  }
  docker::ListNetworks networks;
  networks.labels = {owner_label()};
  for (const auto& network : run(engine_->list_networks(networks))) run(engine_->remove_network(network.id));
  docker::ListVolumes volumes;
  volumes.labels = {owner_label()};
  for (const auto& volume : run(engine_->list_volumes(volumes))) run(engine_->remove_volume(volume.name));
}

bool RealEngine::image_built_ = false;

const std::string& RealEngine::probe_image() {
  if (image_built_) return probe_tag();
  TarEntry probe;
  probe.path = "probe";
  probe.content = read_probe();
  probe.mode = 0755;
  const std::string dockerfile = "FROM scratch\nCOPY probe /probe\nENTRYPOINT [\"/probe\"]\n";
  run(docker::build_image(*engine_, probe_tag(), {probe}, dockerfile, {{kTestLabel, "1"}}));
  image_built_ = true;
  return probe_tag();
}

void RealEngine::TearDownTestSuite() {
  if (!image_built_) return;
  boost::asio::io_context io;
  docker::Engine engine(io.get_executor(), *docker::address_from_environment(docker::process_environment()));
  run_task(io, engine.remove_image(probe_tag()));
  image_built_ = false;
}

std::string RealEngine::fresh_name(const std::string& what) {
  static int count = 0;
  return "flowyard-test-" + what + "-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

docker::Labels RealEngine::labels() {
  return {{kTestLabel, "1"}, {std::string(kTestLabel) + ".owner", std::to_string(::getpid())}};
}

docker::CreateContainer RealEngine::probe(std::vector<std::string> arguments) {
  docker::CreateContainer options;
  options.name = fresh_name("probe");
  options.image = probe_image();
  options.command = std::move(arguments);
  options.network_mode = "none";
  options.labels = labels();
  return options;
}

std::string RealEngine::start_probe(std::vector<std::string> arguments) {
  const auto options = probe(std::move(arguments));
  run(engine_->create_container(options));
  run(engine_->start_container(options.name));
  return options.name;
}

docker::ContainerState RealEngine::wait_for_exit(const std::string& name) {
  run(wait_until_not_running(*engine_, name));
  return run(engine_->inspect_container(name)).state;
}

std::string RealEngine::log_of(const std::string& name, docker::LogOptions options) {
  return run(read_all(*engine_, name, options));
}

}  // namespace flowyard::test
