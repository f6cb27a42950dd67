// The part of Store that keeps workers, their secrets and their logs.
#include "controller/store/compression.hpp"
#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

using experiment::Worker;

// What a worker is from its first to its last day, and what becomes of it. An update writes the second alone:
// SQLite writes the index of each column that it is given, changed or not.
const std::string kIdentity = "name, experiment, pool, scenario, attempt, fleet";
const std::string kLife =
    "state, stop_wanted, handle, cause, reason, exit_code, oom_killed, vanished, created, started, ready, "
    "exited, runs, cpu_seconds, compute_seconds, memory_bytes, last_heard, keep_until";
const std::string kInsert = "INSERT INTO workers (" + kIdentity + ", " + kLife +
                            ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
const std::string kUpdate =
    "UPDATE workers SET (" + kLife + ") = (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?";
const std::string kSelect = "SELECT id, " + kIdentity + ", " + kLife + " FROM workers ";

void bind_identity(Statement& statement, const Worker& w) {
  statement.bind(w.name).bind(w.experiment.value).bind(w.pool).bind(w.scenario).bind(w.attempt).bind(w.fleet);
}

void bind_life(Statement& statement, const Worker& w) {
  statement.bind(to_string(w.state)).bind(w.stop_wanted ? 1 : 0).bind(w.handle);
  statement.bind(to_string(w.cause)).bind(w.reason);
  if (w.exit) {
    statement.bind(w.exit->code).bind(w.exit->oom_killed ? 1 : 0).bind(w.exit->vanished ? 1 : 0);
  } else {
    statement.bind(std::nullopt).bind(std::nullopt).bind(std::nullopt);
  }
  statement.bind(to_row(w.created)).bind(to_row(w.started)).bind(to_row(w.ready)).bind(to_row(w.exited));
  statement.bind(w.runs).bind(w.cpu_seconds).bind(w.compute_seconds).bind(w.memory_bytes);
  statement.bind(to_row(w.last_heard)).bind(to_row(w.keep_until));
}

// Reads a row of kSelect.
Worker worker_from(const Statement& row) {
  Worker w;
  w.id = {row.integer(0)};
  w.name = row.text(1);
  w.experiment = {row.integer(2)};
  w.pool = static_cast<int>(row.integer(3));
  w.scenario = row.text(4);
  w.attempt = static_cast<int>(row.integer(5));
  w.fleet = row.text(6);
  w.state = experiment::worker_state_from(row.text(7)).value_or(experiment::WorkerState::Gone);
  w.stop_wanted = row.integer(8) != 0;
  w.handle = row.text(9);
  w.cause = experiment::death_cause_from(row.text(10)).value_or(experiment::DeathCause::None);
  w.reason = row.text(11);
  if (!row.is_null(12)) {
    w.exit = experiment::Exit{.code = static_cast<int>(row.integer(12)),
                              .oom_killed = row.integer(13) != 0,
                              .vanished = row.integer(14) != 0};
  }
  w.created = optional_time_from(row, 15);
  w.started = optional_time_from(row, 16);
  w.ready = optional_time_from(row, 17);
  w.exited = optional_time_from(row, 18);
  w.runs = row.unsigned_integer(19);
  w.cpu_seconds = row.real(20);
  w.compute_seconds = row.real(21);
  w.memory_bytes = row.unsigned_integer(22);
  w.last_heard = time_from(row, 23);
  w.keep_until = optional_time_from(row, 24);
  return w;
}

}  // namespace

WorkerId Store::add_worker(const Worker& worker, const std::string& token) {
  Transaction transaction(database_);
  auto insert = database_.prepare(kInsert);
  bind_identity(insert, worker);
  bind_life(insert, worker);
  insert.run();
  const WorkerId id{database_.last_id()};
  database_.prepare("INSERT INTO worker_secrets VALUES (?, ?)").bind(id.value).bind(token).run();
  transaction.commit();
  return id;
}

void Store::update_worker(const Worker& worker) {
  auto update = database_.prepare(kUpdate);
  bind_life(update, worker);
  update.bind(worker.id.value).run();
}

std::int64_t Store::update_worker(const Worker& worker, const experiment::JournalEvent& event) {
  Transaction transaction(database_);
  update_worker(worker);
  const auto number = add_to_journal(event);
  transaction.commit();
  return number;
}

std::vector<Worker> Store::workers(std::optional<ExperimentId> of) {
  auto query = database_.prepare(
      kSelect +
      "WHERE (?1 IS NULL OR experiment = ?1) AND experiment NOT IN (SELECT experiment FROM forgotten) "
      "ORDER BY id DESC");
  of ? query.bind(of->value) : query.bind(std::nullopt);
  std::vector<Worker> rows;
  while (query.step()) rows.push_back(worker_from(query));
  return rows;
}

std::vector<Worker> Store::workers_not_gone(std::optional<ExperimentId> of) {
  // Two texts, so that either finds its index.
  const std::string sql =
      kSelect + "WHERE state <> 'gone'" + (of ? " AND experiment = ?" : "") + " ORDER BY id DESC";
  auto query = database_.prepare(sql);
  if (of) query.bind(of->value);
  std::vector<Worker> rows;
  while (query.step()) rows.push_back(worker_from(query));
  return rows;
}

std::vector<Worker> Store::workers_called(const std::string& which) {
  std::vector<Worker> rows;
  if (which.empty()) return rows;
  for (const char* condition : {"name = ?1", "substr(name, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT 2"}) {
    auto query = database_.prepare(
        kSelect + "WHERE experiment NOT IN (SELECT experiment FROM forgotten) AND " + condition);
    query.bind(which);
    while (query.step()) rows.push_back(worker_from(query));
    if (!rows.empty()) break;
  }
  return rows;
}

std::string Store::worker_token(WorkerId id) {
  auto query = database_.prepare("SELECT token FROM worker_secrets WHERE worker = ?");
  query.bind(id.value);
  return query.step() ? query.text(0) : std::string();
}

void Store::keep_log(WorkerId id, const std::string& text) {
  database_.prepare("INSERT OR REPLACE INTO worker_logs VALUES (?, ?)")
      .bind(id.value)
      .bind(Blob{compress(text)})
      .run();
}

std::optional<std::string> Store::kept_log(WorkerId id) {
  auto query = database_.prepare("SELECT content FROM worker_logs WHERE worker = ?");
  query.bind(id.value);
  if (!query.step()) return std::nullopt;
  return decompress(query.text(0));
}

void Store::delete_worker(WorkerId id) {
  database_.prepare("DELETE FROM workers WHERE id = ?").bind(id.value).run();
}

}  // namespace flowyard::controller::store
