#include "worker/engine/native/moves.hpp"

#include <map>

#include <gtest/gtest.h>

namespace flowyard::worker::engine::native {
namespace {

// What the places 0 to 4 hold after the moves, having held 10 to 14.
std::map<unsigned, unsigned> after(const std::vector<Move>& moves) {
  std::map<unsigned, unsigned> locations{{0, 10}, {1, 11}, {2, 12}, {3, 13}, {4, 14}, {9, 0}};
  for (const auto& [to, from] : moves) locations[to] = locations[from];
  locations.erase(9);
  return locations;
}

TEST(Moves, OfNothingAreNone) {
  EXPECT_TRUE(in_turn({}, 9).empty());
  EXPECT_TRUE(in_turn({{2, 2}}, 9).empty());
}

TEST(Moves, ReadAPlaceBeforeItIsOverwritten) {
  EXPECT_EQ(in_turn({{0, 1}, {1, 2}}, 9), (std::vector<Move>{{0, 1}, {1, 2}}));
  EXPECT_EQ(in_turn({{1, 2}, {0, 1}}, 9), (std::vector<Move>{{0, 1}, {1, 2}}));
}

TEST(Moves, GoRoundInACircle) {
  EXPECT_EQ(after(in_turn({{0, 1}, {1, 0}}, 9)),
            (std::map<unsigned, unsigned>{{0, 11}, {1, 10}, {2, 12}, {3, 13}, {4, 14}}));
  EXPECT_EQ(after(in_turn({{0, 1}, {1, 2}, {2, 0}, {3, 0}, {4, 4}}, 9)),
            (std::map<unsigned, unsigned>{{0, 11}, {1, 12}, {2, 10}, {3, 10}, {4, 14}}));
  EXPECT_EQ(after(in_turn({{0, 1}, {1, 0}, {2, 3}, {3, 2}}, 9)),
            (std::map<unsigned, unsigned>{{0, 11}, {1, 10}, {2, 13}, {3, 12}, {4, 14}}));
}

}  // namespace
}  // namespace flowyard::worker::engine::native
