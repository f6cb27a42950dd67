#include "common/base/private_folder.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace flowyard {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777;
}

std::string refusal_of(const std::string& path) {
  try {
    const PrivateFolder folder(path);
    return "";
  } catch (const ErrorException& error) {
    EXPECT_EQ(error.error().code, ErrorCode::Denied);
    return error.what();
  }
}

class PrivateFolders : public testing::Test {
 protected:
  PrivateFolders() { fs::permissions(home_.path(), fs::perms::all); }  // as /tmp is
  test::TemporaryFolder home_;
};

TEST_F(PrivateFolders, AreMadeForTheirOwnerAlone) {
  const auto before = ::umask(0);
  EXPECT_EQ(PrivateFolder(home_ / "a/b/run/").path(), home_ / "a/b/run");
  ::umask(before);
  EXPECT_EQ(mode_of(home_ / "a/b/run"), 0700u);
  EXPECT_EQ(refusal_of(home_ / "a/b/run"), "");
}

TEST_F(PrivateFolders, TakeOthersRightsAway) {
  fs::create_directory(home_ / "run");
  ::chmod((home_ / "run").c_str(), 0755);
  EXPECT_EQ(refusal_of(home_ / "run"), "");
  EXPECT_EQ(mode_of(home_ / "run"), 0700u);
}

TEST_F(PrivateFolders, AreNoLinks) {
  fs::create_directory(home_ / "theirs");
  fs::create_directory_symlink(home_ / "theirs", home_ / "run");
  EXPECT_NE(refusal_of(home_ / "run").find("it is a link"), std::string::npos);
  EXPECT_NE(refusal_of(home_ / "run/").find("it is a link"), std::string::npos);
  std::ofstream(home_ / "file") << "x";
  EXPECT_NE(refusal_of(home_ / "file").find("no folder"), std::string::npos);
}

TEST_F(PrivateFolders, AreNotThoseInWhichEverybodyCouldWrite) {
  fs::create_directory(home_ / "run");
  ::chmod((home_ / "run").c_str(), 01777);
  EXPECT_NE(refusal_of(home_ / "run").find("everybody may write"), std::string::npos);
  EXPECT_EQ(mode_of(home_ / "run"), 0777u);  // as it was: /tmp itself may have been named
}

TEST_F(PrivateFolders, AreNotThoseOfOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a folder of somebody else's";
  fs::create_directory(home_ / "run");
  ::chmod((home_ / "run").c_str(), 0700);
  ASSERT_EQ(::chown((home_ / "run").c_str(), 12345, 12345), 0);
  EXPECT_NE(refusal_of(home_ / "run").find("belongs to user 12345"), std::string::npos);
}

// Run in a child, which may become somebody else.
int as_user(uid_t user, const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::setuid(user) == 0 && holds() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(PrivateFolders, OfOthersAreNotTrustedByThoseWhoLook) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a folder of somebody else's";
  const std::string path = home_ / "run";
  const auto trusted = [&] { return PrivateFolder::check(path).has_value(); };
  EXPECT_EQ(as_user(12345, trusted), 0) << "there is none";
  fs::create_directory(path);
  EXPECT_EQ(as_user(12345, trusted), 0) << "it is root's";
  ASSERT_EQ(::chown(path.c_str(), 54321, 54321), 0);
  EXPECT_NE(as_user(12345, trusted), 0);
  EXPECT_TRUE(trusted());
  fs::remove(path);
  fs::create_directory_symlink("/usr", path);
  ASSERT_EQ(::lchown(path.c_str(), 54321, 54321), 0);
  EXPECT_NE(as_user(12345, trusted), 0) << "the link may point elsewhere a moment later";
}

}  // namespace
}  // namespace flowyard
