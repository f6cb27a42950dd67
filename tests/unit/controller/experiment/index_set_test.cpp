#include "controller/experiment/index_set.hpp"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace flowyard::controller::experiment {
namespace {

TEST(IndexSet, AgreesWithAPlainSetUnderRandomChanges) {
  std::mt19937 random(7);
  IndexSet runs;
  std::set<std::uint64_t> plain;
  for (int step = 0; step < 4000; ++step) {
    const IndexRange range{random() % 60, random() % 8};
    const bool add = random() % 2 == 0;
    add ? runs.add(range) : runs.remove(range);
    for (auto i = range.first; i < range.end(); ++i) add ? void(plain.insert(i)) : void(plain.erase(i));
    ASSERT_EQ(runs.size(), plain.size());
    for (std::uint64_t i = 0; i < 70; ++i) ASSERT_EQ(runs.contains(i), plain.contains(i)) << i;
    const auto from = random() % 60;
    const auto next = plain.lower_bound(from);
    const auto run = runs.first_run(from);
    ASSERT_EQ(run.count == 0, next == plain.end());
    if (run.count == 0) continue;
    ASSERT_EQ(run.first, *next);
    ASSERT_FALSE(plain.contains(run.end()));
  }
}

TEST(IndexSet, KeepsNeighbouringRunsTogether) {
  IndexSet set;
  set.add({0, 5});
  set.add({5, 5});
  set.add({20, 1});
  EXPECT_EQ(set.runs(), (std::vector<IndexRange>{{0, 10}, {20, 1}}));
}

}  // namespace
}  // namespace flowyard::controller::experiment
