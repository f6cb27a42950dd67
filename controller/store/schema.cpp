#include "controller/store/schema.hpp"

#include <array>

namespace flowyard::controller::store {
namespace {

constexpr std::array<const char*, 2> kMigrations{R"sql(
CREATE TABLE installation (id TEXT NOT NULL, names_given INTEGER NOT NULL);

CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  cancel_wanted INTEGER NOT NULL DEFAULT 0,
  submitted INTEGER NOT NULL,
  finished INTEGER,
  scenarios INTEGER NOT NULL,
  fleet TEXT NOT NULL,
  idempotency_key TEXT UNIQUE,
  file_name TEXT NOT NULL,
  text TEXT NOT NULL,
  seed INTEGER, isolation TEXT NOT NULL DEFAULT '', workers INTEGER
);
-- Content-addressed: a model that many experiments use is kept once.
CREATE TABLE files (hash TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE experiment_files (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  path TEXT NOT NULL, hash TEXT NOT NULL REFERENCES files,
  PRIMARY KEY (experiment, path)
) WITHOUT ROWID;

CREATE TABLE workers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  pool INTEGER NOT NULL, scenario TEXT NOT NULL, attempt INTEGER NOT NULL,
  state TEXT NOT NULL, stop_wanted INTEGER NOT NULL, fleet TEXT NOT NULL, handle TEXT NOT NULL,
  cause TEXT NOT NULL, reason TEXT NOT NULL,
  exit_code INTEGER, oom_killed INTEGER, vanished INTEGER,
  created INTEGER, started INTEGER, ready INTEGER, exited INTEGER,
  runs INTEGER NOT NULL, cpu_seconds REAL NOT NULL, compute_seconds REAL NOT NULL,
  memory_bytes INTEGER NOT NULL, last_heard INTEGER NOT NULL, keep_until INTEGER
);
CREATE INDEX workers_by_experiment ON workers (experiment);
CREATE TABLE worker_secrets (worker INTEGER PRIMARY KEY REFERENCES workers ON DELETE CASCADE, token TEXT NOT NULL);
CREATE TABLE worker_logs (worker INTEGER PRIMARY KEY REFERENCES workers ON DELETE CASCADE, content BLOB NOT NULL);

CREATE TABLE leases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  worker INTEGER NOT NULL, token TEXT NOT NULL,
  first INTEGER NOT NULL, count INTEGER NOT NULL, committed INTEGER NOT NULL,
  own_tries INTEGER NOT NULL, infrastructure_tries INTEGER NOT NULL,
  state TEXT NOT NULL, opened INTEGER NOT NULL, last_progress INTEGER NOT NULL
);
CREATE INDEX leases_open ON leases (experiment) WHERE state = 'open';
CREATE TABLE retries (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  first INTEGER NOT NULL, count INTEGER NOT NULL,
  own_tries INTEGER NOT NULL, infrastructure_tries INTEGER NOT NULL, not_before INTEGER NOT NULL,
  PRIMARY KEY (experiment, first)
) WITHOUT ROWID;
CREATE TABLE failures (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  scenario INTEGER NOT NULL, cause TEXT NOT NULL, reason TEXT NOT NULL,
  attempts INTEGER NOT NULL, worker TEXT NOT NULL,
  PRIMARY KEY (experiment, scenario)
) WITHOUT ROWID;

-- Results by chunk. (experiment, first) is unique and chunks never overlap, so each scenario has one result.
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  lease INTEGER NOT NULL, chunk INTEGER NOT NULL, worker INTEGER NOT NULL,
  first INTEGER NOT NULL, count INTEGER NOT NULL, compute_seconds REAL NOT NULL,
  body BLOB NOT NULL, body_bytes INTEGER NOT NULL,
  UNIQUE (lease, chunk), UNIQUE (experiment, first)
);

CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, experiment INTEGER NOT NULL,
  type TEXT NOT NULL, fields TEXT NOT NULL
);
)sql",
                                                 R"sql(
ALTER TABLE experiments ADD COLUMN only_first INTEGER;
ALTER TABLE experiments ADD COLUMN only_count INTEGER;
)sql"};

}  // namespace

std::size_t newest_version() {
  return kMigrations.size();
}

void migrate(Database& database) {
  auto query = database.prepare("PRAGMA user_version");
  query.step();
  const auto version = static_cast<std::size_t>(query.integer(0));
  query.step();
  if (version > kMigrations.size()) {
    throw StoreFailure("this store was written by a newer Flowyard (its version is " +
                           std::to_string(version) + ", this program knows " +
                           std::to_string(kMigrations.size()) + "): use that program",
                       0);
  }
  for (std::size_t next = version; next < kMigrations.size(); ++next) {
    Transaction transaction(database);
    database.execute(kMigrations[next]);
    database.execute("PRAGMA user_version = " + std::to_string(next + 1));
    transaction.commit();
  }
}

}  // namespace flowyard::controller::store
