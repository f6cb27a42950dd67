// The part of Store that keeps the hashes of tokens.
#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

using experiment::Access;
using experiment::AccessToken;

bool Store::add_access_token(const AccessToken& token) {
  auto insert = database_.prepare(
      "INSERT INTO access_tokens (name, hash, read_only, created) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (name) DO NOTHING RETURNING 1");
  insert.bind(token.name)
      .bind(token.hash)
      .bind(token.access == Access::ReadOnly ? 1 : 0)
      .bind(to_row(token.created));
  const bool added = insert.step();
  insert.run();
  return added;
}

std::vector<AccessToken> Store::access_tokens() {
  auto query = database_.prepare("SELECT name, hash, read_only, created FROM access_tokens ORDER BY name");
  std::vector<AccessToken> tokens;
  while (query.step()) {
    tokens.push_back({.name = query.text(0),
                      .hash = query.text(1),
                      .access = query.integer(2) != 0 ? Access::ReadOnly : Access::Full,
                      .created = time_from(query, 3)});
  }
  return tokens;
}

bool Store::revoke_access_token(const std::string& name) {
  auto remove = database_.prepare("DELETE FROM access_tokens WHERE name = ? RETURNING 1");
  remove.bind(name);
  const bool removed = remove.step();
  remove.run();
  return removed;
}

}  // namespace flowyard::controller::store
