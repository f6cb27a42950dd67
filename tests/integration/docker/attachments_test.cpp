// Networks and volumes on a real Engine, and containers attached to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/real_engine.hpp"

namespace flowyard::test {
namespace {

using docker::Mount;
using testing::Contains;
using testing::IsEmpty;
using testing::Key;

class Attachments : public RealEngine {
 protected:
  docker::CreateNetwork network() {
    docker::CreateNetwork options;
    options.name = fresh_name("network");
    options.internal = true;
    options.labels = labels();
    return options;
  }
  docker::CreateVolume volume() {
    docker::CreateVolume options;
    options.name = fresh_name("volume");
    options.labels = labels();
    return options;
  }
};

TEST_F(Attachments, NetworksAreCreatedFoundAndRemoved) {
  const auto options = network();
  const auto id = run(engine_->create_network(options));
  const auto details = run(engine_->inspect_network(options.name));
  EXPECT_EQ(details.id, id);
  EXPECT_EQ(details.driver, "bridge");
  EXPECT_TRUE(details.internal);
  EXPECT_EQ(details.labels, options.labels);
  EXPECT_EQ(details.subnets.size(), 1u);

  docker::ListNetworks wanted;
  wanted.names = {options.name};
  ASSERT_EQ(run(engine_->list_networks(wanted)).size(), 1u);
  wanted.names = {options.name.substr(0, options.name.size() - 1)};
  EXPECT_THAT(run(engine_->list_networks(wanted)), IsEmpty());

  run(engine_->remove_network(id));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->inspect_network(id))));
}

TEST_F(Attachments, ANetworkOfTheSameNameIsRefused) {
  const auto options = network();
  run(engine_->create_network(options));
  EXPECT_TRUE(is_name_in_use(refusal_of(engine_->create_network(options))));
}

TEST_F(Attachments, AContainerJoinsANetworkUnderItsAliases) {
  const auto private_network = network();
  run(engine_->create_network(private_network));
  auto options = probe({"sleep"});
  options.network_mode = private_network.name;
  options.networks[private_network.name].aliases = {"novel-poodle"};
  run(engine_->create_container(options));
  run(engine_->start_container(options.name));
  const auto container = run(engine_->inspect_container(options.name));
  ASSERT_THAT(container.networks, Contains(Key(private_network.name)));
  const auto& attached = container.networks.at(private_network.name);
  EXPECT_NE(attached.address, "");
  EXPECT_THAT(attached.aliases, Contains("novel-poodle"));
  EXPECT_THAT(run(engine_->inspect_network(private_network.name)).containers, Contains(Key(container.id)));
}

TEST_F(Attachments, AContainerIsConnectedAndDisconnectedWhileItRuns) {
  const auto first = network();
  const auto second = network();
  run(engine_->create_network(first));
  run(engine_->create_network(second));
  auto options = probe({"sleep"});
  options.network_mode = first.name;
  run(engine_->create_container(options));
  run(engine_->start_container(options.name));
  run(engine_->connect_network(second.name, options.name));
  EXPECT_THAT(run(engine_->inspect_container(options.name)).networks, Contains(Key(second.name)));
  run(engine_->disconnect_network(second.name, options.name));
  EXPECT_EQ(run(engine_->inspect_container(options.name)).networks.size(), 1u);
}

TEST_F(Attachments, VolumesAreCreatedFoundAndRemoved) {
  const auto options = volume();
  EXPECT_EQ(run(engine_->create_volume(options)).name, options.name);
  const auto details = run(engine_->inspect_volume(options.name));
  EXPECT_EQ(details.labels, options.labels);
  EXPECT_NE(details.mount_point, "");
  docker::ListVolumes wanted;
  wanted.names = {options.name};
  EXPECT_EQ(run(engine_->list_volumes(wanted)).size(), 1u);
  wanted.names = {options.name.substr(0, options.name.size() - 1)};
  EXPECT_THAT(run(engine_->list_volumes(wanted)), IsEmpty());
  run(engine_->remove_volume(options.name));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->inspect_volume(options.name))));
}

TEST_F(Attachments, AVolumeOutlivesTheContainerThatWroteToIt) {
  const auto shared = volume();
  run(engine_->create_volume(shared));
  auto writer = probe({"write", "/shared/result", "42"});
  writer.mounts = {{Mount::Kind::Volume, shared.name, "/shared", Mount::Access::ReadWrite}};
  run(engine_->create_container(writer));
  run(engine_->start_container(writer.name));
  EXPECT_EQ(wait_for_exit(writer.name).exit_code, 0);
  run(engine_->remove_container(writer.name));

  auto reader = probe({"write", "/shared/result", "43"});
  reader.mounts = {{Mount::Kind::Volume, shared.name, "/shared", Mount::Access::ReadOnly}};
  run(engine_->create_container(reader));
  EXPECT_THAT(settings_not_applied(reader, run(engine_->inspect_container(reader.name))), IsEmpty());
  EXPECT_TRUE(is_conflict(refusal_of(engine_->remove_volume(shared.name))));
  run(engine_->start_container(reader.name));
  EXPECT_EQ(wait_for_exit(reader.name).exit_code, 1);  // it may not write
  const auto archive = run(engine_->get_archive(reader.name, "/shared/result"));
  EXPECT_NE(archive.find("42"), std::string::npos);
}

}  // namespace
}  // namespace flowyard::test
