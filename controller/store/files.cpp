// The part of Store that keeps files which the programs of scenarios wrote.
#include "common/crypto/sha256.hpp"
#include "controller/store/lease_rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

Result<std::string> Store::keep_file(LeaseId lease, WorkerId worker, const std::string& token,
                                     const std::string& content, std::uint64_t most) {
  Transaction transaction(database_);
  auto held = database_.prepare(std::string("SELECT ") + kLeaseColumns + " FROM leases WHERE id = ?");
  held.bind(lease.value);
  const bool known = held.step();
  const auto of = known ? lease_from(held) : experiment::Lease{};
  if (!known || of.state != experiment::LeaseState::Open || of.token != token || of.worker != worker)
    return failure(ErrorCode::Conflict, "this lease is not yours any more");
  std::string hash = crypto::sha256_hex(content);
  auto there = database_.prepare("SELECT 1 FROM file_contents WHERE experiment = ? AND hash = ?");
  there.bind(of.experiment.value).bind(hash);
  if (there.step()) return hash;
  auto sum = database_.prepare("SELECT file_bytes FROM counters WHERE experiment = ?");
  sum.bind(of.experiment.value);
  const auto kept = sum.step() ? sum.unsigned_integer(0) : 0;
  if (kept + content.size() > most) return failure(ErrorCode::Limit, "too many bytes of files");
  database_.prepare("INSERT INTO file_contents VALUES (?, ?, ?, ?)")
      .bind(of.experiment.value)
      .bind(hash)
      .bind(static_cast<std::int64_t>(content.size()))
      .bind(Blob{content})
      .run();
  database_.prepare("UPDATE counters SET file_bytes = file_bytes + ? WHERE experiment = ?")
      .bind(static_cast<std::int64_t>(content.size()))
      .bind(of.experiment.value)
      .run();
  transaction.commit();
  return hash;
}

std::vector<FileRow> Store::files(ExperimentId of, const std::optional<FileRow>& after, std::size_t at_most,
                                  std::optional<WorkerId> by) {
  auto query = database_.prepare(
      std::string("SELECT scenario, name, hash, bytes, worker FROM result_files WHERE experiment = ?") +
      (after ? " AND (scenario, name) > (?, ?)" : "") + (by ? " AND worker = ?" : "") +
      " ORDER BY scenario, name LIMIT ?");
  query.bind(of.value);
  if (after) query.bind(after->scenario).bind(after->name);
  if (by) query.bind(by->value);
  query.bind(static_cast<std::int64_t>(at_most));
  std::vector<FileRow> rows;
  while (query.step())
    rows.push_back({.scenario = query.unsigned_integer(0),
                    .name = query.text(1),
                    .hash = query.text(2),
                    .bytes = query.unsigned_integer(3),
                    .worker = {query.integer(4)}});
  return rows;
}

std::optional<std::string> Store::file_content(ExperimentId of, std::uint64_t scenario,
                                               const std::string& name) {
  auto query = database_.prepare(
      "SELECT content FROM result_files JOIN file_contents USING (experiment, hash) "
      "WHERE experiment = ? AND scenario = ? AND name = ?");
  query.bind(of.value).bind(scenario).bind(name);
  return query.step() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace flowyard::controller::store
