#include "controller/cli/client/bundle.hpp"

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

std::string model_reading(const std::string& file) {
  return "{UTF-8}\nk = GET DIRECT CONSTANTS('" + file +
         "', ',', 'A1') ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n";
}

TEST(Bundle, TakesWhatAModelReads) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "models");
  write(folder / "models/m.mdl", model_reading("..\\d.csv"));
  write(folder / "d.csv", "1,2");
  auto experiment = experiment_naming(folder, "model: ./models/m.mdl\n");
  ASSERT_FALSE(add_files(experiment, {{"d.csv", {}}}));
  ASSERT_TRUE(add_files(experiment, {{"models/m.mdl", {}}}));
  EXPECT_TRUE(add_files(experiment, {{"d.csv", {}}}));
  EXPECT_EQ(experiment.bundle.files.at(1).content, "1,2");
}

TEST(Bundle, TakesWhatLiesWithAModelThatLiesElsewhere) {
  const test::TemporaryFolder folder;
  for (const char* name : {"models", "experiments"}) std::filesystem::create_directory(folder / name);
  write(folder / "models/m.mdl", model_reading("d.csv"));
  write(folder / "models/d.csv", "1,2");
  write(folder / "experiments/e.yaml", "model: ../models/m.mdl\n");
  auto experiment = read_experiment_file(folder / "experiments/e.yaml").value();
  ASSERT_TRUE(add_files(experiment, {{"../models/m.mdl", {}}}));
  EXPECT_TRUE(add_files(experiment, {{"../models/d.csv", {}}}));
}

TEST(Bundle, TakesNothingFromOutsideOnAModelsWord) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "e");
  for (const std::string path : {"../secret", "/etc/hostname", "models/../../secret"}) {
    write(folder / "secret", "s");
    write(folder / "e/m.mdl", model_reading(path));
    write(folder / "e/e.yaml", "model: m.mdl\n");
    auto experiment = read_experiment_file(folder / "e/e.yaml").value();
    ASSERT_TRUE(add_files(experiment, {{"m.mdl", {}}}));
    const auto normal = std::filesystem::path(path).lexically_normal().string();
    const auto added = add_files(experiment, {{normal, {"m.mdl", 2, 5}}});
    ASSERT_FALSE(added) << path;
    EXPECT_EQ(added.error().at(0).code, ErrorCode::Denied);
    EXPECT_EQ(to_string(added.error().at(0)),
              "m.mdl:2:5: '" + normal +
                  "' lies neither in the folder of the experiment nor in that of the model, nor below; it is "
                  "not sent");
  }
}

TEST(Bundle, TakesNothingThatAModelOnlyMentions) {
  const test::TemporaryFolder folder;
  write(folder / "m.mdl", "{UTF-8}\nk = 1 ~~ see secret |\n");
  write(folder / "secret", "s");
  auto experiment = experiment_naming(folder, "model: m.mdl\n");
  ASSERT_TRUE(add_files(experiment, {{"m.mdl", {}}}));
  EXPECT_FALSE(add_files(experiment, {{"secret", {}}}));
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

TEST(Bundle, SaysHowToRunAModelThatWasTakenForAnExperiment) {
  const test::TemporaryFolder folder;
  write(folder / "m.stmx", "<xmile/>");
  write(folder / "m.yaml", "name: x\nstocks:\n  S: {initial: 1}\n");
  for (const char* file : {"m.stmx", "m.yaml"}) {
    const auto read = read_experiment_file(folder / file);
    ASSERT_FALSE(read) << file;
    EXPECT_NE(read.error().message.find("run it with 'flowyard model run "), std::string::npos);
  }
}

TEST(Bundle, PlacesTheByteThatIsNotText) {
  const test::TemporaryFolder folder;
  write(folder / "e.yaml", "name: Größe\nb: \xff\n");
  const auto read = read_experiment_file(folder / "e.yaml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().location.line, 2);
  EXPECT_EQ(read.error().location.column, 4);
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
