// Holds docs/worker-lifecycle.md against the tables of controller/experiment/worker.cpp.
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "controller/experiment/worker.hpp"

namespace flowyard::controller::experiment {
namespace {

std::string page() {
  std::ifstream file(FLOWYARD_LIFECYCLE_PAGE);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The rows below <!-- name -->, cell by cell, without the heading.
std::vector<std::vector<std::string>> table(const std::string& name) {
  const auto text = page();
  std::istringstream lines(text.substr(text.find("<!-- " + name + " -->")));
  std::string line;
  for (int skipped = 0; skipped < 3; ++skipped) std::getline(lines, line);
  std::vector<std::vector<std::string>> rows;
  while (std::getline(lines, line) && line.starts_with("|")) {
    std::istringstream cells(line.substr(1));
    auto& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, '|');) row.push_back(cell);
  }
  return rows;
}

// The words in backticks.
std::set<std::string> words(const std::string& cell) {
  std::set<std::string> found;
  std::size_t begin = 0;
  while ((begin = cell.find('`', begin)) != std::string::npos) {
    const auto end = cell.find('`', begin + 1);
    found.insert(cell.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return found;
}

constexpr int kStates = static_cast<int>(WorkerState::Gone) + 1;
constexpr int kCauses = static_cast<int>(DeathCause::Stopped) + 1;

TEST(LifecyclePage, HasEachStateInOrderWithWhatItMayComeAfter) {
  const auto rows = table("states");
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kStates));
  for (int i = 0; i < kStates; ++i) {
    const auto state = static_cast<WorkerState>(i);
    const auto& row = rows[static_cast<std::size_t>(i)];
    ASSERT_EQ(row.size(), 3u);
    EXPECT_EQ(words(row[0]), std::set{std::string(to_string(state))});
    std::set<std::string> may_precede;
    for (int j = 0; j < kStates; ++j) {
      const auto before = static_cast<WorkerState>(j);
      if (may_follow(before, state)) may_precede.emplace(to_string(before));
    }
    EXPECT_EQ(words(row[2]), may_precede) << to_string(state);
  }
}

TEST(LifecyclePage, HasEachCauseWithWhoIsChargedForIt) {
  const auto rows = table("causes");
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kCauses));
  for (int i = 0; i < kCauses; ++i) {
    const auto cause = static_cast<DeathCause>(i);
    const auto& row = rows[static_cast<std::size_t>(i)];
    ASSERT_EQ(row.size(), 3u);
    EXPECT_EQ(words(row[0]), std::set{std::string(to_string(cause))});
    if (cause == DeathCause::None) continue;
    EXPECT_EQ(row[2] == " the machine ", is_infrastructure(cause)) << to_string(cause);
  }
}

}  // namespace
}  // namespace flowyard::controller::experiment
