// The part of Store that keeps the hashes of tokens.
#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

using experiment::Access;
using experiment::AccessToken;
using experiment::token_account;

bool Store::add_access_token(const AccessToken& token) {
  auto insert = database_.prepare(
      "INSERT INTO access_tokens (name, hash, read_only, created, budget) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (name) DO NOTHING RETURNING 1");
  insert.bind(token.name)
      .bind(token.hash)
      .bind(token.access == Access::ReadOnly ? 1 : 0)
      .bind(to_row(token.created))
      .bind(experiment::to_string(token.budget));
  const bool added = insert.step();
  insert.run();
  return added;
}

std::vector<AccessToken> Store::access_tokens() {
  auto query =
      database_.prepare("SELECT name, hash, read_only, created, budget FROM access_tokens ORDER BY name");
  std::vector<AccessToken> tokens;
  while (query.step()) {
    tokens.push_back({.name = query.text(0),
                      .hash = query.text(1),
                      .access = query.integer(2) != 0 ? Access::ReadOnly : Access::Full,
                      .created = time_from(query, 3),
                      .budget = experiment::parse_budget(query.text(4)).value()});
  }
  return tokens;
}

experiment::Spending Store::spending(const std::string& account) {
  auto query = database_.prepare("SELECT runs, cpu_seconds, output_bytes FROM spending WHERE account = ?");
  query.bind(account);
  if (!query.step()) return {};
  return {.runs = query.unsigned_integer(0),
          .cpu_seconds = query.real(1),
          .output_bytes = query.unsigned_integer(2)};
}

void Store::spend(const std::string& account, const experiment::Spending& more) {
  database_
      .prepare(
          "INSERT INTO spending (account, runs, cpu_seconds, output_bytes) VALUES (?, ?, ?, ?)"
          " ON CONFLICT (account) DO UPDATE SET runs = runs + excluded.runs,"
          " cpu_seconds = cpu_seconds + excluded.cpu_seconds,"
          " output_bytes = output_bytes + excluded.output_bytes")
      .bind(account)
      .bind(more.runs)
      .bind(more.cpu_seconds)
      .bind(more.output_bytes)
      .run();
}

bool Store::revoke_access_token(const std::string& name) {
  auto remove = database_.prepare("DELETE FROM access_tokens WHERE name = ? RETURNING 1");
  remove.bind(name);
  const bool removed = remove.step();
  remove.run();
  // Another of the same name starts anew.
  database_.prepare("DELETE FROM spending WHERE account = ?").bind(token_account(name)).run();
  return removed;
}

}  // namespace flowyard::controller::store
