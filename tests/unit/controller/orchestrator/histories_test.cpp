// The whole of the orchestrator under random experiments and random mishaps, thousands of histories on
// simulated time. FLOWYARD_HISTORIES says how many (10,000 unless told), FLOWYARD_HISTORY which seed to begin
// with.
#include <cstdlib>
#include <malloc.h>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/support/history.hpp"

namespace flowyard::test {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// That glibc gives memory back to the kernel between histories takes time; the sanitizers have an allocator
// of their own.
#ifdef FLOWYARD_SANITIZED
constexpr bool kKeepsMemory = true;
#else
const bool kKeepsMemory =
    mallopt(M_TRIM_THRESHOLD, 256 << 20) == 1 && mallopt(M_MMAP_THRESHOLD, 32 << 20) == 1;
#endif

// One thread asks for one store at a time: SQLite needs neither locks nor statistics of memory.
const bool kAlone = sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK &&
                    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;

TEST(Histories, AllComeToRestWithEveryScenarioDoneOnceOrFailedWithACause) {
  EXPECT_TRUE(kKeepsMemory && kAlone);
  const auto first = from_environment("FLOWYARD_HISTORY", 1);
  const auto count = from_environment("FLOWYARD_HISTORIES", 10'000);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const auto plan = plan_history(seed);
    const auto end = live_through(plan);
    if (end.wrong.empty()) continue;
    const auto smallest = shrink(plan);
    FAIL() << end.wrong << "\nby\n"
           << describe(plan) << "shrunk to\n"
           << describe(smallest) << live_through(smallest).wrong;
  }
}

// Found by the 30,548th of a million: what was planned for an orphan that the same plan's look found gone
// ended the loop.
TEST(Histories, AnOrphanMayBeGoneBeforeItIsRemoved) {
  HistoryPlan plan;
  plan.seed = 30548;
  plan.studies = {{.scenarios = 1, .workers = 3, .attempts = 3, .fates = {Fate::RunsOutOfMemory}},
                  {.scenarios = 8,
                   .workers = 1,
                   .batch = 6,
                   .attempts = 2,
                   .fates = std::vector<Fate>(8),
                   .submitted = Milliseconds(3512)}};
  plan.events = {{Milliseconds(234), Mishap::WorkerKilled, 120784},
                 {Milliseconds(660), Mishap::AnswerLost, 790640},
                 {Milliseconds(983), Mishap::CallFails, 799099},
                 {Milliseconds(11591), Mishap::AnswerLost, 282359}};
  for (; plan.seed < 30548 + 50; ++plan.seed) EXPECT_EQ(live_through(plan).wrong, "") << plan.seed;
}

TEST(Histories, AreTheSameAgainCallForCall) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto plan = plan_history(seed);
    const auto once = live_through(plan), again = live_through(plan);
    EXPECT_EQ(once.trace, again.trace) << seed;
    EXPECT_EQ(once.writes, again.writes) << seed;
  }
}

}  // namespace
}  // namespace flowyard::test
