// Images that are built, on a real Engine: once for the same content, and not kept for ever.
#include "controller/fleet/image_builds.hpp"

#include <gmock/gmock.h>

#include "common/async/task_group.hpp"
#include "common/base/tar.hpp"
#include "controller/fleet/container_options.hpp"
#include "controller/fleet/fleet.hpp"
#include "tests/support/real_engine.hpp"

namespace flowyard::controller::fleet {
namespace {

using testing::HasSubstr;

class BuiltImages : public test::RealEngine {
 protected:
  void SetUp() override {
    test::RealEngine::SetUp();
    if (IsSkipped()) return;
    fetches = std::make_unique<ImageFetches>(io_.get_executor(), *engine_, Log());
    builds = std::make_unique<ImageBuilds>(io_.get_executor(), *engine_, *fetches, installation, Log());
  }
  void TearDown() override {
    if (engine_)
      for (const auto& image : there()) run(engine_->remove_image(image.id, {.force = true}));
    test::RealEngine::TearDown();
  }

  ImageWanted wanted(const std::string& text, const std::string& recipe = "FROM scratch\nCOPY file /file\n") {
    TarEntry dockerfile, file;
    dockerfile.path = "Dockerfile";
    dockerfile.content = recipe;
    file.path = "file";
    file.content = installation + text;
    ImageWanted image;
    image.image = "flowyard-built:" + text;
    image.recipe = ImageRecipe{.folder = "sim",
                               .context = std::make_shared<const std::string>(write_tar({dockerfile, file})),
                               .dockerfile = "Dockerfile",
                               .bases = {}};
    return image;
  }
  ImageFound build(ImageWanted image) {
    return run(
        builds->build(std::move(image), [this](const std::string& how_far) { told.push_back(how_far); }));
  }
  std::vector<docker::ImageSummary> there() {
    docker::ListImages ours;
    ours.labels = {std::string(kBuiltLabel) + "=" + installation};
    return run(engine_->list_images(ours));
  }

  const std::string installation = fresh_name("built");
  std::vector<std::string> told;
  std::unique_ptr<ImageFetches> fetches;
  std::unique_ptr<ImageBuilds> builds;
};

TEST_F(BuiltImages, AreFoundAgainByTheirContent) {
  const auto first = build(wanted("a"));
  EXPECT_THAT(told, testing::Contains(HasSubstr(" : COPY file /file")));
  told.clear();
  EXPECT_EQ(build(wanted("a")).id, first.id);
  EXPECT_THAT(told, testing::IsEmpty());
  EXPECT_NE(build(wanted("b")).id, first.id);
  EXPECT_EQ(there().size(), 2u);
}

TEST_F(BuiltImages, AreNamedByWhatTheyBeginFrom) {
  auto image = wanted("a", "FROM " + probe_image() + "\nCOPY file /file\n");
  image.recipe->bases = {probe_image()};
  build(image);
  auto other = image;
  other.recipe->bases = {};
  EXPECT_NE(build(image).ran, "");
  build(other);
  std::set<std::string> tags;
  for (const auto& one : there()) tags.insert(one.tags.begin(), one.tags.end());
  EXPECT_EQ(tags.size(), 2u);
}

TEST_F(BuiltImages, ThatCannotBeBuiltSayTheStepAndTheLastLines) {
  try {
    build(wanted("a", "FROM scratch\nCOPY missing /missing\n"));
    FAIL();
  } catch (const LaunchFailed& failed) {
    EXPECT_EQ(failed.kind, LaunchFailed::Kind::Final);
    EXPECT_THAT(failed.what(),
                HasSubstr("the image of 'sim' cannot be built (Step 2/3 : COPY missing /missing)"));
    EXPECT_THAT(std::string(failed.what()).find('\n'), std::string::npos);
  }
}

TEST_F(BuiltImages, BeforeTheLastFewAreRemoved) {
  std::string newest;
  for (int n = 0; n < 12; ++n) newest = build(wanted(std::to_string(n))).id;
  run(builds->remove_old());
  const auto left = there();
  EXPECT_EQ(left.size(), 10u);
  EXPECT_TRUE(std::any_of(left.begin(), left.end(), [&](const auto& image) { return image.id == newest; }));
}

}  // namespace
}  // namespace flowyard::controller::fleet
