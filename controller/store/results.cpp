// The part of Store that keeps results.
#include "controller/store/compression.hpp"
#include "controller/store/lease_rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

constexpr const char* kChunkColumns = "lease, chunk, worker, first, count, compute_seconds, body";

ChunkRow chunk_from(const Statement& row) {
  return {.lease = {row.integer(0)},
          .chunk = row.unsigned_integer(1),
          .worker = {row.integer(2)},
          .range = {row.unsigned_integer(3), row.unsigned_integer(4)},
          .compute_seconds = row.real(5),
          .body = decompress(row.text(6))};
}

std::vector<experiment::IndexRange> ranges_of(Statement query, ExperimentId of) {
  query.bind(of.value);
  std::vector<experiment::IndexRange> ranges;
  while (query.step()) ranges.push_back({query.unsigned_integer(0), query.unsigned_integer(1)});
  return ranges;
}

// A result of another lease may cover these scenarios already (it committed after we gave it up for dead).
bool overlaps(Database& database, ExperimentId experiment, experiment::IndexRange range) {
  auto query = database.prepare(
      "SELECT first + count FROM chunks WHERE experiment = ? AND first < ? ORDER BY first DESC LIMIT 1");
  query.bind(experiment.value).bind(range.end());
  return query.step() && query.unsigned_integer(0) > range.first;
}

// The outcome of storing a chunk, and the present lease. `table` knows those that are stored.
template <class Chunk>
CommitResult examine(Database& database, const Chunk& chunk, const std::string& token,
                     const std::string& table) {
  auto query = database.prepare(std::string("SELECT ") + kLeaseColumns + " FROM leases WHERE id = ?");
  query.bind(chunk.lease.value);
  if (!query.step()) return {};
  CommitResult result{.outcome = Commit::Stale, .lease = lease_from(query)};
  const experiment::Lease& lease = result.lease;
  if (lease.token != token || lease.worker != chunk.worker) return result;
  auto stored = database.prepare("SELECT 1 FROM " + table +
                                 " WHERE lease = ? AND chunk = ? AND first = ? AND count = ?");
  stored.bind(chunk.lease.value).bind(chunk.chunk).bind(chunk.range.first).bind(chunk.range.count);
  if (stored.step()) {
    result.outcome = Commit::Duplicate;
    return result;
  }
  const auto next = lease.remainder();
  const bool in_order =
      chunk.range.first == next.first && chunk.range.count > 0 && chunk.range.count <= next.count;
  if (lease.state == experiment::LeaseState::Open && in_order &&
      !overlaps(database, lease.experiment, chunk.range))
    result.outcome = Commit::Stored;
  return result;
}

// So many more scenarios of the lease are settled.
void advance(Database& database, experiment::Lease& lease, std::uint64_t count, TimePoint when) {
  lease.committed += count;
  lease.last_progress = when;
  if (lease.committed == lease.range.count) lease.state = experiment::LeaseState::Done;
  database.prepare("UPDATE leases SET committed = ?, state = ?, last_progress = ? WHERE id = ?")
      .bind(lease.committed)
      .bind(to_string(lease.state))
      .bind(to_row(when))
      .bind(lease.id.value)
      .run();
}

void insert(Database& database, ExperimentId experiment, const ChunkRow& chunk) {
  database
      .prepare(
          "INSERT INTO chunks (experiment, lease, chunk, worker, first, count, compute_seconds, body, "
          "body_bytes) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(experiment.value)
      .bind(chunk.lease.value)
      .bind(chunk.chunk)
      .bind(chunk.worker.value)
      .bind(chunk.range.first)
      .bind(chunk.range.count)
      .bind(chunk.compute_seconds)
      .bind(Blob{compress(chunk.body)})
      .bind(static_cast<std::int64_t>(chunk.body.size()))
      .run();
}

// Whether the contents of all were kept.
bool insert_files(Database& database, ExperimentId experiment, const ChunkRow& chunk) {
  for (const auto& file : chunk.files) {
    database
        .prepare(
            "INSERT INTO result_files SELECT experiment, ?, ?, ?, hash, bytes FROM file_contents "
            "WHERE experiment = ? AND hash = ?")
        .bind(file.scenario)
        .bind(file.name)
        .bind(chunk.worker.value)
        .bind(experiment.value)
        .bind(file.hash)
        .run();
    if (database.changes() != 1) return false;
  }
  return true;
}

// Marks them, and gives how many of them failed for it.
std::uint64_t mark_not_finite(Database& database, ExperimentId experiment, const ChunkRow& chunk) {
  std::uint64_t failed = 0;
  for (const auto& range : chunk.not_finite) {
    database.prepare("INSERT INTO not_finite VALUES (?, ?, ?)")
        .bind(experiment.value)
        .bind(range.first)
        .bind(range.count)
        .run();
    if (!chunk.not_finite_fails) continue;
    for (auto scenario = range.first; scenario < range.end(); ++scenario) {
      add_failure(database, experiment,
                  {.index = scenario,
                   .cause = experiment::DeathCause::NotFinite,
                   .reason = "its results are not finite",
                   .attempts = 1,
                   .worker = {}});
    }
    failed += range.count;
  }
  if (failed > 0) {
    database.prepare("UPDATE counters SET done = done - ? WHERE experiment = ?")
        .bind(failed)
        .bind(experiment.value)
        .run();
  }
  return failed;
}

}  // namespace

CommitResult Store::commit(const ChunkRow& chunk, const std::string& token, TimePoint when) {
  Transaction transaction(database_);
  auto result = examine(database_, chunk, token, "chunks");
  if (result.outcome != Commit::Stored) return result;
  insert(database_, result.lease.experiment, chunk);
  if (!insert_files(database_, result.lease.experiment, chunk)) {
    result.outcome = Commit::Stale;
    return result;
  }
  result.failed = mark_not_finite(database_, result.lease.experiment, chunk);
  advance(database_, result.lease, chunk.range.count, when);
  transaction.commit();
  return result;
}

CommitResult Store::commit(const FailedChunkRow& chunk, const std::string& token, TimePoint when) {
  Transaction transaction(database_);
  auto result = examine(database_, chunk, token, "failed_chunks");
  if (result.outcome != Commit::Stored) return result;
  const auto experiment = result.lease.experiment;
  database_.prepare("INSERT INTO failed_chunks VALUES (?, ?, ?, ?, ?)")
      .bind(chunk.lease.value)
      .bind(chunk.chunk)
      .bind(experiment.value)
      .bind(chunk.range.first)
      .bind(chunk.range.count)
      .run();
  for (const auto& retry : chunk.again) add_retry(database_, experiment, retry);
  for (const auto& failed : chunk.given_up) add_failure(database_, experiment, failed);
  result.failed = chunk.given_up.size();
  advance(database_, result.lease, chunk.range.count, when);
  transaction.commit();
  return result;
}

std::vector<experiment::IndexRange> Store::done_ranges(ExperimentId of) {
  return ranges_of(database_.prepare("SELECT first, count FROM chunks WHERE experiment = ? ORDER BY first"),
                   of);
}

std::vector<experiment::IndexRange> Store::not_finite_ranges(ExperimentId of) {
  return ranges_of(
      database_.prepare("SELECT first, count FROM not_finite WHERE experiment = ? ORDER BY first"), of);
}

std::vector<experiment::IndexRange> Store::not_finite_ranges(ExperimentId of, experiment::IndexRange within) {
  // A run lies within a chunk, so that but one can begin before.
  auto query = database_.prepare(
      "SELECT first, count FROM not_finite WHERE experiment = ?1 AND first < ?3 AND first >= "
      "coalesce((SELECT max(first) FROM not_finite WHERE experiment = ?1 AND first <= ?2), ?2) ORDER BY "
      "first");
  query.bind(of.value).bind(within.first).bind(within.end());
  std::vector<experiment::IndexRange> ranges;
  while (query.step()) {
    const experiment::IndexRange range{query.unsigned_integer(0), query.unsigned_integer(1)};
    if (overlap(range, within).count > 0) ranges.push_back(range);
  }
  return ranges;
}

std::optional<ChunkRow> Store::next_chunk(ExperimentId of, std::uint64_t from, std::optional<WorkerId> by) {
  auto query = database_.prepare(std::string("SELECT ") + kChunkColumns +
                                 " FROM chunks WHERE experiment = ? AND first >= ?" +
                                 (by ? " AND worker = ?" : "") + " ORDER BY first LIMIT 1");
  query.bind(of.value).bind(from);
  if (by) query.bind(by->value);
  return query.step() ? std::optional(chunk_from(query)) : std::nullopt;
}

std::optional<ChunkRow> Store::chunk_with(ExperimentId of, std::uint64_t scenario) {
  auto query =
      database_.prepare(std::string("SELECT ") + kChunkColumns +
                        " FROM chunks WHERE experiment = ? AND first <= ? ORDER BY first DESC LIMIT 1");
  query.bind(of.value).bind(scenario);
  if (!query.step()) return std::nullopt;
  auto chunk = chunk_from(query);
  return scenario < chunk.range.end() ? std::optional(std::move(chunk)) : std::nullopt;
}

}  // namespace flowyard::controller::store
