// Volumes that are filled once, on a real Engine: whole or not there, however they were left.
#include "controller/fleet/filled_volumes.hpp"

#include <gmock/gmock.h>

#include "common/async/task_group.hpp"
#include "common/base/tar.hpp"
#include "docker/client/ensure_removed.hpp"
#include "tests/support/real_engine.hpp"

namespace flowyard::controller::fleet {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Volumes : public test::RealEngine {
 protected:
  void SetUp() override {
    test::RealEngine::SetUp();
    if (!IsSkipped()) volumes = std::make_unique<FilledVolumes>(io_.get_executor(), *engine_);
  }

  VolumeContent content(const std::string& text) {
    auto archive = [this, text] {
      ++archives;
      TarEntry entry;
      entry.path = "file";
      entry.content = text;
      entry.user = entry.group = 65534;
      return write_tar({entry});
    };
    return {.volume = name, .folder = "/volume", .archive = archive, .labels = labels()};
  }
  std::vector<std::string> there() {
    docker::ListVolumes wanted{.labels = {}, .names = {name, name + "-filled"}};
    std::vector<std::string> names;
    for (const auto& volume : run(engine_->list_volumes(wanted))) names.push_back(volume.name);
    return names;
  }
  // As a container sees it that mounts it.
  std::vector<TarEntry> held() {
    auto options = probe({"exit", "0"});
    options.mounts = {{.kind = docker::Mount::Kind::Volume, .source = name, .target = "/seen"}};
    const auto id = run(engine_->create_container(options)).id;
    auto entries = read_tar(run(engine_->get_archive(id, "/seen/file"))).value();
    run(docker::ensure_removed(*engine_, id));
    return entries;
  }
  async::Task<> ensure_twice(std::string image) {
    async::TaskGroup group(co_await async::asio::this_coro::executor);
    group.spawn("one", volumes->ensure(image, content("whole")));
    group.spawn("other", volumes->ensure(image, content("whole")));
    co_await group.join();
  }

  const std::string name = fresh_name("filled");
  int archives = 0;
  std::unique_ptr<FilledVolumes> volumes;
};

TEST_F(Volumes, AreFilledOnceThoughSeveralWantThem) {
  run(ensure_twice(probe_image()));
  run(volumes->ensure(probe_image(), content("other")));
  EXPECT_EQ(archives, 1);
  const auto entries = held();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].content, "whole");
  EXPECT_EQ(entries[0].user, 65534);
}

TEST_F(Volumes, AreFilledAnewWhereAMakerDidNotComeToItsEnd) {
  docker::CreateVolume half{.name = name, .driver_options = {}, .labels = labels()};
  run(engine_->create_volume(half));
  auto filler = probe({"exit", "0"});
  filler.name = name + "-filler";
  run(engine_->create_container(filler));
  run(volumes->ensure(probe_image(), content("whole")));
  EXPECT_EQ(held()[0].content, "whole");
  EXPECT_THAT(there(), UnorderedElementsAre(name, name + "-filled"));
}

TEST_F(Volumes, AMarkAloneSaysNothing) {
  docker::CreateVolume mark{.name = name + "-filled", .driver_options = {}, .labels = labels()};
  run(engine_->create_volume(mark));
  run(volumes->ensure(probe_image(), content("whole")));
  EXPECT_EQ(held()[0].content, "whole");
}

TEST_F(Volumes, GoUnlessAContainerHasThem) {
  run(volumes->ensure(probe_image(), content("whole")));
  auto user = probe({"exit", "0"});
  user.mounts = {{.kind = docker::Mount::Kind::Volume, .source = name, .target = "/seen"}};
  const auto id = run(engine_->create_container(user)).id;
  std::vector<std::string> ours;
  for (const auto& [key, value] : labels()) ours.push_back(key + "=" + value);
  run(volumes->remove_others(ours, "another"));
  EXPECT_THAT(there(), UnorderedElementsAre(name, name + "-filled")) << "it is used, and stays whole";
  run(docker::ensure_removed(*engine_, id));
  run(volumes->remove_others(ours, name));
  EXPECT_THAT(there(), UnorderedElementsAre(name, name + "-filled")) << "it is to be kept";
  run(volumes->remove_others(ours, "another"));
  EXPECT_THAT(there(), IsEmpty());
  EXPECT_TRUE(run(volumes->remove(name)));
}

}  // namespace
}  // namespace flowyard::controller::fleet
