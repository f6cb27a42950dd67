// What containers on an experiment's shared network reach: each other, and nothing of the host.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/fleet/container_options.hpp"
#include "controller/fleet/docker_fleet.hpp"
#include "tests/support/real_engine.hpp"

namespace flowyard::controller::fleet {
namespace {

using async::Task;
using boost::asio::ip::tcp;

Task<std::unique_ptr<Fleet>> fleet_of(std::string installation) {
  auto executor = co_await boost::asio::this_coro::executor;
  const auto address = docker::address_from_environment(docker::process_environment()).value();
  auto engine = std::make_unique<docker::Engine>(executor, address);
  DockerFleetOptions options{.installation = std::move(installation), .worker_program = ""};
  auto fleet = co_await make_docker_fleet(std::move(engine), std::move(options), Log());
  co_return fleet;
}

class SharedNetwork : public test::RealEngine {
 protected:
  void SetUp() override {
    RealEngine::SetUp();
    if (!engine_) return;
    fleet_ = run(fleet_of(installation_));
    run(fleet_->prepare_experiment(
        {kExperiment, experiment::Storage::Isolated, experiment::Network::Shared}));
  }
  void TearDown() override {
    RealEngine::TearDown();
    if (fleet_) run(fleet_->clear_experiment(kExperiment));
  }

  std::string network() const { return shared_name(installation_, kExperiment); }

  docker::CreateContainer on_the_network(std::vector<std::string> arguments) {
    auto options = probe(std::move(arguments));
    options.network_mode = network();
    return options;
  }

  // Why a container on the network cannot connect to that; empty: it can.
  std::string obstacle(const std::string& host, unsigned port) {
    const auto options = on_the_network({"reach", host, std::to_string(port)});
    run(engine_->create_container(options));
    run(engine_->start_container(options.name));
    const auto code = wait_for_exit(options.name).exit_code;
    const auto why = log_of(options.name);
    run(engine_->remove_container(options.name));
    return code == 0 ? "" : why;
  }

  std::string started_listener(unsigned port) {
    const auto options = on_the_network({"listen", std::to_string(port)});
    run(engine_->create_container(options));
    run(engine_->start_container(options.name));
    docker::LogOptions follow;
    while (log_of(options.name).empty()) run(async::sleep_for(Milliseconds{10}));
    return options.name;
  }

  static constexpr experiment::ExperimentId kExperiment{1};
  const std::string installation_ = "test-network-" + std::to_string(::getpid());
  std::unique_ptr<Fleet> fleet_;
};

// All addresses of this machine but the loopback's; the Engine must be of this machine for the test to mean
// anything.
std::vector<std::string> addresses_of_this_machine() {
  std::vector<std::string> all;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return all;
  for (const auto* entry = list; entry; entry = entry->ifa_next) {
    if (!entry->ifa_addr || entry->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ifa_addr, sizeof address);
    char text[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    if (std::string_view(text).substr(0, 4) != "127.") all.emplace_back(text);
  }
  ::freeifaddrs(list);
  return all;
}

TEST_F(SharedNetwork, ContainersReachEachOtherByName) {
  const auto listener = started_listener(7000);
  EXPECT_EQ(obstacle(listener, 7000), "");
  EXPECT_NE(obstacle("nobody-of-that-name", 7000), "");
}

TEST_F(SharedNetwork, TheHostIsOutOfReach) {
  tcp::acceptor everywhere(io_, {tcp::v4(), 0});
  const auto port = everywhere.local_endpoint().port();
  const auto subnets = run(engine_->inspect_network(network())).subnets;
  ASSERT_EQ(subnets.size(), 1U);
  auto hosts = addresses_of_this_machine();
  hosts.push_back(subnets.front().substr(0, subnets.front().rfind('.')) + ".1");  // the gateway's
  for (const auto& host : hosts) EXPECT_NE(obstacle(host, port), "") << host << " was reached";
}

}  // namespace
}  // namespace flowyard::controller::fleet
