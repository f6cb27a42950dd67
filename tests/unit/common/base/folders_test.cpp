#include "common/base/folders.hpp"

#include <gtest/gtest.h>

namespace flowyard {
namespace {

TEST(Folders, FollowTheFileSystemHierarchyForRoot) {
  const Folders folders =
      folders_from({.variables = {{"XDG_RUNTIME_DIR", "/run/user/0"}, {"HOME", "/root"}}});
  EXPECT_EQ(folders, (Folders{"/var/lib/flowyard", "/run/flowyard"}));
  EXPECT_EQ(folders.socket(), "/run/flowyard/controller.sock");
}

TEST(Folders, FollowXdgForAUser) {
  FolderEnvironment environment{
      .variables = {{"XDG_RUNTIME_DIR", "/run/user/7"}, {"XDG_DATA_HOME", "/d"}, {"HOME", "/home/u"}},
      .user_id = 7};
  EXPECT_EQ(folders_from(environment), (Folders{"/d/flowyard", "/run/user/7/flowyard"}));
  environment.variables["XDG_DATA_HOME"] = "relative";
  EXPECT_EQ(folders_from(environment).data, "/home/u/.local/share/flowyard");
  environment.variables.clear();
  EXPECT_EQ(folders_from(environment), (Folders{"/tmp/flowyard-7/data", "/tmp/flowyard-7"}));
}

TEST(Folders, ObeyOptionsBeforeVariables) {
  FolderEnvironment environment{.variables = {{"FLOWYARD_DATA", "/a"}, {"FLOWYARD_RUN_DIR", "/b"}}};
  EXPECT_EQ(folders_from(environment), (Folders{"/a", "/b"}));
  environment.data_option = "/c";
  environment.run_dir_option = "/d";
  EXPECT_EQ(folders_from(environment), (Folders{"/c", "/d"}));
}

}  // namespace
}  // namespace flowyard
