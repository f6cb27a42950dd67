#include "common/base/philox.hpp"

#include <gmock/gmock.h>

namespace flowyard {
namespace {

// The known answers that the authors publish with their Random123 library.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_THAT(philox(0, {0, 0, 0, 0}), testing::ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_THAT(philox(~std::uint64_t{0}, {kOnes, kOnes, kOnes, kOnes}),
              testing::ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(philox(0x299f31d0a4093822, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
              testing::ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(Philox, OpenUnitReachesNeitherEnd) {
  EXPECT_GT(open_unit(0, 0), 0.0);
  EXPECT_LT(open_unit(0xffffffff, 0xffffffff), 1.0);
  EXPECT_EQ(open_unit(0, 0) + open_unit(0xffffffff, 0xffffffff), 1.0);
}

TEST(Philox, StableHashIsFnv1a) {
  EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325u);
  EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8u);
}

}  // namespace
}  // namespace flowyard
