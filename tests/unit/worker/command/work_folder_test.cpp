#include "worker/command/work_folder.hpp"

#include <filesystem>
#include <sys/stat.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/base/base64.hpp"
#include "common/base/whole_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::worker::command {
namespace {

namespace fs = std::filesystem;

std::string bundle(std::initializer_list<nlohmann::json> files) {
  return nlohmann::json{{"file_name", "e.yaml"}, {"text", ""}, {"files", files}}.dump();
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST(WorkFolder, HasTheFilesWhereTheExperimentNamesThem) {
  const test::TemporaryFolder parent;
  WorkFolder work(parent.path());
  work.unpack(bundle({{{"path", "a.txt"}, {"content", "A"}}, {{"path", "deep/b.txt"}, {"content", "B"}}}))
      .value();
  EXPECT_EQ(read_file(work.files() + "/a.txt"), "A");
  EXPECT_EQ(read_file(work.files() + "/deep/b.txt"), "B");
}

TEST(WorkFolder, HasThemAlsoAboveTheExperiment) {
  const test::TemporaryFolder parent;
  WorkFolder work(parent.path());
  work.unpack(
          bundle({{{"path", "../../models/m.mdl"}, {"content", "M"}}, {{"path", "s.py"}, {"content", "S"}}}))
      .value();
  EXPECT_EQ(read_file(work.files() + "/../../models/m.mdl"), "M");
  EXPECT_EQ(read_file(work.files() + "/s.py"), "S");
  EXPECT_EQ(std::distance(fs::directory_iterator(parent.path()), fs::directory_iterator()), 1)
      << "nothing lands outside";
}

TEST(WorkFolder, HasThoseOfAbsolutePathsBelowAFolderOfTheirOwn) {
  const test::TemporaryFolder parent;
  WorkFolder work(parent.path());
  work.unpack(bundle({{{"path", "/home/a/m.mdl"}, {"content", "M"}},
                      {{"path", "/home/a/data/x.csv"}, {"content", "X"}}}))
      .value();
  EXPECT_EQ(work.place_of("/home/a/m.mdl"), "absolute/home/a/m.mdl");
  EXPECT_EQ(work.place_of("/home/a/data/../m.mdl"), "absolute/home/a/m.mdl");
  EXPECT_EQ(read_file(work.files() + "/absolute/home/a/m.mdl"), "M");
  EXPECT_EQ(read_file(work.files() + "/absolute/home/a/data/x.csv"), "X");
  EXPECT_EQ(work.place_of("/bin/sh"), "/bin/sh") << "not one of the experiment's";
  EXPECT_EQ(work.place_of("-c"), "-c");
}

TEST(WorkFolder, KeepsBytesAsTheyAre) {
  const test::TemporaryFolder parent;
  WorkFolder work(parent.path());
  const std::string bytes("\x00\xff\xfe\n", 4);
  work.unpack(bundle({{{"path", "x.bin"}, {"content", to_base64(bytes)}, {"encoding", "base64"}}})).value();
  EXPECT_EQ(read_file(work.files() + "/x.bin"), bytes);
}

TEST(WorkFolder, MakesFilesReadOnlyAndProgramsRunnable) {
  const test::TemporaryFolder parent;
  WorkFolder work(parent.path());
  work.unpack(bundle({{{"path", "data"}, {"content", "1"}}, {{"path", "run"}, {"content", "#!/bin/sh\n"}}}))
      .value();
  EXPECT_EQ(mode_of(work.files() + "/data"), 0444u);
  EXPECT_EQ(mode_of(work.files() + "/run"), 0555u);
}

TEST(WorkFolder, RefusesWhatIsNoBundle) {
  const test::TemporaryFolder parent;
  WorkFolder work(parent.path());
  EXPECT_TRUE(work.unpack("{}").has_error());
  EXPECT_TRUE(work.unpack("nothing").has_error());
}

TEST(WorkFolder, LeavesNothingBehind) {
  const test::TemporaryFolder parent;
  {
    WorkFolder work(parent.path());
    work.unpack(bundle({{{"path", "a"}, {"content", "A"}}})).value();
  }
  EXPECT_TRUE(fs::is_empty(parent.path()));
}

TEST(WorkFolder, ClearsWhatAScenarioLeft) {
  const test::TemporaryFolder parent;
  const WorkFolder work(parent.path());
  write_file(work.temporary() + "/left", "x");
  fs::create_directories(work.result_file());  // a program may make anything of it
  work.clear_temporary();
  EXPECT_TRUE(fs::is_empty(work.temporary()));
  EXPECT_FALSE(fs::exists(work.result_file()));
}

}  // namespace
}  // namespace flowyard::worker::command
