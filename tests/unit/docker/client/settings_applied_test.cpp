#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docker/client/containers.hpp"

namespace flowyard::docker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CreateContainer hardened() {
  CreateContainer asked;
  asked.user = "65534";
  asked.memory = asked.memory_swap = 64 << 20;
  asked.nano_cpus = 1'000'000'000;
  asked.pids_limit = 32;
  asked.read_only_rootfs = true;
  asked.init = true;
  asked.network_mode = "none";
  asked.cap_drop = {"ALL"};
  asked.security_opts = {"no-new-privileges:true"};
  asked.ulimits = {{"nofile", 256, 256}};
  asked.mounts = {{Mount::Kind::Bind, "/run/yard", "/run/flowyard", Mount::Access::ReadWrite}};
  return asked;
}

ContainerDetails as_asked(const CreateContainer& asked) {
  ContainerDetails got;
  got.user = asked.user;
  got.memory = asked.memory;
  got.memory_swap = asked.memory_swap;
  got.nano_cpus = asked.nano_cpus;
  got.pids_limit = asked.pids_limit;
  got.read_only_rootfs = got.init = true;
  got.network_mode = asked.network_mode;
  got.cap_drop = asked.cap_drop;
  got.security_opts = asked.security_opts;
  got.ulimits = asked.ulimits;
  got.mounts = asked.mounts;
  return got;
}

TEST(SettingsNotApplied, FindsNothingWhereAllIsAsAsked) {
  EXPECT_THAT(settings_not_applied(hardened(), as_asked(hardened())), IsEmpty());
}

TEST(SettingsNotApplied, NamesALimitThatTheKernelCannotKeep) {
  auto got = as_asked(hardened());
  got.memory_swap = -1;
  EXPECT_THAT(settings_not_applied(hardened(), got),
              ElementsAre("memory and swap: asked for 67108864, got -1"));
}

TEST(SettingsNotApplied, NamesEverythingThatIsMissing) {
  EXPECT_EQ(settings_not_applied(hardened(), ContainerDetails{}).size(), 12u);
}

TEST(SettingsNotApplied, LetsTheEngineDecideWhatWasNotAskedFor) {
  EXPECT_THAT(settings_not_applied(CreateContainer{}, as_asked(hardened())), IsEmpty());
}

}  // namespace
}  // namespace flowyard::docker
