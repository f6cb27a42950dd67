// An image that is built: what its folder may hold, and which images its Dockerfile takes from others.
#include "controller/experiment/file/build_context.hpp"

#include <gmock/gmock.h>

#include "common/base/tar.hpp"
#include "controller/experiment/file/dockerfile.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> images_in(const std::string& text) {
  return images_of_dockerfile(text).value();
}

std::string refusal_of(const std::string& text) {
  const auto images = images_of_dockerfile(text);
  return images ? "" : images.error().message;
}

TEST(Dockerfile, NamesTheImagesThatItTakesFromOthersOnce) {
  EXPECT_THAT(images_in("FROM python:3.12-slim\nRUN true\n"), ElementsAre("python:3.12-slim"));
  EXPECT_THAT(images_in("# FROM no\nARG x=1\n\n from --platform=linux/amd64 gcc:13 AS build\nRUN make\n"
                        "FROM debian:12\nCOPY --from=build /a /a\nCOPY --from=0 /b /b\n"
                        "COPY --chown=1:1 --from=busybox:1 /c /c\nCOPY --FROM=gcc:13 /d /d\n"),
              ElementsAre("gcc:13", "debian:12", "busybox:1"));
  EXPECT_THAT(images_in("FROM scratch\nCOPY a /\n"), IsEmpty());
  EXPECT_THAT(images_in("\xEF\xBB\xBF"
                        "FROM alpine:3\r\nONBUILD COPY --from=busybox:1 a b\r\n"),
              ElementsAre("alpine:3", "busybox:1"));
}

TEST(Dockerfile, IsReadOverLinesThatGoOn) {
  EXPECT_THAT(images_in("FRO\\\nM python:3\n"), ElementsAre("python:3"));
  EXPECT_THAT(images_in("FROM \\  \n# a word\n\n  python:3\n"), ElementsAre("python:3"));
  EXPECT_THAT(images_in("FROM a:1\nRUN echo \\\nFROM b:1\n"), ElementsAre("a:1"));
}

TEST(Dockerfile, KnowsStagesOnlyFromTheLineThatNamesThem) {
  EXPECT_THAT(images_in("FROM a:1 AS Base\nFROM base\n"), ElementsAre("a:1"));
  EXPECT_THAT(images_in("FROM base\nFROM a:1 AS base\n"), ElementsAre("base", "a:1"));
  EXPECT_THAT(images_in("FROM a:1\nCOPY --from=other /x /x\n"), ElementsAre("a:1", "other"));
}

TEST(Dockerfile, IsRefusedWhereNobodyCouldSayWhichImageItMeans) {
  EXPECT_THAT(refusal_of("ARG V=3\nFROM python:$V\n"),
              HasSubstr("line 2 of the Dockerfile: write the image out"));
  EXPECT_THAT(refusal_of("FROM a:1\nCOPY --from=${OTHER} a b\n"), HasSubstr("line 2"));
  EXPECT_THAT(refusal_of("FROM 10253759e62a\n"), HasSubstr("may be an image's id"));
  EXPECT_THAT(refusal_of("FROM a:1\nCOPY --from=1 a b\n"), HasSubstr("may be an image's id"))
      << "no stage yet";
  EXPECT_THAT(refusal_of("FROM Not:An:Image\n"), HasSubstr("line 1"));
  EXPECT_THAT(refusal_of("# syntax=x\n#  Escape = `\nFROM `\nb:1\n"), HasSubstr("backslash"));
  EXPECT_THAT(refusal_of("RUN true\n"), HasSubstr("no FROM"));
  EXPECT_THAT(refusal_of(""), HasSubstr("no FROM"));
  EXPECT_THAT(refusal_of("FROM --platform=x\n"), HasSubstr("FROM without an image"));
}

TarEntry file(const std::string& path, const std::string& content) {
  TarEntry entry;
  entry.path = path;
  entry.content = content;
  return entry;
}

TEST(BuildContext, HasANameOfItsContentAndOfItsDockerfile) {
  experiment::ImageBuild build{.folder = "sim"};
  const auto archive = write_tar({file("Dockerfile", "FROM python:3\n"), file("other", "FROM gcc:13\n")});
  const auto name = read_build_context(archive, build);
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_THAT(*name, testing::MatchesRegex("flowyard-built:[0-9a-f]{16}"));
  EXPECT_THAT(build.bases, ElementsAre("python:3"));
  EXPECT_EQ(name_of_content(archive, "Dockerfile"), *name);
  experiment::ImageBuild by_other{.folder = "sim", .dockerfile = "./other"};
  const auto other_name = read_build_context(archive, by_other);
  ASSERT_TRUE(other_name);
  EXPECT_NE(*other_name, *name);
  EXPECT_THAT(by_other.bases, ElementsAre("gcc:13"));
}

TEST(BuildContext, HoldsNothingThatLeadsOutOfIt) {
  const auto said = [](const std::string& archive) {
    experiment::ImageBuild build{.folder = "sim"};
    const auto name = read_build_context(archive, build);
    return name ? "" : name.error().message;
  };
  const auto recipe = file("Dockerfile", "FROM scratch\n");
  auto link = file("link", "");
  link.kind = TarEntry::Kind::SymbolicLink;
  link.link_target = "/etc";
  EXPECT_THAT(said(write_tar({recipe, link})), HasSubstr("'link' is a link"));
  EXPECT_THAT(said(write_tar({recipe, file("../x", "")})), HasSubstr("leads out of it"));
  EXPECT_THAT(said(write_tar({recipe, file("/x", "")})), HasSubstr("leads out of it"));
  EXPECT_THAT(said(write_tar({file("x", "")})), HasSubstr("there is no Dockerfile in it"));
  EXPECT_THAT(said("no archive at all" + std::string(600, 'x')), HasSubstr("no tar archive"));
  EXPECT_THAT(said(write_tar({recipe}).substr(0, 515)), HasSubstr("cut off"));
  EXPECT_THAT(said(std::string(kMostOfContext + 1, '\0')), HasSubstr("larger than 100 MiB"));
}

constexpr const char* kText =
    "name: x\nrunner: {image: {build: ./sim}, command: [run]}\nparameters: {}\noutputs: {outcomes: {a: a}}\n";

TEST(BuildContext, IsAskedForAndReadWithTheExperiment) {
  const auto asked = read(experiment::Bundle{"x.yaml", kText, {}});
  ASSERT_TRUE(asked) << to_string(asked.error().front());
  EXPECT_EQ(std::get<MissingFiles>(*asked).at(0).path, "sim/");
  const auto archive = write_tar({file("Dockerfile", "FROM python:3\n")});
  for (const char* path : {"sim/", "./sim/"}) {
    const auto loaded = read(experiment::Bundle{"x.yaml", kText, {{path, archive}}});
    ASSERT_TRUE(loaded) << to_string(loaded.error().front());
    const auto& runner = *std::get<LoadedExperiment>(*loaded).experiment.runner;
    EXPECT_EQ(runner.image, name_of_content(archive, "Dockerfile"));
    EXPECT_EQ(runner.build->folder, "sim");
    EXPECT_EQ(experiment::image_of_registry(runner), "python:3");
  }
}

TEST(BuildContext, IsRefusedWhereTheExperimentNamesIt) {
  const auto loaded = read(experiment::Bundle{"x.yaml", kText, {{"sim/", write_tar({file("x", "")})}}});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(to_string(loaded.error().front()),
            "x.yaml:2:25: the folder 'sim': there is no Dockerfile in it, which says how to build the image");
}

}  // namespace
}  // namespace flowyard::controller::experiment::file
