// Creating containers on a real Engine: what it refuses, when, and whether it does as asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/tar.hpp"
#include "tests/support/real_engine.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::test {
namespace {

using docker::ContainerStatus;
using docker::ListContainers;
using docker::Mount;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ContainerCreate : public RealEngine {};

TEST_F(ContainerCreate, DoesAllThatWasAskedFor) {
  TemporaryFolder folder;
  auto options = probe({"whoami"});
  options.user = "65534:65534";
  options.env = {"FLOWYARD=1"};
  options.memory = options.memory_swap = 32 << 20;
  options.nano_cpus = 500'000'000;
  options.pids_limit = 16;
  options.read_only_rootfs = true;
  options.init = true;
  options.cap_drop = {"ALL"};
  options.security_opts = {"no-new-privileges:true"};
  options.ulimits = {{"nofile", 128, 128}};
  options.tmpfs = {{"/tmp", "size=1m,noexec,mode=1777"}};
  options.mounts = {{Mount::Kind::Bind, folder.path(), "/run/flowyard", Mount::Access::ReadOnly}};
  options.stop_timeout = std::chrono::seconds(3);
  const auto created = run(engine_->create_container(options));
  const auto got = run(engine_->inspect_container(options.name));
  EXPECT_EQ(got.id, created.id);
  EXPECT_EQ(got.name, options.name);
  EXPECT_THAT(settings_not_applied(options, got), IsEmpty());
  EXPECT_THAT(got.env, testing::Contains("FLOWYARD=1"));
  EXPECT_THAT(got.command, ElementsAre("whoami"));
  EXPECT_EQ(got.log_options.at("max-size"), "10m");
  EXPECT_EQ(got.labels.at(kTestLabel), "1");
  EXPECT_EQ(got.state.status, ContainerStatus::Created);
  EXPECT_FALSE(got.state.started);
  run(engine_->start_container(options.name));
  EXPECT_EQ(wait_for_exit(options.name).exit_code, 0);
  EXPECT_EQ(log_of(options.name), "uid 65534 gid 65534 root read-only\n");
}

TEST_F(ContainerCreate, NamesAnImageThatIsNotThere) {
  auto options = probe({});
  options.image = "flowyard-test/never-built:none";
  const auto refusal = refusal_of(engine_->create_container(options));
  EXPECT_EQ(refusal.status(), 404);
  EXPECT_TRUE(is_no_such_image(refusal));
  EXPECT_THAT(refusal.what(), HasSubstr("create container " + options.name));
}

TEST_F(ContainerCreate, IsRefusedWhenTheNameIsTaken) {
  const auto options = probe({"sleep"});
  run(engine_->create_container(options));
  const auto refusal = refusal_of(engine_->create_container(options));
  EXPECT_EQ(refusal.status(), 409);
  EXPECT_TRUE(is_name_in_use(refusal));
}

TEST_F(ContainerCreate, IsRefusedForWhatCannotBe) {
  auto bad_name = probe({});
  bad_name.name = "novel poodle";
  EXPECT_EQ(refusal_of(engine_->create_container(bad_name)).status(), 400);

  auto little_memory = probe({});
  little_memory.memory = little_memory.memory_swap = 1 << 20;
  EXPECT_THAT(refusal_of(engine_->create_container(little_memory)).message(), HasSubstr("memory"));

  auto many_cpus = probe({});
  many_cpus.nano_cpus = 4'096'000'000'000;
  EXPECT_EQ(refusal_of(engine_->create_container(many_cpus)).status(), 400);

  auto no_source = probe({});
  no_source.mounts = {{Mount::Kind::Bind, "/no/such/folder", "/mnt", Mount::Access::ReadWrite}};
  EXPECT_THAT(refusal_of(engine_->create_container(no_source)).message(), HasSubstr("does not exist"));
}

TEST_F(ContainerCreate, FindsOutAtTheStartThatANetworkIsMissing) {
  auto options = probe({"sleep"});
  options.network_mode = "flowyard-test-no-such-network";
  run(engine_->create_container(options));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->start_container(options.name))));
}

TEST_F(ContainerCreate, FindsOutAtTheStartThatTheProgramIsMissing) {
  auto options = probe({});
  options.entrypoint = {"/no-such-program"};
  run(engine_->create_container(options));
  EXPECT_EQ(refusal_of(engine_->start_container(options.name)).status(), 400);
  const auto state = run(engine_->inspect_container(options.name)).state;
  EXPECT_EQ(state.status, ContainerStatus::Created);
  EXPECT_THAT(state.error, HasSubstr("no-such-program"));
}

TEST_F(ContainerCreate, IsFoundByItsWholeNameAndNoOther) {
  auto shorter = probe({"sleep"});
  auto longer = shorter;
  longer.name += "-longer";
  run(engine_->create_container(shorter));
  run(engine_->create_container(longer));
  ListContainers wanted;
  wanted.names = {shorter.name};
  const auto found = run(engine_->list_containers(wanted));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, shorter.name);
  EXPECT_EQ(found[0].status, ContainerStatus::Created);
}

TEST_F(ContainerCreate, IsFoundByLabelAndState) {
  auto options = probe({"sleep"});
  options.labels["flowyard.test.colour"] = options.name;
  run(engine_->create_container(options));
  ListContainers wanted;
  wanted.labels = {"flowyard.test.colour=" + options.name};
  EXPECT_EQ(run(engine_->list_containers(wanted)).size(), 1u);
  wanted.statuses = {"running"};
  EXPECT_THAT(run(engine_->list_containers(wanted)), IsEmpty());
  run(engine_->start_container(options.name));
  const auto running = run(engine_->list_containers(wanted));
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0].labels.at("flowyard.test.colour"), options.name);
}

TEST_F(ContainerCreate, TakesFilesInAndGivesThemOut) {
  auto options = probe({"sleep"});
  run(engine_->create_container(options));
  TarEntry model;
  model.path = "models/logistic.mdl";
  model.content = std::string(100'000, 'm');
  run(engine_->put_archive(options.name, "/", write_tar({model})));
  const auto archive = run(engine_->get_archive(options.name, "/models/logistic.mdl"));
  const auto entries = read_tar(archive);
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().path, "logistic.mdl");
  EXPECT_EQ(entries->front().content, model.content);
  EXPECT_TRUE(is_not_found(refusal_of(engine_->get_archive(options.name, "/nothing"))));
}

}  // namespace
}  // namespace flowyard::test
