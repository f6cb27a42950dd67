#include "worker/command/result_files.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/base/whole_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::worker::command {
namespace {

namespace fs = std::filesystem;

class WrittenFiles : public ::testing::Test {
 protected:
  WrittenFiles() : folder_(::open(home_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  ~WrittenFiles() override { ::close(folder_); }

  void write(const std::string& name, const std::string& content) {
    fs::create_directories(at(name).parent_path());
    write_file(at(name).string(), content);
  }
  fs::path at(const std::string& name) const { return fs::path(home_.path()) / name; }

  std::string names(const std::vector<std::string>& patterns, const FileLimits& limits = {}) {
    const auto files = written_files(folder_, patterns, {"model.png"}, limits);
    if (!files) return files.error().message;
    std::string all;
    for (const auto& file : *files) all += file.name + "=" + file.content + " ";
    return all;
  }

  test::TemporaryFolder home_;
  int folder_;
};

TEST_F(WrittenFiles, AreThoseThatPatternsName) {
  write("b.png", "2");
  write("a.png", "1");
  write("plots/deep/c.nc", "3");
  write("plots/d.nc", "4");
  write(".hidden.png", "5");
  write("model.png", "the experiment's own");
  EXPECT_EQ(names({"*.png", "a.*"}), "a.png=1 b.png=2 ");
  EXPECT_EQ(names({"plots/*/*.nc"}), "plots/deep/c.nc=3 ");
  EXPECT_EQ(names({"none*"}), "");
}

TEST_F(WrittenFiles, AreNoLinksPipesOrFolders) {
  fs::create_symlink("/etc/passwd", at("link.png"));
  EXPECT_NE(names({"*.png"}).find("'link.png' is a link"), std::string::npos);
  fs::remove(at("link.png"));
  ASSERT_EQ(::mkfifo(at("pipe.png").c_str(), 0600), 0);
  EXPECT_NE(names({"*.png"}).find("'pipe.png' is a pipe"), std::string::npos);
  fs::remove(at("pipe.png"));
  fs::create_directory(at("folder.png"));
  EXPECT_NE(names({"*.png"}).find("'folder.png' is a folder"), std::string::npos);
}

TEST_F(WrittenFiles, AreNotLookedForBehindALink) {
  test::TemporaryFolder elsewhere;
  write_file(elsewhere.path() + "/secret.png", "secret");
  fs::create_symlink(elsewhere.path(), at("plots"));
  EXPECT_EQ(names({"plots/*.png"}), "");
}

TEST_F(WrittenFiles, HaveLimits) {
  write("a.bin", "12345");
  write("b.bin", "12345");
  EXPECT_NE(names({"*"}, {.bytes_each = 4}).find("is larger than 4 B"), std::string::npos)
      << names({"*"}, {.bytes_each = 4});
  EXPECT_NE(names({"*"}, {.bytes = 9}).find("come to more than 9 B"), std::string::npos);
  EXPECT_NE(names({"*"}, {.count = 1}).find("more than 1 of them"), std::string::npos);
  EXPECT_EQ(names({"*"}, {.bytes_each = 5, .bytes = 10, .count = 2}), "a.bin=12345 b.bin=12345 ");
}

TEST_F(WrittenFiles, AreRemovedButForTheExperimentsOwn) {
  write("a.png", "1");
  write("model.png", "its own");
  write("folder.png/deep/b.txt", "2");
  fs::create_symlink("/etc", at("folder.png/deep/link"));
  fs::create_symlink("/etc/passwd", at("link.png"));
  remove_written_files(folder_, {"*.png"}, {"model.png"});
  EXPECT_FALSE(fs::exists(at("a.png")));
  EXPECT_FALSE(fs::is_symlink(at("link.png")));
  EXPECT_FALSE(fs::exists(at("folder.png")));
  EXPECT_TRUE(fs::exists(at("model.png")));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
}

}  // namespace
}  // namespace flowyard::worker::command
