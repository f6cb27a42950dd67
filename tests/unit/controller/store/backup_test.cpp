#include "controller/store/backup.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/store/compact.hpp"
#include "controller/store/connection.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::store {
namespace {

using ::testing::HasSubstr;

// A data folder with a store of one experiment, one worker with a container, and a result of `bytes`.
class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Store store(store_file(data));
    experiment = add_experiment(store, "logistic");
    worker = store.add_worker(a_worker("novel-poodle"), "secret");
    remember_installation(data, store.installation());
  }

  experiment::Worker a_worker(const std::string& name) const {
    experiment::Worker one;
    one.name = name;
    one.experiment = experiment;
    one.fleet = "docker";
    one.handle = "container of the original";
    one.state = experiment::WorkerState::Ready;
    return one;
  }

  static ExperimentId add_experiment(Store& store, const std::string& name) {
    ExperimentRow row;
    row.name = name;
    row.scenarios = 10;
    row.fleet = "docker";
    row.bundle = {.file_name = "e.yaml", .text = "name: " + name, .files = {}};
    return store.add_experiment(row).id;
  }

  // Enough for a backup in several steps, and not to be compressed.
  void fill(int mebibytes) {
    Store store(store_file(data));
    std::mt19937 random(1);
    for (int n = 0; n < mebibytes; ++n) {
      ExperimentRow row;
      row.name = "large";
      std::string noise(1U << 20U, '\0');
      for (auto& byte : noise) byte = static_cast<char>(random());
      row.bundle = {.file_name = "e.yaml", .text = "", .files = {{"data.bin", noise}}};
      store.add_experiment(row);
    }
  }

  std::vector<std::string> names(const std::string& file) {
    Store store(file);
    std::vector<std::string> all;
    for (const auto& row : store.experiments()) all.push_back(row.name);
    return all;
  }

  test::TemporaryFolder folder;
  std::string data = folder / "data";
  std::string backup = folder / "backup.db";
  ExperimentId experiment;
  WorkerId worker;

 private:
  const bool folder_made = std::filesystem::create_directories(data);
};

TEST_F(BackupTest, HoldsTheStoreInOneFileThatOnlyItsOwnerMayRead) {
  const auto bytes = back_up(data, backup);
  ASSERT_TRUE(bytes) << to_string(bytes.error());
  EXPECT_EQ(*bytes, std::filesystem::file_size(backup));
  struct stat status {};
  ASSERT_EQ(::stat(backup.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    EXPECT_TRUE(entry.path() == data || entry.path() == backup) << entry.path();
  EXPECT_THAT(names(backup), ::testing::ElementsAre("logistic"));
}

TEST_F(BackupTest, IsOfOneMomentWhileTheStoreGoesOn) {
  fill(4);
  Store running(store_file(data));
  int steps = 0;
  const auto made = back_up(data, backup, [&] {
    ++steps;
    add_experiment(running, "later");
  });
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_GE(steps, 4);
  EXPECT_THAT(names(backup), ::testing::Not(::testing::Contains("later")));
  EXPECT_EQ(running.experiments().size(), 5U + static_cast<std::size_t>(steps));
}

TEST_F(BackupTest, WritesOverNothing) {
  std::ofstream(backup) << "precious";
  const auto made = back_up(data, backup);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::Conflict);
  EXPECT_EQ(std::filesystem::file_size(backup), 8U);
}

TEST_F(BackupTest, OfADamagedStoreIsNotMade) {
  fill(4);
  {
    // The middle of a table, behind SQLite's back.
    std::fstream file(store_file(data), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(3 * 4096, 'x');
  }
  const auto made = back_up(data, backup);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("damaged"));
  EXPECT_FALSE(std::filesystem::exists(backup));
}

TEST_F(BackupTest, RestoredIsAnotherInstallationWithoutTheContainersOfTheFirst) {
  ASSERT_TRUE(back_up(data, backup));
  const auto copy = folder / "copy";
  std::filesystem::create_directories(copy);
  const auto restored = restore(backup, copy, Identity::New);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->moved_to, "");
  Store store(usable_store(copy));
  EXPECT_EQ(store.installation(), restored->installation);
  EXPECT_EQ(remembered_installation(copy), restored->installation);
  EXPECT_NE(remembered_installation(copy), remembered_installation(data));
  ASSERT_EQ(store.workers().size(), 1U);
  EXPECT_EQ(store.workers().front().handle, "");
  EXPECT_EQ(store.experiments().size(), 1U);
}

TEST_F(BackupTest, RestoredAsTheSameAdoptsItsContainersAndGivesNoNumberTwice) {
  ASSERT_TRUE(back_up(data, backup));
  WorkerId made_later;
  ExperimentId added_later;
  std::uint64_t name_given_later = 0;
  {
    Store store(store_file(data));
    added_later = add_experiment(store, "later");
    made_later = store.add_worker(a_worker("quiet-otter"), "another secret");
    name_given_later = store.take_name_number();
  }
  const auto before = remembered_installation(data);
  const auto restored = restore(backup, data, Identity::Same);
  ASSERT_TRUE(restored) << to_string(restored.error());
  Store store(usable_store(data));
  EXPECT_EQ(store.installation(), before);
  EXPECT_EQ(store.workers().front().handle, "container of the original");
  EXPECT_GT(store.add_worker(a_worker("brave-heron"), "secret").value, made_later.value);
  EXPECT_GT(add_experiment(store, "new").value, added_later.value);
  EXPECT_GT(store.take_name_number(), name_given_later);
}

TEST_F(BackupTest, NumbersBeginAnewAlsoWhereNoneWasGivenBefore) {
  {
    Store store(store_file(data));
    store.forget_experiment(experiment);
    while (store.clear_forgotten()) {
    }
  }
  const auto fresh = folder / "fresh";
  std::filesystem::create_directories(fresh);
  { const Store store(store_file(fresh)); }
  ASSERT_TRUE(back_up(fresh, backup));
  ASSERT_TRUE(restore(backup, fresh, Identity::Same));
  Store store(store_file(fresh));
  EXPECT_GT(add_experiment(store, "first").value, 1000);
}

TEST_F(BackupTest, WhatIsReplacedIsKeptWithItsLog) {
  ASSERT_TRUE(back_up(data, backup));
  // One that did not end in order: its newest part is in the log alone.
  const auto killed = folder / "killed";
  std::filesystem::create_directories(killed);
  {
    Store store(store_file(data));
    add_experiment(store, "newest");
    for (const char* part : {"", "-wal"})
      std::filesystem::copy_file(store_file(data) + part, store_file(killed) + part);
  }
  const auto restored = restore(backup, killed, Identity::New);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_THAT(names(store_file(killed)), ::testing::ElementsAre("logistic"));
  EXPECT_THAT(names(restored->moved_to), ::testing::ElementsAre("newest", "logistic"));
}

TEST_F(BackupTest, AFileThatIsNoStoreIsRefusedAndChangesNothing) {
  std::ofstream(backup) << "not a database, however long this text may be, and it is long enough";
  const auto restored = restore(backup, data, Identity::Same);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::Invalid);
  EXPECT_FALSE(restore(folder / "none.db", data, Identity::Same));
  EXPECT_THAT(names(usable_store(data)), ::testing::ElementsAre("logistic"));
}

TEST_F(BackupTest, OfANewerFlowyardIsRefused) {
  ASSERT_TRUE(back_up(data, backup));
  Connection(backup, Connection::Access::Write).execute("PRAGMA user_version = 1000");
  const auto restored = restore(backup, data, Identity::Same);
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr("newer"));
}

// --- compacting

TEST_F(BackupTest, CompactsAStoreThatCouldNotShrink) {
  const auto path = store_file(data);
  fill(4);
  Connection(path, Connection::Access::Write).execute("PRAGMA auto_vacuum=NONE; VACUUM;");
  {
    Store store(path);
    for (const auto& row : store.experiments())
      if (row.name == "large") store.forget_experiment(row.id);
    while (store.clear_forgotten()) {
    }
    while (store.give_back_space()) {
    }
    EXPECT_GT(store.file_bytes(), 4'000'000U) << "an early store keeps its space";
  }
  const auto compacted = compact(data);
  ASSERT_TRUE(compacted) << to_string(compacted.error());
  EXPECT_GT(compacted->before, 4'000'000U);
  EXPECT_LT(compacted->after, 1'000'000U);
  EXPECT_EQ(std::filesystem::file_size(path), compacted->after);
  EXPECT_THAT(names(path), ::testing::ElementsAre("logistic"));
  struct stat status {};
  ::stat(path.c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(Connection(path, Connection::Access::Read).first("PRAGMA auto_vacuum"), "2");
}

}  // namespace
}  // namespace flowyard::controller::store
