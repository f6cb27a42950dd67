// Tokens as the store keeps them, and stores from before there were any.
#include <fstream>

#include <gtest/gtest.h>

#include "controller/store/connection.hpp"
#include "controller/store/schema.hpp"
#include "controller/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::store {
namespace {

using experiment::Access;
using experiment::AccessToken;

AccessToken a_token(std::string name, Access access = Access::Full) {
  return {
      .name = name, .hash = "hash of " + name, .access = access, .created = TimePoint(Milliseconds(1'000))};
}

TEST(Tokens, OutliveTheProgramAndKeepTheirNamesApart) {
  const test::TemporaryFolder folder;
  {
    Store store(folder / "s.db");
    EXPECT_TRUE(store.add_access_token(a_token("laptop")));
    EXPECT_TRUE(store.add_access_token(a_token("eye", Access::ReadOnly)));
    EXPECT_FALSE(store.add_access_token(a_token("laptop", Access::ReadOnly)));
  }
  Store store(folder / "s.db");
  const auto tokens = store.access_tokens();
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(tokens[0].name, "eye");
  EXPECT_EQ(tokens[0].access, Access::ReadOnly);
  EXPECT_EQ(tokens[1].hash, "hash of laptop");
  EXPECT_EQ(tokens[1].access, Access::Full);
  EXPECT_EQ(tokens[1].created, TimePoint(Milliseconds(1'000)));
  EXPECT_TRUE(store.revoke_access_token("laptop"));
  EXPECT_FALSE(store.revoke_access_token("laptop"));
  EXPECT_TRUE(store.add_access_token(a_token("laptop")));
}

TEST(Tokens, ComeToAStoreFromBeforeThereWereAny) {
  const test::TemporaryFolder folder;
  std::string installation;
  {
    Store store(folder / "s.db");
    installation = store.installation();
  }
  Connection(folder / "s.db", Connection::Access::Write)
      .execute(
          "DROP TABLE access_tokens; DROP TABLE failed_chunks; DROP TABLE forgotten; "
          "DROP TABLE result_files; DROP TABLE file_contents; ALTER TABLE counters DROP COLUMN file_bytes; "
          "ALTER TABLE experiments DROP COLUMN image; ALTER TABLE experiments DROP COLUMN image_ran;"
          "ALTER TABLE experiments DROP COLUMN needs_login; DROP TABLE spending; PRAGMA user_version = 5");
  Store store(folder / "s.db");
  EXPECT_EQ(store.installation(), installation);
  EXPECT_TRUE(store.access_tokens().empty());
  EXPECT_TRUE(store.add_access_token(a_token("laptop")));
  Connection look(folder / "s.db", Connection::Access::Read);
  EXPECT_EQ(look.first("PRAGMA user_version"), std::to_string(newest_version()));
}

}  // namespace
}  // namespace flowyard::controller::store
