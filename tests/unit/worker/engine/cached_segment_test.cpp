// The held of a table around a number against `lookup`, bit for bit, there and in its neighbourhood.
#include "worker/engine/cached_segment.hpp"

#include <bit>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "worker/engine/lookup.hpp"

namespace flowyard::worker::engine {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Points {
  std::vector<double> xs;
  std::vector<double> ys;
};

const std::vector<Points> tables{
    {{0}, {3}},
    {{1, 1}, {2, 5}},
    {{0, 1, 2}, {0, 10, -4}},
    {{-1, -1, 0.001, 5000}, {2, 3, 7, 1}},
    {{0, 2, 2, 3, 3}, {1, 4, -4, 0.3, 9}},
    {{-3, -0.1, 0.1, 1e300}, {-0.0, -0.0, 0.0, 5}},
};

void expect_same(TableMode mode, const Points& points, double near, double x) {
  const auto count = static_cast<std::uint32_t>(points.xs.size());
  const CachedSegment held = segment_at(mode, points.xs.data(), points.ys.data(), count, near);
  if (!held.holds(x)) return;
  const double theirs = lookup(mode, points.xs.data(), points.ys.data(), count, x);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(held.at(x)), std::bit_cast<std::uint64_t>(theirs))
      << "mode " << static_cast<int>(mode) << " at " << x << ", the held around " << near;
}

TEST(CachedSegment, GivesWhatTheTableGives) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(-4, 6);
  for (const TableMode mode : {TableMode::Clamp, TableMode::Extrapolate, TableMode::Discrete}) {
    for (const Points& points : tables) {
      std::vector<double> xs{-1e308, -kInfinity, kInfinity, 1e308, NAN, 0, -0.0};
      for (const double x : points.xs)
        for (const double each : {x, std::nextafter(x, kInfinity), std::nextafter(x, -kInfinity)})
          xs.push_back(each);
      for (int k = 0; k < 40; ++k) xs.push_back(uniform(random));
      for (const double near : xs)
        for (const double x : xs) expect_same(mode, points, near, x);
    }
  }
}

TEST(CachedSegment, HoldsTheNumberItWasMadeFor) {
  const Points& points = tables[2];
  for (const TableMode mode : {TableMode::Clamp, TableMode::Extrapolate, TableMode::Discrete})
    for (const double x : {-7.0, 0.5, 1.0, 1.7, 2.0, 55.0})
      EXPECT_TRUE(segment_at(mode, points.xs.data(), points.ys.data(), 3, x).holds(x)) << x;
}

TEST(CachedSegment, IsNowhereForWhatIsNoNumber) {
  const Points& points = tables[2];
  for (const double x : {static_cast<double>(NAN), kInfinity, -kInfinity}) {
    const CachedSegment held = segment_at(TableMode::Clamp, points.xs.data(), points.ys.data(), 3, x);
    EXPECT_FALSE(held.holds(x) || held.holds(1));
  }
}

TEST(CachedSegment, OfANumberIsThatNumberEverywhere) {
  EXPECT_EQ(segment_of(0.7).at(-1e300), 0.7);
  EXPECT_TRUE(segment_of(0.7).holds(-1e300));
  EXPECT_FALSE(segment_of(-0.0).holds(1));
}

}  // namespace
}  // namespace flowyard::worker::engine
