#include "controller/store/store.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "controller/store/connection.hpp"
#include "tests/support/old_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace flowyard::controller::store {
namespace {

using experiment::IndexRange;
using experiment::LeaseState;

constexpr TimePoint kNow{Milliseconds{1'000}};

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    experiment = store.add_experiment(an_experiment()).id;
    worker = store.add_worker(a_worker(), "secret");
    lease = store.open_lease(a_lease({0, 10}));
  }

  static ExperimentRow an_experiment() {
    ExperimentRow row;
    row.name = "logistic";
    row.submitted = kNow;
    row.scenarios = 100;
    row.fleet = "process";
    row.bundle = {
        .file_name = "e.yaml", .text = "name: logistic", .files = {{"m.yaml", std::string("a\0b", 3)}}};
    return row;
  }
  experiment::Worker a_worker(const std::string& name = "novel-poodle") const {
    experiment::Worker w;
    w.name = name;
    w.experiment = experiment;
    w.fleet = "process";
    return w;
  }
  experiment::Lease a_lease(IndexRange range) const {
    experiment::Lease l;
    l.experiment = experiment;
    l.worker = worker;
    l.token = "token";
    l.range = range;
    return l;
  }
  ChunkRow a_chunk(std::uint64_t number, IndexRange range) const {
    return {.lease = lease,
            .chunk = number,
            .worker = worker,
            .range = range,
            .compute_seconds = 0.5,
            .body = "body"};
  }

  test::TemporaryFolder folder;
  Store store{folder / "s.db"};
  ExperimentId experiment;
  WorkerId worker;
  LeaseId lease;
};

TEST_F(StoreTest, KeepsTheFilesOfProgramsOncePerContent) {
  const auto one = store.keep_file(lease, worker, "token", "picture", 100).value();
  EXPECT_EQ(store.keep_file(lease, worker, "token", "picture", 100).value(), one) << "sent again";
  EXPECT_EQ(store.keep_file(lease, worker, "token", std::string(94, 'x'), 100).error().code,
            ErrorCode::Limit);
  EXPECT_EQ(store.keep_file(lease, worker, "other", "picture", 100).error().code, ErrorCode::Conflict);
  auto chunk = a_chunk(0, {0, 4});
  chunk.files = {{.scenario = 1, .name = "b.png", .hash = one},
                 {.scenario = 0, .name = "a.png", .hash = one}};
  EXPECT_EQ(store.commit(chunk, "token", kNow).outcome, Commit::Stored);
  EXPECT_EQ(store.commit(chunk, "token", kNow).outcome, Commit::Duplicate);
  const auto files = store.files(experiment, {}, 10);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].name, "a.png");
  EXPECT_EQ(files[1].bytes, 7u);
  EXPECT_EQ(store.files(experiment, files[0], 10).size(), 1u);
  EXPECT_EQ(store.file_content(experiment, 1, "b.png"), "picture");
  EXPECT_EQ(store.file_content(experiment, 0, "b.png"), std::nullopt);
  auto unknown = a_chunk(1, {4, 6});
  unknown.files = {{.scenario = 4, .name = "c.png", .hash = "none"}};
  EXPECT_EQ(store.commit(unknown, "token", kNow).outcome, Commit::Stale) << "its content never came";
  EXPECT_EQ(store.files(experiment, {}, 10).size(), 2u);
  store.finish_experiment(experiment, flowyard::controller::experiment::ExperimentState::Cancelled, "", kNow);
  store.forget_experiment(experiment);
  while (store.clear_forgotten()) {
  }
  EXPECT_EQ(store.file_content(experiment, 1, "b.png"), std::nullopt);
}

TEST_F(StoreTest, CommitsChunksInOrderUntilTheLeaseIsDone) {
  EXPECT_EQ(store.commit(a_chunk(0, {0, 4}), "token", kNow).outcome, Commit::Stored);
  const auto last = store.commit(a_chunk(1, {4, 6}), "token", kNow);
  EXPECT_EQ(last.outcome, Commit::Stored);
  EXPECT_EQ(last.lease.state, LeaseState::Done);
  EXPECT_EQ(store.progress(experiment).done, 10u);
  EXPECT_TRUE(store.open_leases(experiment).empty());
}

TEST_F(StoreTest, TakesTheSameChunkAgainWithoutStoringItTwice) {
  store.commit(a_chunk(0, {0, 4}), "token", kNow);
  EXPECT_EQ(store.commit(a_chunk(0, {0, 4}), "token", kNow).outcome, Commit::Duplicate);
  EXPECT_EQ(store.progress(experiment).done, 4u);
}

TEST_F(StoreTest, RefusesAStaleTokenAnEndedLeaseAndAChunkOutOfOrder) {
  EXPECT_EQ(store.commit(a_chunk(0, {0, 4}), "other", kNow).outcome, Commit::Stale);
  EXPECT_EQ(store.commit(a_chunk(0, {4, 4}), "token", kNow).outcome, Commit::Stale);
  EXPECT_EQ(store.commit(a_chunk(0, {0, 11}), "token", kNow).outcome, Commit::Stale);
  store.end_lease({.lease = lease, .state = LeaseState::Expired, .again = {}, .given_up = {}});
  EXPECT_EQ(store.commit(a_chunk(0, {0, 4}), "token", kNow).outcome, Commit::Stale);
  EXPECT_EQ(store.progress(experiment).done, 0u);
}

TEST_F(StoreTest, NeverStoresTwoResultsForOneScenario) {
  const auto other = store.open_lease(a_lease({8, 10}));
  EXPECT_EQ(store.commit(a_chunk(0, {0, 10}), "token", kNow).outcome, Commit::Stored);
  auto late = a_chunk(0, {8, 10});
  late.lease = other;
  EXPECT_EQ(store.commit(late, "token", kNow).outcome, Commit::Stale);
}

TEST_F(StoreTest, TurnsALostLeaseIntoRetriesAndFailuresAtOnce) {
  const experiment::FailedScenario failed{.index = 9,
                                          .cause = experiment::DeathCause::Oom,
                                          .reason = "r",
                                          .attempts = 3,
                                          .worker = "novel-poodle"};
  const LeaseEnding ending{.lease = lease,
                           .state = LeaseState::Expired,
                           .again = {{.range = {0, 9}, .tries = {1, 2}, .not_before = kNow}},
                           .given_up = {failed}};
  store.end_lease(ending);
  store.end_lease(ending);  // safe to repeat
  ASSERT_EQ(store.retries(experiment).size(), 1u);
  EXPECT_EQ(store.retries(experiment)[0].tries, (experiment::Tries{1, 2}));
  ASSERT_EQ(store.failures(experiment, 10).size(), 1u);
  EXPECT_EQ(store.failures(experiment, 10)[0].cause, experiment::DeathCause::Oom);
  store.open_lease(a_lease({0, 9}));
  EXPECT_TRUE(store.retries(experiment).empty());
}

TEST_F(StoreTest, GivesBackWhatItWasGivenAfterBeingOpenedAgain) {
  auto changed = a_worker();
  changed.id = worker;
  changed.state = experiment::WorkerState::Exited;
  changed.exit = experiment::Exit{.code = 3};
  changed.exited = kNow;
  store.update_worker(changed);
  store.keep_log(worker, "first line\nsecond line\n");
  store.commit(a_chunk(0, {0, 4}), "token", kNow);

  Store again(folder / "s.db");
  EXPECT_EQ(again.installation(), store.installation());
  const auto row = again.experiment(experiment);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->bundle.files[0].content, std::string("a\0b", 3));
  const auto workers = again.workers(experiment);
  ASSERT_EQ(workers.size(), 1u);
  EXPECT_EQ(workers[0].state, experiment::WorkerState::Exited);
  EXPECT_EQ(workers[0].exit->code, 3);
  EXPECT_EQ(workers[0].exited, kNow);
  EXPECT_EQ(again.worker_token(worker), "secret");
  EXPECT_EQ(again.kept_log(worker), "first line\nsecond line\n");
  EXPECT_EQ(again.chunk_with(experiment, 3)->body, "body");
  EXPECT_EQ(again.chunk_with(experiment, 4), std::nullopt);
}

TEST_F(StoreTest, GivesTheSameExperimentForTheSameIdempotencyKey) {
  auto row = an_experiment();
  row.idempotency_key = "k";
  const auto first = store.add_experiment(row);
  EXPECT_TRUE(first.is_new);
  const auto again = store.add_experiment(row);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.id, first.id);
  const auto other = store.add_experiment(an_experiment());
  EXPECT_TRUE(other.is_new);
  EXPECT_NE(other.id, first.id);
}

TEST_F(StoreTest, KeepsWhatTheClientOverrode) {
  auto row = an_experiment();
  row.overrides = {{"seed", "4"}, {"only", "[10-12]"}};
  const auto id = store.add_experiment(row).id;
  const auto read = store.experiment_row(id);
  EXPECT_EQ(read->overrides, row.overrides);
  EXPECT_EQ(read->bundle.text, "");  // that is what experiment() is for
  EXPECT_TRUE(store.experiment_row(experiment)->overrides.empty());
}

// A store from before the text of an experiment held what was overridden.
TEST(OlderStore, HasItsOverridesPutIntoTheTexts) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "s.db";
  ExperimentRow row;
  row.name = "other \"one\"";
  row.bundle.text = "name: yard\nmodel: m.mdl";
  ExperimentId plain, json, untouched;
  {
    Store store(path);
    plain = store.add_experiment(row).id;
    row.bundle.text = "{\"name\": \"yard\", \"model\": {\"a\": {}}}\n";
    json = store.add_experiment(row).id;
    row.name = "yard";
    untouched = store.add_experiment(row).id;
  }
  Database old(path);
  old.execute(test::kBeforeOverrides);
  old.execute(
      "UPDATE experiments SET seed = 7, workers = 2, isolation = 'fresh', only_first = 10, only_count = 3"
      " WHERE name <> 'yard'; PRAGMA user_version = 4");
  Store store(path);
  const std::string given =
      "name: \"other \\\"one\\\"\", seed: 7, workers: 2, isolation: fresh, only: [10-12]}";
  EXPECT_EQ(store.experiment(plain)->bundle.text, "name: yard\nmodel: m.mdl\noverrides: {" + given + "\n");
  EXPECT_EQ(store.experiment(json)->bundle.text,
            "{\"name\": \"yard\", \"model\": {\"a\": {}}, \"overrides\": {" + given + "}\n");
  EXPECT_EQ(store.experiment(untouched)->bundle.text, row.bundle.text);
  EXPECT_EQ(store.experiment_row(plain)->overrides.at("workers.count"), "2");
  EXPECT_EQ(store.experiment_row(plain)->overrides.at("only"), "[10-12]");
  EXPECT_TRUE(store.experiment_row(untouched)->overrides.empty());
}

TEST_F(StoreTest, OpensAnEndedExperimentForAnotherRound) {
  EXPECT_FALSE(store.reopen(experiment, {}, kNow));  // it runs
  store.end_lease({.lease = lease,
                   .committed = 0,
                   .state = LeaseState::Expired,
                   .again = {},
                   .given_up = {{.index = 3, .cause = {}, .reason = "", .attempts = 1, .worker = ""}}});
  store.want_pause(experiment, true);
  store.finish_experiment(experiment, experiment::ExperimentState::Failed, "why", kNow);
  EXPECT_EQ(store.progress(experiment).failed, 1u);
  EXPECT_EQ(store.reopen(experiment,
                         {.failed_again = true,
                          .extended =
                              Reopening::Extended{
                                  .text = "name: x", .overrides = {{"rounds", "[1, 2]"}}, .scenarios = 200}},
                         kNow),
            1u);
  const auto row = store.experiment(experiment).value();
  EXPECT_EQ(row.state, experiment::ExperimentState::Running);
  EXPECT_EQ(row.reason, "");
  EXPECT_FALSE(row.finished);
  EXPECT_FALSE(row.pause_wanted);
  EXPECT_EQ(row.round, 1u);
  EXPECT_EQ(row.resumed, kNow);
  EXPECT_EQ(row.scenarios, 200u);
  EXPECT_EQ(row.bundle.text, "name: x");
  EXPECT_EQ(store.progress(experiment).failed, 0u);
  EXPECT_TRUE(store.failed_ranges(experiment).empty());
}

TEST_F(StoreTest, KnowsWhatAWorkerWasLastHanded) {
  EXPECT_EQ(store.last_handed_to(worker), (IndexRange{0, 10}));
  store.open_lease(a_lease({40, 2}));
  EXPECT_EQ(store.last_handed_to(worker), (IndexRange{40, 2}));
  EXPECT_EQ(store.last_handed_to(store.add_worker(a_worker("idle-newt"), "secret")), std::nullopt);
}

TEST_F(StoreTest, KeepsAWorkersStateAndItsLineInTheJournalTogether) {
  auto w = a_worker();
  w.id = worker;
  w.state = experiment::WorkerState::Creating;
  const experiment::JournalEvent event{.id = 0,
                                       .time = kNow,
                                       .experiment = experiment,
                                       .type = "worker",
                                       .fields = {{"name", w.name}, {"runs", std::int64_t{7}}}};
  const auto number = store.update_worker(w, event);
  EXPECT_EQ(store.last_event(), number);
  EXPECT_EQ(store.workers(experiment)[0].state, experiment::WorkerState::Creating);
  EXPECT_EQ(store.journal(number - 1, experiment, 5).at(0).fields, event.fields);
}

TEST_F(StoreTest, ForgetsEverythingOfADeletedExperiment) {
  store.commit(a_chunk(0, {0, 4}), "token", kNow);
  store.keep_log(worker, "x");
  store.forget_experiment(experiment);
  while (store.clear_forgotten()) {
  }
  EXPECT_FALSE(store.experiment(experiment));
  EXPECT_TRUE(store.workers(experiment).empty());
  EXPECT_EQ(store.progress(experiment).done, 0u);
}

TEST_F(StoreTest, AnExperimentIsGoneAtOnceAndItsRowsGoInSteps) {
  Connection(folder / "s.db", Connection::Access::Write)
      .execute(
          "INSERT INTO journal (time, experiment, type, fields) "
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
          "SELECT 0, " +
          to_string(experiment) + ", 'note', '{}' FROM n");
  store.commit(a_chunk(0, {0, 4}), "token", kNow);
  const auto name = store.workers(experiment).at(0).name;
  store.forget_experiment(experiment);
  const auto expect_gone = [&](Store& after) {
    EXPECT_FALSE(after.experiment_row(experiment));
    EXPECT_TRUE(after.experiments().empty());
    EXPECT_TRUE(after.workers().empty());
    EXPECT_TRUE(after.workers_called(name).empty());
  };
  expect_gone(store);
  ASSERT_TRUE(store.clear_forgotten());
  // Others' transactions come in between; and another controller goes on with it.
  const auto rows = [&](const char* table) {
    return Connection(folder / "s.db", Connection::Access::Read)
        .first("SELECT count(*) FROM " + std::string(table));
  };
  EXPECT_NE(rows("journal"), "0");
  Store again(folder / "s.db");
  expect_gone(again);
  while (again.clear_forgotten()) {
  }
  for (const char* table : {"chunks", "workers", "worker_secrets", "leases", "journal", "files", "forgotten"})
    EXPECT_EQ(rows(table), "0") << table;
}

TEST_F(StoreTest, GivesTheSpaceOfWhatIsForgottenBackInSteps) {
  auto chunk = a_chunk(0, {0, 4});
  std::string noise(12'000'000, ' ');  // that hardly shrinks
  std::uint32_t state = 1;
  for (auto& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  chunk.body = noise;
  store.commit(chunk, "token", kNow);
  const auto path = folder / "s.db";
  int steps = 1;
  const auto full = store.file_bytes();
  EXPECT_GT(full, 10'000'000u);
  store.forget_experiment(experiment);
  while (store.clear_forgotten()) {
  }
  EXPECT_EQ(store.file_bytes(), full);
  while (store.give_back_space()) ++steps;
  EXPECT_GT(steps, 4);
  EXPECT_LT(store.file_bytes(), 1'000'000u);
  EXPECT_EQ(std::filesystem::file_size(path), store.file_bytes());
}

TEST_F(StoreTest, NeverGivesANameNumberTwice) {
  EXPECT_EQ(store.take_name_number(), 0u);
  Store again(folder / "s.db");
  EXPECT_EQ(again.take_name_number(), 1u);
}

TEST(StoreFile, OfANewerProgramIsRefusedWithAReason) {
  test::TemporaryFolder folder;
  { Store fresh(folder / "s.db"); }
  Database(folder / "s.db").execute("PRAGMA user_version = 99");
  EXPECT_THROW(Store(folder / "s.db"), StoreFailure);
}

TEST(StoreFile, ThatCannotBeOpenedIsNamed) {
  try {
    Store store("/nonexistent/s.db");
    FAIL();
  } catch (const StoreFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("/nonexistent/s.db"), std::string::npos);
  }
}

}  // namespace
}  // namespace flowyard::controller::store
