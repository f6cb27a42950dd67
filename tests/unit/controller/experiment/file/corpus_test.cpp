// The corpus of experiment files: what is good is read, and what is not gives exactly the errors in the file
// beside it. FLOWYARD_UPDATE_GOLDEN=1 writes those files anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "controller/experiment/design/scenario_space.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::experiment::file {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<fs::path> yaml_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Every model of a folder goes along, as if the client had been asked for it.
experiment::Bundle bundle_of(const fs::path& experiment, const fs::path& models,
                             const std::string& prefix = "") {
  experiment::Bundle bundle{experiment.filename().string(), content_of(experiment), {}};
  for (const auto& model : yaml_files(models))
    bundle.files.push_back({prefix + model.filename().string(), content_of(model)});
  return bundle;
}

std::string text_of(const Errors& errors) {
  std::string text;
  for (const auto& error : errors) text += to_string(error) + "\n";
  return text;
}

const fs::path corpus = FLOWYARD_CORPUS;
const fs::path experiments = FLOWYARD_EXPERIMENTS;

void expect_errors(const fs::path& file) {
  const auto outcome = read(bundle_of(file, corpus));
  ASSERT_FALSE(outcome.has_value()) << file << " was read";
  const std::string errors = text_of(outcome.error());
  const fs::path golden = fs::path(file).replace_extension(".errors");
  if (std::getenv("FLOWYARD_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << errors;
  EXPECT_EQ(errors, content_of(golden)) << file;
}

TEST(ExperimentCorpus, GoodFilesAreRead) {
  for (const auto& file : yaml_files(corpus / "good")) {
    const auto outcome = read(bundle_of(file, corpus));
    ASSERT_TRUE(outcome.has_value()) << file << "\n" << text_of(outcome.error());
    EXPECT_TRUE(std::holds_alternative<LoadedExperiment>(*outcome)) << file;
  }
}

TEST(ExperimentCorpus, BadFilesGiveAllTheirErrorsAtOnce) {
  for (const char* folder : {"bad", "each_bad", "meaning"})
    for (const auto& file : yaml_files(corpus / folder)) expect_errors(file);
}

TEST(ShippedExperiments, AreRead) {
  const auto files = yaml_files(experiments);
  EXPECT_GE(files.size(), 6u);
  for (const auto& file : files) {
    const auto outcome = read(bundle_of(file, experiments / "models", "models/"));
    ASSERT_TRUE(outcome.has_value()) << file << "\n" << text_of(outcome.error());
    const auto* reading = std::get_if<LoadedExperiment>(&*outcome);
    ASSERT_NE(reading, nullptr) << file;
    EXPECT_EQ(reading->experiment.name, file.stem().string());
    EXPECT_TRUE(experiment::design::ScenarioSpace::create(reading->experiment).has_value());
  }
}

std::uint64_t size_of(const std::string& name) {
  const auto outcome = read(bundle_of(experiments / name, experiments / "models", "models/"));
  return experiment::design::ScenarioSpace::create(std::get<LoadedExperiment>(outcome.value()).experiment)
      .value()
      .size();
}

TEST(ShippedExperiments, HaveTheSizesTheyPromise) {
  EXPECT_EQ(size_of("three-scenarios.yaml"), 60u);
  EXPECT_EQ(size_of("growth-sweep.yaml"), 100u);
  EXPECT_EQ(size_of("monte-carlo.yaml"), 1000u);
  EXPECT_EQ(size_of("grid.yaml"), 96u);
  EXPECT_EQ(size_of("regions.yaml"), 8u);
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
