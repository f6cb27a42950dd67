// The part of Store that keeps experiments and their bundles.
#include <nlohmann/json.hpp>

#include "common/crypto/sha256.hpp"
#include "controller/store/compression.hpp"
#include "controller/store/experiment_rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

ExperimentRow experiment_from(const Statement& row) {
  ExperimentRow experiment;
  experiment.id = {row.integer(0)};
  experiment.name = row.text(1);
  experiment.state =
      experiment::experiment_state_from(row.text(2)).value_or(experiment::ExperimentState::Failed);
  experiment.reason = row.text(3);
  experiment.cancel_wanted = row.integer(4) != 0;
  experiment.submitted = time_from(row, 5);
  experiment.finished = optional_time_from(row, 6);
  experiment.scenarios = row.unsigned_integer(7);
  experiment.fleet = row.text(8);
  experiment.idempotency_key = row.text(9);
  experiment.bundle.file_name = row.text(10);
  experiment.overrides = nlohmann::json::parse(row.text(11)).get<std::map<std::string, std::string>>();
  experiment.pause_wanted = row.integer(12) != 0;
  experiment.round = row.unsigned_integer(13);
  experiment.resumed = optional_time_from(row, 14);
  experiment.image = row.text(15);
  experiment.image_ran = row.text(16);
  experiment.needs_login = row.integer(17) != 0;
  return experiment;
}

namespace {

std::string json_of(const std::map<std::string, std::string>& overrides) {
  return nlohmann::json(overrides).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void add_file(Database& database, ExperimentId experiment, const experiment::BundleFile& file) {
  const std::string hash = crypto::sha256_hex(file.content);
  database.prepare("INSERT OR IGNORE INTO files VALUES (?, ?)")
      .bind(hash)
      .bind(Blob{compress(file.content)})
      .run();
  database.prepare("INSERT INTO experiment_files VALUES (?, ?, ?)")
      .bind(experiment.value)
      .bind(file.path)
      .bind(hash)
      .run();
}

}  // namespace

Store::Added Store::add_experiment(const ExperimentRow& row) {
  Transaction transaction(database_);
  if (!row.idempotency_key.empty()) {
    auto known = database_.prepare("SELECT id FROM experiments WHERE idempotency_key = ?");
    known.bind(row.idempotency_key);
    if (known.step()) return {.id = {known.integer(0)}, .is_new = false};
  }
  std::optional<std::string> key;
  if (!row.idempotency_key.empty()) key = row.idempotency_key;
  database_
      .prepare(
          "INSERT INTO experiments (name, state, reason, submitted, scenarios, fleet, idempotency_key, "
          "file_name, text, overrides, image, needs_login) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(row.name)
      .bind(to_string(row.state))
      .bind(row.reason)
      .bind(to_row(row.submitted))
      .bind(row.scenarios)
      .bind(row.fleet)
      .bind(key)
      .bind(row.bundle.file_name)
      .bind(row.bundle.text)
      .bind(json_of(row.overrides))
      .bind(row.image)
      .bind(row.needs_login ? 1 : 0)
      .run();
  const ExperimentId id{database_.last_id()};
  for (const auto& file : row.bundle.files) add_file(database_, id, file);
  transaction.commit();
  return {.id = id};
}

bool Store::knows_key(const std::string& idempotency_key) {
  if (idempotency_key.empty()) return false;
  auto known = database_.prepare("SELECT 1 FROM experiments WHERE idempotency_key = ?");
  known.bind(idempotency_key);
  return known.step();
}

std::optional<ExperimentRow> Store::experiment_row(ExperimentId id) {
  auto query =
      database_.prepare(std::string("SELECT ") + kExperimentColumns + " FROM experiments WHERE id = ?");
  query.bind(id.value);
  if (!query.step()) return std::nullopt;
  return experiment_from(query);
}

std::optional<ExperimentRow> Store::experiment(ExperimentId id) {
  auto row = experiment_row(id);
  if (!row) return row;
  auto text = database_.prepare("SELECT text FROM experiments WHERE id = ?");
  text.bind(id.value);
  text.step();
  row->bundle.text = text.text(0);
  auto files = database_.prepare(
      "SELECT path, content FROM experiment_files JOIN files USING (hash) WHERE experiment = ? ORDER BY "
      "path");
  files.bind(id.value);
  while (files.step()) row->bundle.files.push_back({files.text(0), decompress(files.text(1))});
  return row;
}

std::vector<ExperimentRow> Store::experiments() {
  auto query =
      database_.prepare(std::string("SELECT ") + kExperimentColumns + " FROM experiments ORDER BY id DESC");
  std::vector<ExperimentRow> rows;
  while (query.step()) rows.push_back(experiment_from(query));
  return rows;
}

void Store::want_cancel(ExperimentId id) {
  database_.prepare("UPDATE experiments SET cancel_wanted = 1 WHERE id = ?").bind(id.value).run();
}

void Store::want_pause(ExperimentId id, bool wanted) {
  database_.prepare("UPDATE experiments SET pause_wanted = ? WHERE id = ?")
      .bind(wanted ? 1 : 0)
      .bind(id.value)
      .run();
}

std::optional<std::uint64_t> Store::reopen(ExperimentId id, const Reopening& how, TimePoint when) {
  Transaction transaction(database_);
  auto update = database_.prepare(
      "UPDATE experiments SET state = 'running', reason = '', finished = NULL, cancel_wanted = 0,"
      " pause_wanted = 0, round = round + 1, resumed = ? WHERE id = ? AND state <> 'running' RETURNING "
      "round");
  update.bind(to_row(when)).bind(id.value);
  if (!update.step()) return std::nullopt;
  const auto round = update.unsigned_integer(0);
  update.run();
  // Scenarios that failed as not finite have results, and would give the same again.
  if (how.failed_again)
    database_.prepare("DELETE FROM failures WHERE experiment = ? AND cause <> ?")
        .bind(id.value)
        .bind(to_string(experiment::DeathCause::NotFinite))
        .run();
  if (how.extended) {
    database_.prepare("UPDATE experiments SET text = ?, overrides = ?, scenarios = ? WHERE id = ?")
        .bind(how.extended->text)
        .bind(json_of(how.extended->overrides))
        .bind(how.extended->scenarios)
        .bind(id.value)
        .run();
  }
  transaction.commit();
  return round;
}

void Store::set_image_ran(ExperimentId id, const std::string& ran) {
  database_.prepare("UPDATE experiments SET image_ran = ? WHERE id = ?").bind(ran).bind(id.value).run();
}

void Store::set_needs_login(ExperimentId id) {
  database_.prepare("UPDATE experiments SET needs_login = 1 WHERE id = ?").bind(id.value).run();
}

void Store::set_reason(ExperimentId id, const std::string& reason) {
  database_.prepare("UPDATE experiments SET reason = ? WHERE id = ?").bind(reason).bind(id.value).run();
}

void Store::finish_experiment(ExperimentId id, experiment::ExperimentState state, const std::string& reason,
                              TimePoint when) {
  database_.prepare("UPDATE experiments SET state = ?, reason = ?, finished = ? WHERE id = ?")
      .bind(to_string(state))
      .bind(reason)
      .bind(to_row(when))
      .bind(id.value)
      .run();
}

}  // namespace flowyard::controller::store
