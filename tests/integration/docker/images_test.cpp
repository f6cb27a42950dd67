// The Engine itself and its images, on a real one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docker/client/build_image.hpp"
#include "docker/client/version.hpp"
#include "tests/support/real_engine.hpp"

namespace flowyard::test {
namespace {

using docker::build_image;
using docker::Labels;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Images : public RealEngine {
 protected:
  void TearDown() override {
    RealEngine::TearDown();  // first the containers that use them
    if (engine_) {
      docker::ListImages mine;
      mine.labels = {"flowyard.test.images=" + tag_};
      for (const auto& image : run(engine_->list_images(mine))) {
        docker::RemoveImage all_tags;
        all_tags.force = true;
        run(engine_->remove_image(image.id, all_tags));
      }
    }
  }

  // An image of one file, which no other has.
  std::string build() {
    TarEntry file;
    file.path = "name";
    file.content = tag_;
    return run(
        build_image(*engine_, tag_, {file}, "FROM scratch\nCOPY name /name\nCMD [\"/name\"]\n", labels_));
  }

  const std::string tag_ = "flowyard-test/" + fresh_name("image") + ":one";
  const Labels labels_{{kTestLabel, "1"}, {"flowyard.test.images", tag_}};
};

TEST_F(Images, ComeFromAnEngineThatSaysWhatItIs) {
  const auto ping = run(engine_->ping());
  const auto version = run(engine_->version());
  EXPECT_TRUE(docker::parse_api_version(ping.api_version)) << ping.api_version;
  EXPECT_EQ(version.api_version, ping.api_version);
  EXPECT_EQ(version.os, "linux");
  const auto info = run(engine_->info());
  EXPECT_EQ(info.engine, version.engine);
  EXPECT_GT(info.cpus, 0);
  EXPECT_GT(info.memory, 0);
}

TEST_F(Images, AreBuiltFromMemoryAndDescribed) {
  const auto id = build();
  EXPECT_THAT(id, HasSubstr("sha256:"));
  const auto image = run(engine_->inspect_image(tag_));
  EXPECT_EQ(image.id, id);
  EXPECT_THAT(image.tags, Contains(tag_));
  EXPECT_EQ(image.labels, labels_);
  EXPECT_EQ(image.os, "linux");
  EXPECT_GT(image.size, 0);
  EXPECT_TRUE(image.created);
}

TEST_F(Images, GiveTheirLabelsToTheirContainers) {
  build();
  docker::CreateContainer options;
  options.name = fresh_name("heir");
  options.image = tag_;
  options.labels = RealEngine::labels();
  run(engine_->create_container(options));
  EXPECT_EQ(run(engine_->inspect_container(options.name)).labels.at("flowyard.test.images"), tag_);
}

TEST_F(Images, AreListedByLabelAndReference) {
  const auto id = build();
  docker::ListImages by_label;
  by_label.labels = {"flowyard.test.images=" + tag_};
  const auto found = run(engine_->list_images(by_label));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, id);
  docker::ListImages by_reference;
  by_reference.references = {tag_};
  EXPECT_EQ(run(engine_->list_images(by_reference)).size(), 1u);
  by_reference.references = {"flowyard-test/never-built"};
  EXPECT_THAT(run(engine_->list_images(by_reference)), IsEmpty());
}

TEST_F(Images, AreTaggedAndRemoved) {
  const auto id = build();
  const std::string second = tag_.substr(0, tag_.find(':')) + ":two";
  run(engine_->tag_image(tag_, second));
  EXPECT_EQ(run(engine_->inspect_image(second)).id, id);
  run(engine_->remove_image(tag_));
  EXPECT_TRUE(is_no_such_image(refusal_of(engine_->inspect_image(tag_))));
  EXPECT_EQ(run(engine_->inspect_image(second)).id, id);
  run(engine_->remove_image(second));
  EXPECT_TRUE(is_not_found(refusal_of(engine_->remove_image(second))));
}

TEST_F(Images, AreSavedAndLoaded) {
  const auto id = build();
  const auto archive = run(engine_->save_image(tag_));
  run(engine_->remove_image(tag_));
  EXPECT_THAT(run(engine_->load_images(archive)), HasSubstr(tag_));
  EXPECT_EQ(run(engine_->inspect_image(tag_)).id, id);
}

TEST_F(Images, ThatFailToBuildSayWhereAndWhy) {
  const auto failure =
      refusal_of(build_image(*engine_, tag_, {}, "FROM scratch\nCOPY missing /missing\n", labels_));
  EXPECT_EQ(failure.asked(), "build image " + tag_);
  EXPECT_THAT(failure.message(), HasSubstr("missing"));
  EXPECT_THAT(failure.message(), HasSubstr("COPY missing /missing"));  // of the output
}

TEST_F(Images, AreNotBuiltFromADockerfileWithAMistake) {
  const auto failure = refusal_of(build_image(*engine_, tag_, {}, "FORM scratch\n", labels_));
  EXPECT_EQ(failure.status(), 400);
  EXPECT_THAT(failure.message(), HasSubstr("FORM"));
}

}  // namespace
}  // namespace flowyard::test
