// The part of Store that keeps leases, what waits for another try, and what was given up.
#include <limits>

#include "controller/store/lease_rows.hpp"
#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

// A lease that is shorter than the retry it comes from leaves the rest.
void take_retry(Database& database, const experiment::Lease& lease) {
  auto taken = database.prepare(
      "DELETE FROM retries WHERE experiment = ? AND first = ? RETURNING count, own_tries, "
      "infrastructure_tries, not_before");
  taken.bind(lease.experiment.value).bind(lease.range.first);
  if (!taken.step()) return;
  const RetryRow rest{.range = {lease.range.end(), taken.unsigned_integer(0) - lease.range.count},
                      .tries = {static_cast<int>(taken.integer(1)), static_cast<int>(taken.integer(2))},
                      .not_before = time_from(taken, 3)};
  taken.run();
  if (rest.range.count > 0) add_retry(database, lease.experiment, rest);
}

// Columns: scenario, cause, reason, attempts, worker.
experiment::FailedScenario failed_from(const Statement& row) {
  return {.index = row.unsigned_integer(0),
          .cause = experiment::death_cause_from(row.text(1)).value_or(experiment::DeathCause::AppExit),
          .reason = row.text(2),
          .attempts = static_cast<int>(row.integer(3)),
          .worker = row.text(4)};
}

}  // namespace

void add_retry(Database& database, ExperimentId experiment, const RetryRow& retry) {
  database.prepare("INSERT OR REPLACE INTO retries VALUES (?, ?, ?, ?, ?, ?)")
      .bind(experiment.value)
      .bind(retry.range.first)
      .bind(retry.range.count)
      .bind(retry.tries.own)
      .bind(retry.tries.infrastructure)
      .bind(to_row(retry.not_before))
      .run();
}

void add_failure(Database& database, ExperimentId experiment, const experiment::FailedScenario& failed) {
  database.prepare("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)")
      .bind(experiment.value)
      .bind(failed.index)
      .bind(to_string(failed.cause))
      .bind(failed.reason)
      .bind(failed.attempts)
      .bind(failed.worker)
      .run();
}

LeaseId Store::open_lease(const experiment::Lease& lease) {
  Transaction transaction(database_);
  take_retry(database_, lease);
  database_
      .prepare(
          "INSERT INTO leases (experiment, worker, token, first, count, committed, own_tries, "
          "infrastructure_tries, "
          "state, opened, last_progress) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(lease.experiment.value)
      .bind(lease.worker.value)
      .bind(lease.token)
      .bind(lease.range.first)
      .bind(lease.range.count)
      .bind(lease.committed)
      .bind(lease.tries.own)
      .bind(lease.tries.infrastructure)
      .bind(to_string(lease.state))
      .bind(to_row(lease.opened))
      .bind(to_row(lease.last_progress))
      .run();
  const LeaseId id{database_.last_id()};
  transaction.commit();
  return id;
}

std::vector<experiment::Lease> Store::open_leases(ExperimentId of) {
  auto query = database_.prepare(std::string("SELECT ") + kLeaseColumns +
                                 " FROM leases WHERE experiment = ? AND state = 'open' ORDER BY id");
  query.bind(of.value);
  std::vector<experiment::Lease> leases;
  while (query.step()) leases.push_back(lease_from(query));
  return leases;
}

std::optional<experiment::IndexRange> Store::last_handed_to(WorkerId worker) {
  auto query = database_.prepare("SELECT first, count FROM leases WHERE worker = ? ORDER BY id DESC LIMIT 1");
  query.bind(worker.value);
  if (!query.step()) return std::nullopt;
  return experiment::IndexRange{query.unsigned_integer(0), query.unsigned_integer(1)};
}

bool Store::end_lease(const LeaseEnding& ending) {
  Transaction transaction(database_);
  auto update = database_.prepare(
      "UPDATE leases SET state = ? WHERE id = ? AND state = 'open' RETURNING experiment, committed");
  update.bind(to_string(ending.state)).bind(ending.lease.value);
  if (!update.step()) return true;  // ended before: safe to repeat
  const ExperimentId experiment{update.integer(0)};
  if (update.unsigned_integer(1) != ending.committed) return false;
  update.run();
  for (const auto& retry : ending.again) add_retry(database_, experiment, retry);
  for (const auto& failed : ending.given_up) add_failure(database_, experiment, failed);
  transaction.commit();
  return true;
}

std::vector<RetryRow> Store::retries(ExperimentId of) {
  auto query = database_.prepare(
      "SELECT first, count, own_tries, infrastructure_tries, not_before FROM retries WHERE experiment = ?");
  query.bind(of.value);
  std::vector<RetryRow> rows;
  while (query.step()) {
    rows.push_back({.range = {query.unsigned_integer(0), query.unsigned_integer(1)},
                    .tries = {static_cast<int>(query.integer(2)), static_cast<int>(query.integer(3))},
                    .not_before = time_from(query, 4)});
  }
  return rows;
}

std::vector<FailureGroup> Store::failure_groups(ExperimentId of) {
  // Beside min(), SQLite takes the other columns from the row that has it.
  auto query = database_.prepare(
      "SELECT min(scenario), cause, reason, attempts, worker, count(*) FROM failures WHERE experiment = ?"
      " GROUP BY cause ORDER BY 1");
  query.bind(of.value);
  std::vector<FailureGroup> groups;
  while (query.step()) groups.push_back({.count = query.unsigned_integer(5), .first = failed_from(query)});
  return groups;
}

std::vector<experiment::FailedScenario> Store::failures(ExperimentId of, std::size_t at_most) {
  return failures(of, {0, std::numeric_limits<std::int64_t>::max()}, at_most);
}

std::vector<experiment::FailedScenario> Store::failures(ExperimentId of, experiment::IndexRange within,
                                                        std::size_t at_most) {
  auto query = database_.prepare(
      "SELECT scenario, cause, reason, attempts, worker FROM failures WHERE experiment = ? AND scenario >= ? "
      "AND scenario < ? ORDER BY scenario LIMIT ?");
  query.bind(of.value).bind(within.first).bind(within.end()).bind(static_cast<std::int64_t>(at_most));
  std::vector<experiment::FailedScenario> rows;
  while (query.step()) rows.push_back(failed_from(query));
  return rows;
}

std::vector<experiment::IndexRange> Store::failed_ranges(ExperimentId of) {
  auto query = database_.prepare("SELECT scenario FROM failures WHERE experiment = ? ORDER BY scenario");
  query.bind(of.value);
  std::vector<experiment::IndexRange> ranges;
  while (query.step()) ranges.push_back({query.unsigned_integer(0), 1});
  return ranges;
}

}  // namespace flowyard::controller::store
