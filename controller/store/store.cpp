#include "controller/store/store.hpp"

#include "controller/store/schema.hpp"

namespace flowyard::controller::store {

Store::Store(const std::string& path, const std::string& vfs) : database_(path, vfs) {
  migrate(database_);
  Transaction transaction(database_);
  database_.execute(
      "INSERT INTO installation SELECT lower(hex(randomblob(8))), 0 WHERE NOT EXISTS (SELECT 1 FROM "
      "installation)");
  transaction.commit();
}

std::string Store::installation() {
  auto query = database_.prepare("SELECT id FROM installation");
  query.step();
  return query.text(0);
}

std::uint64_t Store::take_name_number() {
  auto update =
      database_.prepare("UPDATE installation SET names_given = names_given + 1 RETURNING names_given - 1");
  update.step();
  const auto number = update.unsigned_integer(0);
  update.run();
  return number;
}

}  // namespace flowyard::controller::store
