#include "controller/cli/bundle.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::cli {
namespace {

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

ExperimentFile experiment_naming(const test::TemporaryFolder& folder, const std::string& text) {
  write(folder / "e.yaml", text);
  return read_experiment_file(folder / "e.yaml").value();
}

TEST(Bundle, TakesTheFilesThatTheExperimentNames) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "models");
  write(folder / "models/m.mdl", "a = 1");
  auto experiment = experiment_naming(folder, "model: models/m.mdl\n");
  ASSERT_TRUE(add_files(experiment, {{"models/m.mdl", {"e.yaml", 1, 8}}}));
  EXPECT_EQ(experiment.bundle.files.at(0).path, "models/m.mdl");
  EXPECT_EQ(experiment.bundle.files.at(0).content, "a = 1");
}

TEST(Bundle, FollowsWhatASentFileNames) {
  const test::TemporaryFolder folder;
  write(folder / "m.mdl", "data from 'd.csv'");
  write(folder / "d.csv", "1,2");
  auto experiment = experiment_naming(folder, "model: m.mdl\n");
  ASSERT_FALSE(add_files(experiment, {{"d.csv", {}}}));
  ASSERT_TRUE(add_files(experiment, {{"m.mdl", {}}}));
  EXPECT_TRUE(add_files(experiment, {{"d.csv", {}}}));
}

TEST(Bundle, SendsNothingThatIsNotNamed) {
  const test::TemporaryFolder folder;
  write(folder / "secret", "s");
  auto experiment = experiment_naming(folder, "model: m.mdl # secret.txt top-secret a/secret\n");
  for (const char* path : {"/etc/shadow", "secret", "", ".."}) {
    const auto added = add_files(experiment, {{path, {"e.yaml", 1, 1}}});
    ASSERT_FALSE(added) << path;
    EXPECT_EQ(added.error().at(0).code, ErrorCode::Denied);
  }
  EXPECT_TRUE(experiment.bundle.files.empty());
}

TEST(Bundle, TellsOfEveryFileThatCannotBeReadWhereItIsNamed) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "models");
  auto experiment = experiment_naming(folder, "model: m.mdl\nother: models\n");
  const auto added = add_files(experiment, {{"m.mdl", {"e.yaml", 1, 8}}, {"models", {"e.yaml", 2, 8}}});
  ASSERT_FALSE(added);
  ASSERT_EQ(added.error().size(), 2u);
  EXPECT_EQ(to_string(added.error()[0]),
            "e.yaml:1:8: cannot read '" + (folder / "m.mdl") + "': there is no such file");
  EXPECT_NE(added.error()[1].message.find("it is a folder"), std::string::npos);
}

TEST(Bundle, PlacesTheByteThatIsNotText) {
  const test::TemporaryFolder folder;
  write(folder / "e.yaml", "name: Größe\nb: \xff\n");
  const auto read = read_experiment_file(folder / "e.yaml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().place.line, 2);
  EXPECT_EQ(read.error().place.column, 4);
}

TEST(NamedIn, WantsAWholeWord) {
  EXPECT_TRUE(is_named_in("m.mdl", "m.mdl"));
  EXPECT_TRUE(is_named_in("m.mdl", "model: \"m.mdl\""));
  EXPECT_TRUE(is_named_in("m.mdl", "[am.mdl, m.mdl]"));
  EXPECT_FALSE(is_named_in("m.mdl", "model: dir/m.mdl"));
  EXPECT_FALSE(is_named_in("m", "model: m.mdl"));
}

}  // namespace
}  // namespace flowyard::controller::cli
