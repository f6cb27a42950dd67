#include "controller/store/installation.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/store/connection.hpp"
#include "controller/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class InstallationTest : public ::testing::Test {
 protected:
  // What a controller does when it starts.
  std::string start() {
    Store store(usable_store(data));
    remember_installation(data, store.installation());
    return store.installation();
  }

  // Why it does not start; and that looking has changed nothing.
  std::string refusal() {
    const auto before = contents();
    std::string why;
    try {
      usable_store(data);
    } catch (const StoreUnusable& unusable) {
      why = unusable.what();
    }
    EXPECT_EQ(contents(), before);
    return why;
  }

  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(data)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
  }

  test::TemporaryFolder folder;
  std::string data = folder.path();
};

TEST_F(InstallationTest, StaysTheSameFromStartToStart) {
  const auto id = start();
  EXPECT_EQ(remembered_installation(data), id);
  EXPECT_EQ(start(), id);
}

TEST_F(InstallationTest, IsWrittenDownForAStoreThatIsOlderThanThis) {
  const auto id = start();
  std::filesystem::remove(installation_file(data));
  EXPECT_EQ(start(), id);
  EXPECT_EQ(remembered_installation(data), id);
}

TEST_F(InstallationTest, AMissingStoreIsNotReplacedByAnEmptyOne) {
  const auto id = start();
  std::filesystem::remove(store_file(data));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("is missing"), HasSubstr(id), HasSubstr("flowyard restore --same"),
                               HasSubstr("docker ps -a -q --filter label=flowyard.installation=" + id)));
}

TEST_F(InstallationTest, AStoreOfNoBytesIsNotTakenForANewOne) {
  start();
  std::ofstream(store_file(data), std::ios::trunc).flush();
  EXPECT_THAT(refusal(), HasSubstr("is empty"));
}

TEST_F(InstallationTest, AnEmptiedStoreIsNotTakenForANewOne) {
  start();
  Connection(store_file(data), Connection::Access::Write).execute("DELETE FROM installation");
  EXPECT_THAT(refusal(), HasSubstr("has been emptied"));
}

TEST_F(InstallationTest, AFileThatIsNoDatabaseIsDamaged) {
  start();
  std::ofstream(store_file(data), std::ios::trunc) << std::string(8192, 'x');
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
  std::filesystem::remove(installation_file(data));
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(InstallationTest, ADamagedSchemaIsSeen) {
  start();
  {
    std::fstream file(store_file(data), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(3996, 'x');
  }
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(InstallationTest, TheStoreOfAnotherIsRefused) {
  const auto id = start();
  const auto other = folder / "other";
  std::filesystem::create_directories(other);
  { const Store store(store_file(other)); }
  std::filesystem::copy_file(store_file(other), store_file(data),
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove_all(other);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("is that of installation"), HasSubstr(id)));
}

// The command that the refusal names must do what it says.
TEST_F(InstallationTest, TheWayToBeginAnewBeginsAnewAndKeepsTheOldStore) {
  const auto id = start();
  std::ofstream(store_file(data), std::ios::trunc) << std::string(8192, 'x');
  const auto why = refusal();
  const auto begin = why.find("mkdir ");
  ASSERT_NE(begin, std::string::npos);
  const auto command = why.substr(begin, why.find('\n', begin) - begin);
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  EXPECT_NE(start(), id);
  EXPECT_TRUE(std::filesystem::exists(data + "/lost-store/flowyard.db"));
}

TEST(QuickCheck, FindsDamageThatTheStartDoesNotLookFor) {
  const test::TemporaryFolder folder;
  const auto path = folder / "s.db";
  {
    Store store(path);
    experiment::JournalEvent event;
    event.fields["note"] = std::string(200, 'f');
    for (int n = 0; n < 300; ++n) store.append(event);
  }
  EXPECT_EQ(Connection(path, Connection::Access::Read).quick_check(), "");
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-4096, std::ios::end);
    file << std::string(4096, 'x');
  }
  EXPECT_NE(Connection(path, Connection::Access::Read).quick_check(), "");
  EXPECT_EQ(Connection(path, Connection::Access::Read).quick_check([] { return true; }), "");
}

}  // namespace
}  // namespace flowyard::controller::store
