#include "controller/store/schema.hpp"

#include <array>

namespace flowyard::controller::store {
namespace {

constexpr std::array<const char*, 11> kMigrations{R"sql(
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
)sql",
                                                  R"sql(
-- What a listing tells of an experiment, kept up to date by whatever transaction changes it, so that nothing is counted
-- when it is asked for. `leased` are scenarios in open leases that are not committed; workers count here once they are
-- gone and change no more.
CREATE TABLE counters (
  experiment INTEGER PRIMARY KEY REFERENCES experiments ON DELETE CASCADE,
  done INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  leased INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0,
  workers_gone INTEGER NOT NULL DEFAULT 0,
  compute_seconds REAL NOT NULL DEFAULT 0, start_milliseconds INTEGER NOT NULL DEFAULT 0
);
INSERT INTO counters
  SELECT id,
    (SELECT coalesce(sum(count), 0) FROM chunks WHERE experiment = e.id),
    (SELECT count(*) FROM failures WHERE experiment = e.id),
    (SELECT coalesce(sum(count - committed), 0) FROM leases WHERE experiment = e.id AND state = 'open'),
    0, 0, 0, 0
  FROM experiments AS e;
UPDATE counters SET retries = r.n
  FROM (SELECT experiment, count(*) AS n FROM leases WHERE state IN ('expired', 'revoked') GROUP BY experiment) AS r
  WHERE r.experiment = counters.experiment;
UPDATE counters SET workers_gone = w.n, compute_seconds = w.compute, start_milliseconds = w.start
  FROM (SELECT experiment, count(*) AS n, sum(compute_seconds) AS compute,
          coalesce(sum(ready - created), 0) AS start
        FROM workers WHERE state = 'gone' GROUP BY experiment) AS w
  WHERE w.experiment = counters.experiment;

CREATE TRIGGER count_experiment AFTER INSERT ON experiments BEGIN
  INSERT INTO counters (experiment) VALUES (NEW.id);
END;
CREATE TRIGGER count_chunk AFTER INSERT ON chunks BEGIN
  UPDATE counters SET done = done + NEW.count WHERE experiment = NEW.experiment;
END;
-- Before: one that is written again is replaced, and counts once.
CREATE TRIGGER count_failure BEFORE INSERT ON failures
WHEN NOT EXISTS (SELECT 1 FROM failures WHERE experiment = NEW.experiment AND scenario = NEW.scenario) BEGIN
  UPDATE counters SET failed = failed + 1 WHERE experiment = NEW.experiment;
END;
CREATE TRIGGER count_lease AFTER INSERT ON leases WHEN NEW.state = 'open' BEGIN
  UPDATE counters SET leased = leased + NEW.count - NEW.committed WHERE experiment = NEW.experiment;
END;
CREATE TRIGGER count_lease_change AFTER UPDATE OF committed, state ON leases BEGIN
  UPDATE counters SET
    leased = leased - iif(OLD.state = 'open', OLD.count - OLD.committed, 0)
                    + iif(NEW.state = 'open', NEW.count - NEW.committed, 0),
    retries = retries + (NEW.state IN ('expired', 'revoked')) - (OLD.state IN ('expired', 'revoked'))
  WHERE experiment = NEW.experiment;
END;
CREATE TRIGGER count_worker AFTER UPDATE OF state ON workers WHEN NEW.state = 'gone' AND OLD.state <> 'gone' BEGIN
  UPDATE counters SET
    workers_gone = workers_gone + 1, compute_seconds = compute_seconds + NEW.compute_seconds,
    start_milliseconds = start_milliseconds + coalesce(NEW.ready - NEW.created, 0)
  WHERE experiment = NEW.experiment;
END;
CREATE TRIGGER count_worker_deleted AFTER DELETE ON workers WHEN OLD.state = 'gone' BEGIN
  UPDATE counters SET
    workers_gone = workers_gone - 1, compute_seconds = compute_seconds - OLD.compute_seconds,
    start_milliseconds = start_milliseconds - coalesce(OLD.ready - OLD.created, 0)
  WHERE experiment = OLD.experiment;
END;

CREATE INDEX workers_not_gone ON workers (experiment) WHERE state <> 'gone';
CREATE INDEX experiments_by_state ON experiments (state, id);
CREATE INDEX experiments_by_name ON experiments (name, id);
CREATE INDEX leases_by_worker ON leases (worker, id);
CREATE INDEX leases_by_experiment ON leases (experiment);
CREATE INDEX journal_by_experiment ON journal (experiment, id);
)sql",
                                                  R"sql(
-- Scenarios whose results hold NaN or infinity without a reason, in runs.
CREATE TABLE not_finite (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  first INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (experiment, first)
) WITHOUT ROWID;
ALTER TABLE counters ADD COLUMN not_finite INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER count_not_finite AFTER INSERT ON not_finite BEGIN
  UPDATE counters SET not_finite = not_finite + NEW.count WHERE experiment = NEW.experiment;
END;
)sql",
                                                  R"sql(
-- What was overridden stands in the text itself, in a block at its end, and once more for lists. Older experiments get
-- theirs here; in JSON it goes before the last brace.
ALTER TABLE experiments ADD COLUMN overrides TEXT NOT NULL DEFAULT '{}';
UPDATE experiments SET overrides = json_patch('{}', json_object(
  'name', name, 'seed', CAST(seed AS TEXT), 'workers.count', CAST(workers AS TEXT),
  'workers.isolation', nullif(isolation, ''),
  'only', iif(only_count > 1, '[' || only_first || '-' || (only_first + only_count - 1) || ']', '[' || only_first || ']')))
  WHERE seed IS NOT NULL OR workers IS NOT NULL OR isolation <> '' OR only_first IS NOT NULL OR instr(text, name) = 0;
UPDATE experiments SET text =
  iif(substr(ltrim(text, char(9, 10, 13, 32)), 1, 1) = '{',
      substr(trimmed, 1, length(trimmed) - 1) || ', "overrides": {' || given || '}}' || char(10),
      text || iif(substr(text, -1) = char(10), '', char(10)) || 'overrides: {' || given || '}' || char(10))
  FROM (SELECT id AS of, rtrim(text, char(9, 10, 13, 32)) AS trimmed, 'name: ' || json_quote(name) ||
          coalesce(', seed: ' || seed, '') || coalesce(', workers: ' || workers, '') ||
          coalesce(', isolation: ' || nullif(isolation, ''), '') ||
          coalesce(', only: ' || json_extract(overrides, '$.only'), '') AS given
        FROM experiments WHERE overrides <> '{}')
  WHERE id = of;
ALTER TABLE experiments DROP COLUMN seed;
ALTER TABLE experiments DROP COLUMN isolation;
ALTER TABLE experiments DROP COLUMN workers;
ALTER TABLE experiments DROP COLUMN only_first;
ALTER TABLE experiments DROP COLUMN only_count;
-- An experiment that has ended may go on in another round.
ALTER TABLE experiments ADD COLUMN pause_wanted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE experiments ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE experiments ADD COLUMN resumed INTEGER;
CREATE TRIGGER count_failure_deleted AFTER DELETE ON failures BEGIN
  UPDATE counters SET failed = failed - 1 WHERE experiment = OLD.experiment;
END;
-- One worker's part is read without the rest.
CREATE INDEX chunks_by_worker ON chunks (experiment, worker, first);
)sql",
                                                  R"sql(
CREATE TABLE access_tokens (
  name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, read_only INTEGER NOT NULL, created INTEGER NOT NULL
) WITHOUT ROWID;
)sql",
                                                  R"sql(
-- Chunks that hold no results but why there are none, so that one that is sent twice is known.
CREATE TABLE failed_chunks (
  lease INTEGER NOT NULL, chunk INTEGER NOT NULL,
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  first INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (lease, chunk)
) WITHOUT ROWID;
CREATE INDEX failed_chunks_by_experiment ON failed_chunks (experiment);
)sql",
                                                  R"sql(
-- Experiments that are gone, of which rows of other tables are left.
CREATE TABLE forgotten (experiment INTEGER PRIMARY KEY);
)sql",
                                                  R"sql(
-- Files that the programs of scenarios wrote. Contents are kept once in an experiment, and before the chunk that names
-- them.
CREATE TABLE file_contents (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  hash TEXT NOT NULL, bytes INTEGER NOT NULL, content BLOB NOT NULL,
  UNIQUE (experiment, hash)
);
CREATE TABLE result_files (
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  scenario INTEGER NOT NULL, name TEXT NOT NULL, worker INTEGER NOT NULL, hash TEXT NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (experiment, scenario, name)
) WITHOUT ROWID;
ALTER TABLE counters ADD COLUMN file_bytes INTEGER NOT NULL DEFAULT 0;
)sql",
                                                  R"sql(
-- The image of its program: as it is named, and the digest that ran.
ALTER TABLE experiments ADD COLUMN image TEXT NOT NULL DEFAULT '';
ALTER TABLE experiments ADD COLUMN image_ran TEXT NOT NULL DEFAULT '';
-- Credentials came with it. They are not stored.
ALTER TABLE experiments ADD COLUMN needs_login INTEGER NOT NULL DEFAULT 0;
)sql",
                                                  R"sql(
-- What may be started with a token, and what was taken of budgets so far, also by experiments that are gone.
ALTER TABLE access_tokens ADD COLUMN budget TEXT NOT NULL DEFAULT '';
CREATE TABLE spending (
  account TEXT PRIMARY KEY, runs INTEGER NOT NULL, cpu_seconds REAL NOT NULL, output_bytes INTEGER NOT NULL
) WITHOUT ROWID;
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
