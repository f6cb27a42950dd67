#include "controller/orchestrator/work_queue.hpp"

#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::controller::orchestrator {
namespace {

using namespace std::chrono_literals;
using experiment::DeathCause;
using experiment::IndexRange;
using experiment::Lease;
using experiment::LeaseState;
using experiment::Tries;

constexpr SteadyPoint kNow{Milliseconds{1'000'000}};
constexpr SteadyPoint kLater = kNow + 24h;

// One named scenario for each entry, with so many replications' worth of points along an axis.
experiment::design::ScenarioSpace space_of(const std::vector<std::uint64_t>& sizes) {
  experiment::Experiment experiment;
  for (const auto size : sizes) {
    experiment::Axis axis{
        .spacing = experiment::Axis::Spacing::Linear, .values = {}, .first = 0, .last = 1, .count = size};
    experiment::NamedScenario named;
    named.name = "s" + std::to_string(experiment.scenarios.size());
    named.parameters = {{.name = "p", .target = experiment::Target::Parameter, .value = axis}};
    experiment.scenarios.push_back(named);
  }
  return experiment::design::ScenarioSpace::create(experiment).value();
}

Pool a_pool(int number, std::vector<IndexRange> ranges, std::uint64_t workers,
            std::optional<std::uint64_t> batch) {
  Pool pool;
  pool.number = number;
  pool.ranges = std::move(ranges);
  pool.workers_at_once = workers;
  pool.batch = batch;
  return pool;
}

WorkQueue a_queue(std::uint64_t size, std::uint64_t workers, std::optional<std::uint64_t> batch,
                  experiment::Retry retry = {}, const QueueHistory& history = {}) {
  return {space_of({size}), {a_pool(0, {{0, size}}, workers, batch)}, std::move(retry), history};
}

Lease lease_of(const Batch& batch, std::int64_t id = 1) {
  Lease lease;
  lease.id = {id};
  lease.range = batch.range;
  lease.tries = batch.tries;
  return lease;
}

LossPlan lose(WorkQueue& queue, const Lease& lease, DeathCause cause, SteadyPoint now = kNow) {
  auto plan = queue.plan_loss(
      lease, {.as = LeaseState::Expired, .cause = cause, .reason = "why", .worker = "novel-poodle"});
  queue.lost(plan, now);
  return plan;
}

// --- batches

TEST(WorkQueue, HandsEachScenarioOutOnceInOrder) {
  auto queue = a_queue(10, 1, 4);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{0, 4}));
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{4, 4}));
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{8, 2}));
  EXPECT_EQ(queue.take(0, 1, 0, kNow), std::nullopt);
  EXPECT_EQ(queue.leased(), 10u);
  EXPECT_FALSE(queue.finished());
}

TEST(WorkQueue, NeverLetsABatchCrossTheEndOfItsGroup) {
  WorkQueue queue(space_of({3, 5}), {a_pool(0, {{0, 8}}, 1, 100)}, {}, {});
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{0, 3}));
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{3, 5}));
}

TEST(WorkQueue, GivesAPoolOnlyItsOwnScenarios) {
  WorkQueue queue(space_of({2, 2, 2}), {a_pool(0, {{0, 2}, {4, 2}}, 1, 2), a_pool(1, {{2, 2}}, 1, 2)}, {},
                  {});
  EXPECT_EQ(queue.waiting(0), 4u);
  EXPECT_EQ(queue.waiting(1), 2u);
  EXPECT_EQ(queue.take(1, 1, 0, kNow)->range, (IndexRange{2, 2}));
  EXPECT_EQ(queue.take(1, 1, 0, kNow), std::nullopt);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{0, 2}));
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{4, 2}));
}

TEST(WorkQueue, SharesWhatIsLeftInShrinkingBatches) {
  auto queue = a_queue(160, 4, std::nullopt);
  std::vector<std::uint64_t> sizes;
  std::uint64_t sum = 0;
  while (const auto batch = queue.take(0, 4, 0, kNow)) {
    sizes.push_back(batch->range.count);
    sum += batch->range.count;
  }
  EXPECT_EQ(sum, 160u);
  EXPECT_EQ(sizes.front(), 10u);  // 160 / (4 * 4)
  EXPECT_EQ(sizes.back(), 1u);
  EXPECT_TRUE(std::is_sorted(sizes.rbegin(), sizes.rend()));
}

TEST(WorkQueue, KeepsBatchesNearTwoSecondsOnceItKnowsHowLongOneTakes) {
  auto queue = a_queue(100'000, 2, std::nullopt);
  EXPECT_EQ(queue.take(0, 2, 0.5, kNow)->range.count, 4u);
  EXPECT_EQ(queue.take(0, 2, 60, kNow)->range.count, 1u);
  EXPECT_EQ(queue.take(0, 2, 0.000001, kNow)->range.count, 1'000u);  // the longest there is
}

TEST(WorkQueue, DoesNotShareOutWhatIsLessThanTheSharing) {
  auto queue = a_queue(100, 4, std::nullopt);
  EXPECT_EQ(queue.take(0, 4, 0.001, kNow)->range.count, 20u);  // 20 ms of work
  EXPECT_EQ(queue.take(0, 4, 0.00001, kNow)->range.count, 80u);
}

TEST(WorkQueue, LetsTheExperimentChooseTheBatch) {
  auto queue = a_queue(100'000, 2, 5'000);
  EXPECT_EQ(queue.take(0, 2, 60, kNow)->range.count, 5'000u);
}

TEST(WorkQueue, GivesALoneWorkerEverythingAtOnce) {
  auto queue = a_queue(20, 1, std::nullopt);
  EXPECT_EQ(queue.batches_due(0, 1, kNow), 1u);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range.count, 20u);
}

TEST(WorkQueue, CountsDueBatchesGroupByGroup) {
  WorkQueue queue(space_of({20, 20, 20}), {a_pool(0, {{0, 60}}, 3, 100)}, {}, {});
  EXPECT_EQ(queue.batches_due(0, 3, kNow), 3u);
  EXPECT_EQ(queue.batches_due(0, 2, kNow), 2u);
  queue.take(0, 3, 0, kNow);
  EXPECT_EQ(queue.batches_due(0, 3, kNow), 2u);
}

TEST(WorkQueue, CountsAsManyDueBatchesAsItHandsOut) {
  for (const std::uint64_t batch : {1, 3, 7, 50}) {
    WorkQueue queue(space_of({1, 6, 7, 20}), {a_pool(0, {{0, 34}}, 100, batch)}, {}, {});
    const auto due = queue.batches_due(0, 1'000, kNow);
    std::uint64_t taken = 0;
    while (queue.take(0, 100, 0, kNow)) ++taken;
    EXPECT_EQ(due, taken) << "batch " << batch;
  }
}

// --- results

TEST(WorkQueue, IsFinishedWhenEveryScenarioIsDone) {
  auto queue = a_queue(6, 1, 6);
  queue.take(0, 1, 0, kNow);
  queue.committed({0, 4});
  EXPECT_EQ(queue.done(), 4u);
  EXPECT_EQ(queue.leased(), 2u);
  EXPECT_FALSE(queue.finished());
  queue.committed({4, 2});
  EXPECT_TRUE(queue.finished());
}

TEST(WorkQueue, TriesOnlyWhatWasNotCommitted) {
  auto queue = a_queue(8, 1, 8);
  auto lease = lease_of(*queue.take(0, 1, 0, kNow));
  queue.committed({0, 5});
  lease.committed = 5;
  const auto ending = lose(queue, lease, DeathCause::EngineLost);
  ASSERT_EQ(ending.again.size(), 1u);
  EXPECT_EQ(ending.again[0].range, (IndexRange{5, 3}));
  EXPECT_EQ(queue.leased(), 0u);
}

TEST(WorkQueue, TakesALeaseThatWasCommittedWholeForNoLoss) {
  auto queue = a_queue(2, 1, 2);
  auto lease = lease_of(*queue.take(0, 1, 0, kNow));
  queue.committed({0, 2});
  lease.committed = 2;
  const auto ending = lose(queue, lease, DeathCause::AppExit);
  EXPECT_TRUE(ending.again.empty());
  EXPECT_TRUE(ending.given_up.empty());
  EXPECT_TRUE(queue.finished());
}

// --- failures

// Runs a queue to its end in a world where whoever is handed one of `killers` dies of `cause`. Gives how
// often each scenario was handed out, and what was given up.
struct Outcome {
  std::map<std::uint64_t, int> handed_out;
  std::vector<experiment::FailedScenario> given_up;
};

Outcome run_to_the_end(WorkQueue& queue, const std::set<std::uint64_t>& killers, DeathCause cause) {
  Outcome outcome;
  SteadyPoint now = kNow;
  for (int turn = 0; turn < 10'000 && !queue.finished(); ++turn) {
    const auto batch = queue.take(0, 1, 0, now);
    if (!batch) {
      now = queue.next_due(now).value_or(now + 1h);
      continue;
    }
    for (auto i = batch->range.first; i < batch->range.end(); ++i) ++outcome.handed_out[i];
    const auto killer = killers.lower_bound(batch->range.first);
    if (killer == killers.end() || *killer >= batch->range.end()) {
      queue.committed(batch->range);
      continue;
    }
    const auto ending = lose(queue, lease_of(*batch), cause, now);
    outcome.given_up.insert(outcome.given_up.end(), ending.given_up.begin(), ending.given_up.end());
  }
  return outcome;
}

TEST(WorkQueue, HalvesABatchUntilTheOneThatKillsIsAlone) {
  auto queue = a_queue(64, 1, 64);
  const auto outcome = run_to_the_end(queue, {37}, DeathCause::Oom);
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.done(), 63u);
  EXPECT_EQ(queue.failed(), 1u);
  ASSERT_EQ(outcome.given_up.size(), 1u);
  EXPECT_EQ(outcome.given_up[0].index, 37u);
  EXPECT_EQ(outcome.given_up[0].cause, DeathCause::Oom);
  EXPECT_EQ(outcome.given_up[0].attempts, 3);  // alone; the default of retry.attempts
  EXPECT_EQ(outcome.given_up[0].worker, "novel-poodle");
  // Six halvings lead from 64 to 1; then it is tried three times.
  EXPECT_EQ(outcome.handed_out.at(37), 6 + 3);
  for (const auto& [index, times] : outcome.handed_out) EXPECT_LE(times, 9) << index;
}

TEST(WorkQueue, FindsEveryKillerInABatchOfMany) {
  auto queue = a_queue(100, 1, 100);
  const auto outcome = run_to_the_end(queue, {0, 1, 50, 99}, DeathCause::AppExit);
  EXPECT_EQ(queue.done(), 96u);
  std::vector<std::uint64_t> failed;
  for (const auto& one : outcome.given_up) failed.push_back(one.index);
  EXPECT_THAT(failed, ::testing::UnorderedElementsAre(0, 1, 50, 99));
}

TEST(WorkQueue, DoesNotTryAgainWhatTheExperimentSaysNotTo) {
  experiment::Retry retry;
  retry.when = {experiment::RetryCause::Oom};
  auto queue = a_queue(4, 1, 4, retry);
  const auto outcome = run_to_the_end(queue, {2}, DeathCause::Timeout);
  EXPECT_EQ(queue.done(), 3u);
  ASSERT_EQ(outcome.given_up.size(), 1u);
  EXPECT_EQ(outcome.given_up[0].attempts, 1);
}

TEST(WorkQueue, WaitsLongerBeforeEachTryOfALoneScenario) {
  experiment::Retry retry;
  retry.attempts = 4;
  retry.backoff = {.initial = 1s, .max = 3s};
  auto queue = a_queue(1, 1, 1, retry);
  std::vector<Milliseconds> pauses;
  SteadyPoint now = kNow;
  while (const auto batch = queue.take(0, 1, 0, now)) {
    const auto ending = lose(queue, lease_of(*batch), DeathCause::AppExit, now);
    if (ending.again.empty()) break;
    pauses.push_back(ending.again[0].pause);
    EXPECT_EQ(queue.take(0, 1, 0, now), std::nullopt);
    EXPECT_EQ(queue.batches_due(0, 1, now), 0u);
    EXPECT_EQ(queue.waiting(0), 1u);
    now = *queue.next_due(now);
  }
  EXPECT_THAT(pauses, ::testing::ElementsAre(1s, 2s, 3s));
  EXPECT_EQ(queue.failed(), 1u);
}

TEST(WorkQueue, ChargesTheMachinesFailuresToABudgetOfTheirOwn) {
  auto queue = a_queue(8, 1, 8);
  SteadyPoint now = kNow;
  int losses = 0;
  for (; !queue.finished(); ++losses) {
    const auto batch = queue.take(0, 1, 0, now);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->range.count, 8u);  // never halved: it is not the scenarios' fault
    EXPECT_EQ(batch->tries, (Tries{.own = 0, .infrastructure = losses}));
    lose(queue, lease_of(*batch), DeathCause::EngineLost, now);
    now = kNow + (losses + 1) * 1h;
  }
  EXPECT_EQ(losses, 10);
  EXPECT_EQ(queue.failed(), 8u);
}

TEST(WorkQueue, HandsWorkThatWasTakenBackOnPurposeOutAtOnce) {
  auto queue = a_queue(8, 1, 8);
  lose(queue, lease_of(*queue.take(0, 1, 0, kNow)), DeathCause::Stopped);
  EXPECT_EQ(queue.batches_due(0, 1, kNow), 1u);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{0, 8}));
}

TEST(WorkQueue, CutsABatchThatTimedOutToSingleScenariosInThreeTries) {
  auto queue = a_queue(1'000, 1, 1'000);
  std::uint64_t largest = 1'000;
  for (int tries = 0; tries < 3; ++tries) {
    const auto batch = queue.take(0, 1, 0, kNow);
    ASSERT_TRUE(batch);
    queue.opened(*batch);
    largest = 0;
    const auto ending = lose(queue, lease_of(*batch), DeathCause::Timeout);
    for (const auto& again : ending.again) largest = std::max(largest, again.range.count);
    // The next piece is the first of these: what came before is done.
    while (queue.waiting(0) > batch->range.count) {
      const auto other = queue.take(0, 1, 0, kNow);
      queue.opened(*other);
      queue.committed(other->range);
    }
  }
  EXPECT_LE(largest, 4u);
}

TEST(WorkQueue, LetsWhatWasNeverTriedGoBeforeWhatTimedOut) {
  auto queue = a_queue(32, 1, 16);
  lose(queue, lease_of(*queue.take(0, 1, 0, kNow)), DeathCause::Timeout);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{16, 16}));
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{0, 1}));
}

TEST(WorkQueue, HandsOutSingleScenariosWhenAsked) {
  auto queue = a_queue(8, 1, 4);
  lose(queue, lease_of(*queue.take(0, 1, 0, kNow)), DeathCause::Oom);
  const auto alone = *queue.take(0, 1, 0, kNow, BatchSize::Single);
  EXPECT_EQ(alone.range, (IndexRange{0, 1}));
  queue.opened(alone);
  EXPECT_EQ(queue.waiting(0), 7u);
  EXPECT_EQ(queue.take(0, 1, 0, kNow, BatchSize::Single)->range, (IndexRange{1, 1}));
}

TEST(WorkQueue, PutsAPartOfARetryBackAsTheWhole) {
  auto queue = a_queue(4, 1, 4);
  lose(queue, lease_of(*queue.take(0, 1, 0, kNow)), DeathCause::EngineLost);
  const auto alone = *queue.take(0, 1, 0, kLater, BatchSize::Single);
  queue.put_back(alone);
  EXPECT_EQ(queue.take(0, 1, 0, kLater)->range, (IndexRange{0, 4}));
}

// --- putting back, closing

TEST(WorkQueue, TakesABatchBackThatCouldNotBeHandedOut) {
  auto queue = a_queue(10, 1, 4);
  const auto batch = *queue.take(0, 1, 0, kNow);
  queue.put_back(batch);
  EXPECT_EQ(queue.leased(), 0u);
  EXPECT_EQ(queue.waiting(0), 10u);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, batch.range);
}

TEST(WorkQueue, PutsARetryBackAsItWas) {
  // The first half of a lost batch has no tries of its own, and yet it must not melt into its neighbours: the
  // store knows it by its first index.
  auto queue = a_queue(10, 1, 4);
  lose(queue, lease_of(*queue.take(0, 1, 0, kNow)), DeathCause::AppExit);
  const auto half = *queue.take(0, 1, 0, kNow);
  const auto other_half = *queue.take(0, 1, 0, kNow);
  queue.put_back(other_half);
  queue.put_back(half);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, other_half.range);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, half.range);
  EXPECT_EQ(queue.take(0, 1, 0, kNow)->range, (IndexRange{4, 4}));
}

TEST(WorkQueue, HandsOutNothingMoreOnceItIsClosed) {
  auto queue = a_queue(10, 1, 4);
  const auto batch = *queue.take(0, 1, 0, kNow);
  queue.close();
  EXPECT_EQ(queue.take(0, 1, 0, kNow), std::nullopt);
  EXPECT_EQ(queue.batches_due(0, 4, kNow), 0u);
  EXPECT_EQ(queue.waiting(0), 0u);
  EXPECT_FALSE(queue.finished());  // one batch is still out
  lose(queue, lease_of(batch), DeathCause::Stopped);
  EXPECT_TRUE(queue.finished());
}

// --- after a restart of the controller

// What the store would hold: it is told what the store is told, and nothing else.
struct Ledger {
  std::vector<IndexRange> done, failed;
  std::map<std::int64_t, Lease> open;
  std::map<std::uint64_t, Waiting> retries;  // by first index, as the store has them
  std::int64_t next_id = 1;

  void opened(const Lease& lease) {
    const auto retry = retries.find(lease.range.first);
    if (retry != retries.end()) {
      Waiting rest = retry->second;
      retries.erase(retry);
      rest.range = {lease.range.end(), rest.range.count - lease.range.count};
      if (rest.range.count > 0) retries[rest.range.first] = rest;
    }
    open[lease.id.value] = lease;
  }
  void ended(const Lease& lease, const LossPlan& ending, SteadyPoint now) {
    open.erase(lease.id.value);
    for (const auto& again : ending.again)
      retries[again.range.first] = {.range = again.range, .tries = again.tries, .due = now + again.pause};
    for (const auto& one : ending.given_up) failed.push_back({one.index, 1});
  }
  QueueHistory history() const {
    QueueHistory history{.done = done, .failed = failed, .open_leases = {}, .waiting = {}};
    for (const auto& [id, lease] : open) history.open_leases.push_back(lease);
    for (const auto& [first, row] : retries) history.waiting.push_back(row);
    return history;
  }
};

class LivingQueue {
 public:
  explicit LivingQueue(unsigned seed) : random_(seed) {}

  void step() {
    switch (random_() % 5) {
      case 0:
      case 1:
        return take();
      case 2:
      case 3:
        return commit();
      default:
        return lose_one();
    }
  }

  void expect_same_after_restart() const {
    const WorkQueue rebuilt(space, pools, {}, ledger.history());
    ASSERT_EQ(rebuilt.done(), queue.done());
    ASSERT_EQ(rebuilt.failed(), queue.failed());
    for (const auto& pool : pools) {
      ASSERT_EQ(rebuilt.leased(pool.number), queue.leased(pool.number));
      ASSERT_EQ(rebuilt.waiting(pool.number), queue.waiting(pool.number));
      ASSERT_EQ(rebuilt.batches_due(pool.number, 50, kLater), queue.batches_due(pool.number, 50, kLater));
    }
    ASSERT_EQ(rebuilt.next_due(now_), queue.next_due(now_));
    ASSERT_EQ(rebuilt.finished(), queue.finished());
    ASSERT_EQ(total_of(rebuilt), space.size());
  }

  experiment::design::ScenarioSpace space = space_of({7, 30, 13});
  std::vector<Pool> pools{a_pool(0, {{0, 7}, {37, 13}}, 3, 4), a_pool(1, {{7, 30}}, 2, std::nullopt)};
  WorkQueue queue{space, pools, {}, {}};
  Ledger ledger;

 private:
  static std::uint64_t total_of(const WorkQueue& q) {
    return q.done() + q.failed() + q.leased() + q.waiting(0) + q.waiting(1);
  }

  void take() {
    now_ += Milliseconds{random_() % 2'000};
    const BatchSize size = random_() % 4 == 0 ? BatchSize::Single : BatchSize::Automatic;
    const auto batch = queue.take(static_cast<int>(random_() % 2), 2, 0, now_, size);
    if (!batch) return;
    if (random_() % 6 == 0) return queue.put_back(*batch);  // the store was full
    queue.opened(*batch);
    ledger.opened(lease_of(*batch, ledger.next_id++));
  }

  Lease* any_lease() {
    if (ledger.open.empty()) return nullptr;
    auto chosen = ledger.open.begin();
    std::advance(chosen, random_() % ledger.open.size());
    return &chosen->second;
  }

  void commit() {
    Lease* lease = any_lease();
    if (!lease) return;
    const IndexRange range{lease->remainder().first, 1 + random_() % lease->remainder().count};
    queue.committed(range);
    ledger.done.push_back(range);
    lease->committed += range.count;
    if (lease->remainder().count == 0) ledger.open.erase(lease->id.value);
  }

  void lose_one() {
    const Lease* lease = any_lease();
    if (!lease) return;
    constexpr DeathCause kCauses[] = {DeathCause::AppExit, DeathCause::Oom, DeathCause::EngineLost,
                                      DeathCause::Stopped};
    const Lease lost = *lease;
    ledger.ended(lost, lose(queue, lost, kCauses[random_() % std::size(kCauses)], now_), now_);
  }

  std::mt19937 random_;
  SteadyPoint now_ = kNow;
};

TEST(WorkQueue, IsTheSameWhenItIsMadeAgainFromTheStore) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    LivingQueue life(seed);
    for (int step = 0; step < 300; ++step) {
      life.step();
      ASSERT_NO_FATAL_FAILURE(life.expect_same_after_restart()) << "seed " << seed << ", step " << step;
    }
  }
}

}  // namespace
}  // namespace flowyard::controller::orchestrator
