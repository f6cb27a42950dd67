#include "controller/cli/client/folder.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "common/base/tar.hpp"
#include "controller/cli/client/bundle.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(IgnoreRules, AreThoseOfDockerInTheirSimpleForms) {
  const IgnoreRules rules(
      "# a word\n\n*.log\n/build/\ndata/**/*.csv\n!data/small/keep.csv\n temp? \n**/cache\n");
  EXPECT_TRUE(rules.leave_out("a.log"));
  EXPECT_FALSE(rules.leave_out("sub/a.log")) << "within one folder";
  EXPECT_TRUE(rules.leave_out("build"));
  EXPECT_TRUE(rules.leave_out("build/deep/a.o"));
  EXPECT_FALSE(rules.leave_out("src/build"));
  EXPECT_TRUE(rules.leave_out("data/x.csv"));
  EXPECT_TRUE(rules.leave_out("data/a/b/x.csv"));
  EXPECT_FALSE(rules.leave_out("data/small/keep.csv"));
  EXPECT_FALSE(rules.leave_out("data/a/x.txt"));
  EXPECT_TRUE(rules.leave_out("temp1"));
  EXPECT_FALSE(rules.leave_out("temp12"));
  EXPECT_TRUE(rules.leave_out("cache/a"));
  EXPECT_TRUE(rules.leave_out("a/b/cache"));
  EXPECT_FALSE(IgnoreRules("").leave_out("a"));
  EXPECT_TRUE(IgnoreRules("*\n!src").leave_out("other/x"));
  EXPECT_FALSE(IgnoreRules("*\n!src").leave_out("src/x"));
}

class PackFolder : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& content) {
    fs::create_directories(fs::path(folder / path).parent_path());
    std::ofstream(folder / path, std::ios::binary) << content;
  }
  std::vector<std::string> paths_in(const std::string& archive) {
    std::vector<std::string> paths;
    for (const auto& entry : read_tar(archive).value()) paths.push_back(entry.path);
    return paths;
  }
  test::TemporaryFolder folder;
};

TEST_F(PackFolder, TakesWhatIsInItWithWhatMayBeRun) {
  write("sim/Dockerfile", "FROM scratch\n");
  write("sim/src/run.sh", "#!/bin/sh\n");
  write("sim/junk.log", "x");
  write("sim/.dockerignore", "*.log\nDockerfile\n");
  fs::permissions(folder / "sim/src/run.sh", fs::perms::owner_all);
  const auto archive = pack_folder(folder / "sim/");
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_THAT(paths_in(*archive), ElementsAre(".dockerignore", "Dockerfile", "src", "src/run.sh"));
  const auto entries = read_tar(*archive).value();
  EXPECT_EQ(entries[1].mode, 0644);
  EXPECT_EQ(entries[3].mode, 0755);
  EXPECT_EQ(entries[3].content, "#!/bin/sh\n");
  fs::last_write_time(folder / "sim/Dockerfile", fs::file_time_type::clock::now() - std::chrono::hours(9));
  EXPECT_EQ(pack_folder(folder / "sim").value(), *archive) << "the same content is the same image";
}

TEST_F(PackFolder, RefusesLinksUnlessTheyAreLeftOut) {
  write("sim/Dockerfile", "FROM scratch\n");
  fs::create_symlink("/etc/passwd", folder / "sim/secrets");
  const auto refused = pack_folder(folder / "sim/");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("'secrets' in it is a link"));
  write("sim/.dockerignore", "secrets\n");
  EXPECT_TRUE(pack_folder(folder / "sim/"));
}

TEST_F(PackFolder, RefusesWhatIsTooLargeOrNotThere) {
  write("sim/Dockerfile", "FROM scratch\n");
  write("sim/large", "");
  fs::resize_file(folder / "sim/large", 101u << 20);  // a hole
  const auto refused = pack_folder(folder / "sim/");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("more than 100 MiB"));
  EXPECT_FALSE(pack_folder(folder / "none/"));
}

TEST_F(PackFolder, HappensOnlyWhereTheExperimentSaysSo) {
  write("sim/Dockerfile", "FROM scratch\n");
  write("private/key", "secret");
  write("e.yaml", "name: x\ndescription: private\nrunner: {image: {build: ./sim}, command: [private/]}\n");
  auto experiment = read_experiment_file(folder / "e.yaml").value();
  EXPECT_TRUE(add_files(experiment, {{"sim/", {}}}));
  EXPECT_EQ(experiment.bundle.files.at(0).path, "sim/");
  const auto refused = add_files(experiment, {{"private/", {}}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().front().message, HasSubstr("it is not sent"));
  EXPECT_TRUE(is_built_from("./", "image:\n  build: .\n"));
  EXPECT_TRUE(is_built_from("../a/", "{build: \"../a\"}"));
  EXPECT_FALSE(is_built_from("../", "{build: ../a}"));
}

}  // namespace
}  // namespace flowyard::controller::cli
