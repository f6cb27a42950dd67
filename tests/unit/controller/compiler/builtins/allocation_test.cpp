// ALLOCATE AVAILABLE by the type of the priority curves.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

// Requests of three, with profiles of four numbers each.
Ran allocated(const std::string& requests, const std::string& profiles, const std::string& supply,
              const std::string& function = "a[P] = ALLOCATE AVAILABLE(req[P], prof[P, ptype], supply)") {
  return vensim("P: p1, p2, p3 ~~|\nXP: ptype, ppriority, pwidth, pextra ~~|\nreq[P] = " + requests +
                    " ~~|\nprof[P, XP] = " + profiles + " ~~|\nsupply = " + supply + " ~~|\n" + function +
                    " ~~|\n",
                1);
}

std::vector<double> shares(const Ran& ran) {
  return {ran.last("a[p1]"), ran.last("a[p2]"), ran.last("a[p3]")};
}

TEST(Allocation, OfFixedQuantitiesIsInProportion) {
  const std::string fixed = "0,1,1,0; 0,9,2,0; 0,5,3,0;";
  EXPECT_THAT(shares(allocated("200, 300, 500", fixed, "100")), testing::ElementsAre(20, 30, 50));
  EXPECT_THAT(shares(allocated("200, 50, 0", fixed, "100")), testing::ElementsAre(80, 20, 0));
  EXPECT_THAT(shares(allocated("2, 3, 5", fixed, "100")), testing::ElementsAre(2, 3, 5));
  EXPECT_THAT(shares(allocated("2, 3, 5", fixed, "0")), testing::ElementsAre(0, 0, 0));
}

TEST(Allocation, BesideAFixedQuantityGivesTheOthersWhatIsLeft) {
  const Ran ran = allocated("100, 100, 200", "0,0,0,0; 1,9,1,0; 1,2,1,0;", "200");
  EXPECT_DOUBLE_EQ(ran.last("a[p1]"), 50) << ran.errors;
  EXPECT_NEAR(ran.last("a[p2]"), 100, 1e-9);
  EXPECT_NEAR(ran.last("a[p3]"), 50, 1e-9);
}

TEST(Allocation, UsesUpTheSupplyForEveryCurve) {
  for (const char* type : {"0", "1", "2", "3", "4"}) {
    const std::string p = type;
    const Ran ran = allocated("100, 80, 60", p + ",5,3,0; " + p + ",6,2,0; " + p + ",4,2,0;", "100");
    const auto given = shares(ran);
    EXPECT_NEAR(given[0] + given[1] + given[2], 100, 1e-6) << type << ran.errors;
    for (std::size_t i = 0; i < 3; ++i) EXPECT_LE(given[i], 100.0 - 20.0 * static_cast<double>(i)) << type;
  }
}

TEST(Allocation, InWholeUnitsGivesTheRemaindersToTheLargest) {
  const std::string whole = "10,1,1,0; 10,1,1,0; 10,1,1,0;";
  EXPECT_THAT(shares(allocated("200, 300, 500", whole, "101")), testing::ElementsAre(20, 30, 51));
  EXPECT_THAT(shares(allocated("1, 1, 1", whole, "2")), testing::ElementsAre(1, 1, 0));
  EXPECT_THAT(shares(allocated("2.5, 1, 9.9", whole, "100")), testing::ElementsAre(2, 1, 9));
  EXPECT_THAT(shares(allocated("10, 10, 10", whole, "10.7")), testing::ElementsAre(4, 3, 3));
}

TEST(Allocation, InWholeUnitsIsNearThatInParts) {
  for (int type = 0; type <= 4; ++type) {
    const auto profiles = [&](int t) {
      const std::string p = std::to_string(t);
      return p + ",5,3,0; " + p + ",6,2,0; " + p + ",4,2,0;";
    };
    const auto parts = shares(allocated("100, 80, 60", profiles(type), "100"));
    const auto whole = shares(allocated("100, 80, 60", profiles(type + 10), "100"));
    EXPECT_EQ(whole[0] + whole[1] + whole[2], 100) << type;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(whole[i], std::floor(whole[i])) << type;
      EXPECT_LT(std::abs(whole[i] - parts[i]), 1) << type;
    }
  }
}

TEST(Allocation, RefusesTypesThatThereAreNot) {
  for (const char* type : {"6", "9", "16", "-1", "1.5", "20", "1e300"}) {
    const std::string p = type;
    EXPECT_EQ(allocated("1, 1, 1", "1,5,3,0; " + p + ",6,2,0; 1,4,2,0;", "2").errors,
              "m.mdl:7:35 wrong-value\n")
        << type;
  }
  const auto at_price = [](const std::string& type) {
    return allocated("1, 1, 1", type + ",5,3,0; 1,6,2,0; 1,4,2,0;", "2",
                     "d = DEMAND AT PRICE(req[p1], prof[p1, ptype], 5)")
        .errors;
  };
  EXPECT_EQ(at_price("3"), "");
  EXPECT_EQ(at_price("13"), "m.mdl:7:30 wrong-value\n");
}

}  // namespace
}  // namespace flowyard::test
