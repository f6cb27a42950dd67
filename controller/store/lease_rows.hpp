// How a lease row is read; shared by the two files that query leases.
#pragma once

#include "controller/experiment/lease.hpp"
#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

inline constexpr const char* kLeaseColumns =
    "id, experiment, worker, token, first, count, committed, own_tries, infrastructure_tries, state, opened, "
    "last_progress";

inline experiment::Lease lease_from(const Statement& row) {
  experiment::Lease lease;
  lease.id = {row.integer(0)};
  lease.experiment = {row.integer(1)};
  lease.worker = {row.integer(2)};
  lease.token = row.text(3);
  lease.range = {row.unsigned_integer(4), row.unsigned_integer(5)};
  lease.committed = row.unsigned_integer(6);
  lease.tries = {static_cast<int>(row.integer(7)), static_cast<int>(row.integer(8))};
  const auto state = row.text(9);
  for (auto candidate : {experiment::LeaseState::Open, experiment::LeaseState::Done,
                         experiment::LeaseState::Expired, experiment::LeaseState::Revoked}) {
    if (to_string(candidate) == state) lease.state = candidate;
  }
  lease.opened = time_from(row, 10);
  lease.last_progress = time_from(row, 11);
  return lease;
}

// Within a transaction. What is known is written again.
void add_retry(Database& database, experiment::ExperimentId experiment, const RetryRow& retry);
void add_failure(Database& database, experiment::ExperimentId experiment,
                 const experiment::FailedScenario& failed);

}  // namespace flowyard::controller::store
