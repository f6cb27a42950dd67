#include "controller/service/image_rules.hpp"

#include <gtest/gtest.h>

namespace flowyard::controller::service {
namespace {

std::string said_of(const std::string& image, const std::vector<std::string>& allowed,
                    const std::string& fleet = "docker") {
  experiment::Experiment experiment;
  experiment.runner.emplace();
  experiment.runner->image = image;
  const auto checked = check_image(experiment, fleet, {.allow = allowed}, experiment::WayIn::Network);
  return checked ? "" : checked.error().message;
}

TEST(Patterns, AreWholeTextsWithStarsForAnything) {
  EXPECT_TRUE(matches_pattern("docker.io/library/python:3", "docker.io/library/python:*"));
  EXPECT_TRUE(matches_pattern("docker.io/library/python:3", "*"));
  EXPECT_TRUE(matches_pattern("docker.io/library/python:3", "docker.io/*:3"));
  EXPECT_TRUE(matches_pattern("aXbXc", "a*X*c"));
  EXPECT_TRUE(matches_pattern("abc", "abc*"));
  EXPECT_FALSE(matches_pattern("docker.io/library/python:3", "library/python:3"));
  EXPECT_FALSE(matches_pattern("docker.io/library/python:3", "docker.io/library/python"));
  EXPECT_FALSE(matches_pattern("abcd", "a*c"));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_TRUE(matches_pattern("", "**"));
}

TEST(ImageRules, AllowAnyWhereNothingIsListed) {
  EXPECT_EQ(said_of("registry.example.com/any:1", {}), "");
}

TEST(ImageRules, HoldTheWholeReferenceAgainstTheList) {
  const std::vector<std::string> allowed = {"docker.io/library/python:*", "registry.example.com/team/*"};
  EXPECT_EQ(said_of("python:3.12-slim", allowed), "");
  EXPECT_EQ(said_of("docker.io/library/python:3", allowed), "");
  EXPECT_EQ(said_of("registry.example.com/team/model@sha256:" + std::string(64, 'a'), allowed), "");
  const auto refused = said_of("registry.example.com/other/model", allowed);
  EXPECT_NE(refused.find("registry.example.com/other/model:latest is none of those"), std::string::npos)
      << refused;
  EXPECT_NE(refused.find("registry.example.com/team/*"), std::string::npos) << refused;
  // Not what merely begins alike.
  EXPECT_NE(said_of("registry.example.com.evil.example/team/x", allowed), "");
  EXPECT_NE(said_of("evil/python:3", allowed), "");
}

std::string said_of_build(const ImageRules& rules, experiment::WayIn way_in) {
  experiment::Experiment experiment;
  experiment.runner.emplace();
  experiment.runner->image = "flowyard-built:0123";
  experiment.runner->build =
      experiment::ImageBuild{.folder = "sim", .bases = {"python:3", "registry.example.com/other:1"}};
  const auto checked = check_image(experiment, "docker", rules, way_in);
  return checked ? "" : to_string(checked.error());
}

TEST(ImageRules, LetImagesBeBuiltHereUnlessTheOperatorSaysOtherwise) {
  using experiment::WayIn;
  EXPECT_EQ(said_of_build({}, WayIn::Here), "");
  EXPECT_NE(said_of_build({}, WayIn::Network).find("images.build: always"), std::string::npos);
  EXPECT_EQ(said_of_build({.build = MayBuild::Anywhere}, WayIn::Network), "");
  EXPECT_NE(said_of_build({.build = MayBuild::Nowhere}, WayIn::Here).find("images.build: never"),
            std::string::npos);
}

TEST(ImageRules, HoldEachImageThatOneIsBuiltFromAgainstTheList) {
  using experiment::WayIn;
  EXPECT_EQ(said_of_build({.allow = {"*"}}, WayIn::Here), "");
  EXPECT_EQ(said_of_build({.allow = {"docker.io/library/python:*", "registry.example.com/*"}}, WayIn::Here),
            "");
  const auto refused = said_of_build({.allow = {"docker.io/library/*"}}, WayIn::Here);
  EXPECT_NE(refused.find("registry.example.com/other:1 is none of those"), std::string::npos) << refused;
}

TEST(ImageRules, AreForContainersAlone) {
  EXPECT_EQ(said_of("Not An Image", {"x"}, "process"), "");
  EXPECT_NE(said_of("Not An Image", {}), "");
  EXPECT_NE(said_of("", {}).find("say in which image"), std::string::npos);
}

}  // namespace
}  // namespace flowyard::controller::service
