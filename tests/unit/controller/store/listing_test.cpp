#include <random>

#include <gtest/gtest.h>

#include "controller/store/connection.hpp"
#include "controller/store/store.hpp"
#include "tests/support/old_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::store {
namespace {

using experiment::IndexRange;
using experiment::WorkerState;

constexpr TimePoint kNow{Milliseconds{1'000}};

class Listing : public ::testing::Test {
 protected:
  ExperimentId add(const std::string& name) {
    ExperimentRow row;
    row.name = name;
    row.submitted = kNow;
    row.scenarios = 100;
    row.fleet = "process";
    return store.add_experiment(row).id;
  }
  WorkerId add_worker(ExperimentId of) {
    experiment::Worker w;
    w.name = "worker-" + std::to_string(++workers_);
    w.experiment = of;
    w.fleet = "process";
    w.created = kNow;
    w.ready = kNow + Milliseconds{250};
    return store.add_worker(w, "secret");
  }
  experiment::Worker stored(WorkerId id) {
    for (auto& w : store.workers())
      if (w.id == id) return w;
    ADD_FAILURE() << "no worker";
    return {};
  }
  LeaseId open(ExperimentId of, WorkerId by, IndexRange range) {
    experiment::Lease l;
    l.experiment = of;
    l.worker = by;
    l.token = "token";
    l.range = range;
    return store.open_lease(l);
  }
  Commit commit(LeaseId lease, WorkerId by, std::uint64_t chunk, IndexRange range) {
    const ChunkRow row{
        .lease = lease, .chunk = chunk, .worker = by, .range = range, .compute_seconds = 0.5, .body = "body"};
    return store.commit(row, "token", kNow).outcome;
  }

  test::TemporaryFolder folder;
  Store store{folder / "s.db"};

 private:
  int workers_ = 0;
};

std::vector<std::int64_t> ids(const std::vector<ListedExperiment>& listed) {
  std::vector<std::int64_t> all;
  for (const auto& one : listed) all.push_back(one.row.id.value);
  return all;
}

TEST_F(Listing, GoesThroughAllInPagesNewestFirst) {
  for (int n = 1; n <= 5; ++n) add("e" + std::to_string(n));
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(ids(store.list_experiments({.state = {}, .before = {}, .at_most = 2})), (Ids{5, 4}));
  EXPECT_EQ(ids(store.list_experiments({.state = {}, .before = ExperimentId{4}, .at_most = 9})),
            (Ids{3, 2, 1}));
  store.finish_experiment({2}, experiment::ExperimentState::Failed, "", kNow);
  store.finish_experiment({4}, experiment::ExperimentState::Failed, "", kNow);
  const auto failed = experiment::ExperimentState::Failed;
  EXPECT_EQ(ids(store.list_experiments({.state = failed, .before = {}, .at_most = 9})), (Ids{4, 2}));
  EXPECT_EQ(ids(store.list_experiments({.state = failed, .before = ExperimentId{4}, .at_most = 9})),
            (Ids{2}));
}

TEST_F(Listing, FindsByNameAndByItsBeginning) {
  add("sweep");
  const auto newest = add("sweep");
  const auto other = add("sweep%");
  EXPECT_EQ(store.experiment_named("sweep"), newest);
  EXPECT_EQ(store.experiment_named("swee"), std::nullopt);
  const auto found = store.experiments_beginning("sweep%");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().first, other);
  EXPECT_EQ(store.experiments_beginning("s").size(), 3U);
}

TEST_F(Listing, CountsWhatIsDoneLeasedRetriedAndFailed) {
  const auto id = add("e");
  const auto worker = add_worker(id);
  const auto first = open(id, worker, {0, 10});
  const auto second = open(id, worker, {10, 10});
  EXPECT_EQ(commit(first, worker, 0, {0, 4}), Commit::Stored);
  EXPECT_EQ(commit(first, worker, 0, {0, 4}), Commit::Duplicate);
  LeaseEnding ending;
  ending.lease = second;
  ending.given_up = {{.index = 10, .cause = {}, .reason = "", .attempts = 3, .worker = "w"}};
  ending.again = {{.range = {11, 9}, .tries = {}, .not_before = kNow}};
  store.end_lease(ending);
  store.end_lease(ending);
  const auto progress = store.listed_experiment(id)->progress;
  EXPECT_EQ(progress.done, 4U);
  EXPECT_EQ(progress.leased, 6U);
  EXPECT_EQ(progress.retries, 1U);
  EXPECT_EQ(progress.failed, 1U);
}

TEST_F(Listing, CountsWorkersOnceTheyAreGone) {
  const auto id = add("e");
  const auto alive = add_worker(id);
  const auto gone = add_worker(id);
  auto w = stored(gone);
  w.compute_seconds = 2;
  w.state = WorkerState::Gone;
  store.update_worker(w);
  store.update_worker(w);
  const auto listed = *store.listed_experiment(id);
  EXPECT_EQ(listed.gone.workers, 1U);
  EXPECT_EQ(listed.gone.compute_seconds, 2);
  EXPECT_EQ(listed.gone.start, Milliseconds{250});
  ASSERT_EQ(store.workers_not_gone(id).size(), 1U);
  EXPECT_EQ(store.workers_not_gone(id).front().id, alive);
  EXPECT_EQ(store.workers_not_gone().size(), 1U);
  store.delete_worker(gone);
  EXPECT_EQ(store.listed_experiment(id)->gone.workers, 0U);
}

TEST_F(Listing, AddsUpByState) {
  const auto id = add("e");
  add("running");
  const auto worker = add_worker(id);
  commit(open(id, worker, {0, 10}), worker, 0, {0, 10});
  store.finish_experiment(id, experiment::ExperimentState::Succeeded, "", kNow);
  std::uint64_t done = 0, all = 0;
  for (const auto& totals : store.totals()) {
    all += totals.experiments;
    if (totals.state == experiment::ExperimentState::Succeeded) done = totals.progress.done;
  }
  EXPECT_EQ(all, 2U);
  EXPECT_EQ(done, 10U);
}

TEST_F(Listing, ForgetsTheCountersOfADeletedExperiment) {
  const auto id = add("e");
  const auto worker = add_worker(id);
  open(id, worker, {0, 10});
  store.forget_experiment(id);
  while (store.clear_forgotten()) {
  }
  EXPECT_FALSE(store.listed_experiment(id));
  EXPECT_TRUE(store.totals().empty());
  EXPECT_EQ(Connection(folder / "s.db", Connection::Access::Read).first("SELECT count(*) FROM counters"),
            "0");
}

// Whatever happens in whatever order, and in a store that was counted only when it was brought up to date:
// the counters say what counting would.
TEST_F(Listing, SaysWhatCountingWouldSay) {
  std::mt19937 random(7);
  const auto id = add("e");
  std::vector<WorkerId> workers{add_worker(id), add_worker(id), add_worker(id)};
  std::vector<std::pair<LeaseId, IndexRange>> leases;
  for (std::uint64_t step = 0; step < 200; ++step) {
    const auto pick = random() % 4;
    if (pick == 0 || leases.empty()) {
      const IndexRange range{step * 10, 10};
      leases.emplace_back(open(id, workers[0], range), range);
    } else if (pick == 1) {
      auto& [lease, range] = leases[random() % leases.size()];
      const auto count = std::min<std::uint64_t>(range.count, 1 + random() % 5);
      if (count == 0) continue;
      if (commit(lease, workers[0], step, {range.first, count}) == Commit::Stored)
        range = {range.first + count, range.count - count};
    } else {
      LeaseEnding ending;
      ending.lease = leases[random() % leases.size()].first;
      ending.state = pick == 2 ? experiment::LeaseState::Expired : experiment::LeaseState::Revoked;
      ending.given_up = {{.index = random() % 50, .cause = {}, .reason = "", .attempts = 1, .worker = ""}};
      store.end_lease(ending);
    }
  }
  auto w = stored(workers[1]);
  w.state = WorkerState::Gone;
  w.compute_seconds = 1.5;
  store.update_worker(w);
  Connection look(folder / "s.db", Connection::Access::Write);
  const std::string counted =
      "SELECT (SELECT sum(count) FROM chunks) || ' ' || (SELECT count(*) FROM failures) || ' ' ||"
      " (SELECT coalesce(sum(count - committed), 0) FROM leases WHERE state = 'open') || ' ' ||"
      " (SELECT count(*) FROM leases WHERE state IN ('expired', 'revoked')) || ' ' ||"
      " (SELECT count(*) FROM workers WHERE state = 'gone')";
  const std::string kept =
      "SELECT done || ' ' || failed || ' ' || leased || ' ' || retries || ' ' || workers_gone FROM counters";
  const auto expected = look.first(counted);
  EXPECT_EQ(look.first(kept), expected);

  // As it was before there were counters.
  for (const auto& drop : look.column("SELECT 'DROP ' || type || ' ' || name FROM sqlite_schema WHERE"
                                      " name LIKE 'count\\_%' ESCAPE '\\' OR name IN ('workers_not_gone',"
                                      " 'experiments_by_state', 'experiments_by_name', 'leases_by_worker',"
                                      " 'leases_by_experiment', 'journal_by_experiment')"))
    look.execute(drop);
  look.execute(test::kBeforeOverrides);
  look.execute("DROP TABLE counters; DROP TABLE not_finite; PRAGMA user_version = 2");
  { const Store brought_up(folder / "s.db"); }
  EXPECT_EQ(look.first(kept), expected);
}

}  // namespace
}  // namespace flowyard::controller::store
