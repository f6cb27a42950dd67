#include "controller/charts/chart.hpp"

#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include "tests/unit/controller/charts/decoded.hpp"

namespace flowyard::controller::charts {
namespace {

// Light against dark, as people see it.
double lightness(Colour colour) {
  return 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue;
}

LineChart walks(std::size_t lines) {
  std::mt19937 random(1);
  std::normal_distribution<double> step;
  LineChart chart{.title = "walks", .x_title = "time", .y_title = "value", .x = {}, .lines = {}, .bands = {}};
  for (int i = 0; i <= 400; ++i) chart.x.push_back(i);
  for (std::size_t line = 0; line < lines; ++line) {
    auto& one = chart.lines.emplace_back();
    one.name = "run " + std::to_string(line);
    double at = 0;
    for (std::size_t i = 0; i < chart.x.size(); ++i) one.y.push_back(at += step(random));
  }
  return chart;
}

HeatMap noise(std::size_t edge) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> value;
  HeatMap map{.title = "noise",
              .x_title = "x",
              .y_title = "y",
              .value_title = "",
              .x_labels = {},
              .y_labels = {},
              .values = {}};
  for (std::size_t i = 0; i < edge; ++i) {
    map.x_labels.push_back(std::to_string(i));
    map.y_labels.push_back(std::to_string(i));
  }
  for (std::size_t i = 0; i < edge * edge; ++i) map.values.push_back(value(random));
  return map;
}

TEST(LineChart, HasTheSizeThatWasAskedFor) {
  const Decoded image(to_png(walks(2), {.width = 500, .height = 300}));
  EXPECT_EQ(image.width, 500);
  EXPECT_EQ(image.height, 300);
}

TEST(LineChart, DrawsLinesWhereTheirValuesAre) {
  LineChart chart;
  chart.x = {0, 1, 2};
  chart.lines = {{"", {0, 10, 20}}, {"", {20, 20, 20}}, {"", {0, 0, 0}}};
  const Decoded image(to_png(chart));
  const auto rising = image.place_of(category_colour(0)), top = image.place_of(category_colour(1)),
             bottom = image.place_of(category_colour(2));
  ASSERT_FALSE(rising.is_empty() || top.is_empty() || bottom.is_empty());
  // Two pixels wide, so that the edges are within two.
  EXPECT_NEAR(top.bottom, top.top, 1);
  EXPECT_NEAR(rising.top, top.top, 4);
  EXPECT_NEAR(rising.bottom, bottom.bottom, 4);
  EXPECT_NEAR(rising.left, bottom.left, 4);
  EXPECT_NEAR(rising.right, bottom.right, 4);
  EXPECT_GT(bottom.top - top.bottom, 300);
  EXPECT_GT(bottom.right - bottom.left, 600);
  // In the middle, half way up.
  const int x = (bottom.left + bottom.right) / 2, y = (top.top + bottom.bottom) / 2;
  bool is_there = false;
  for (int near = y - 3; near <= y + 3; ++near)
    is_there |= lightness(image.at(x, near)) < lightness(category_colour(0)) + 20;
  EXPECT_TRUE(is_there);
}

TEST(LineChart, BreaksLinesAtWhatIsNoNumber) {
  LineChart chart;
  chart.x = {0, 1, 2, 3, 4};
  chart.lines = {{"", {5, 5, NAN, 5, INFINITY}}, {"", {9, 9, 9, 9, 9}}};
  const Decoded image(to_png(chart));
  const auto whole = image.place_of(category_colour(1));
  const double part = (whole.right - whole.left) / 4.0;
  const auto has_broken_at = [&](double x) {
    for (int y = 0; y < image.height; ++y)
      if (image.at(whole.left + static_cast<int>(x * part), y) == category_colour(0)) return true;
    return false;
  };
  EXPECT_TRUE(has_broken_at(0.5));
  EXPECT_FALSE(has_broken_at(1.5));
  EXPECT_FALSE(has_broken_at(2.5));
  EXPECT_TRUE(has_broken_at(3));  // a dot
  EXPECT_FALSE(has_broken_at(3.5));
}

TEST(LineChart, DrawsBandsLighterThanTheirLine) {
  LineChart chart;
  chart.x = {0, 1};
  chart.lines = {{"median", {5, 5}}};
  chart.bands = {{"90 %", {1, 1}, {9, 9}, 0}, {"50 %", {3, 3}, {7, 7}, 0}};
  const Decoded image(to_png(chart));
  const auto line = image.place_of(category_colour(0), 600);
  const int x = line.left + (line.right - line.left) * 33 / 80;  // beside lines of the grid
  const int unit = line.top / 5;                                 // the axis ends at 10
  const auto inner = image.at(x, line.top - unit), outer = image.at(x, line.top - 3 * unit);
  EXPECT_LT(lightness(category_colour(0)), lightness(inner));
  EXPECT_LT(lightness(inner), lightness(outer));
  EXPECT_LT(lightness(outer), lightness(kWhite));
}

TEST(LineChart, SaysThatThereAreNoValues) {
  LineChart empty{.title = "none", .x_title = "x", .y_title = "y", .x = {}, .lines = {}, .bands = {}};
  LineChart not_numbers = empty;
  not_numbers.x = {0, 1};
  not_numbers.lines = {{"a", {NAN, NAN}}};
  EXPECT_EQ(to_png(empty), to_png(not_numbers));
  // Letters in the middle.
  const Decoded image(to_png(empty));
  std::size_t dark = 0;
  for (int x = 300; x < 420; ++x)
    for (int y = 200; y < 240; ++y) dark += lightness(image.at(x, y)) < 150;
  EXPECT_GT(dark, 50u);
}

TEST(LineChart, IsTheSameEveryTime) {
  EXPECT_EQ(to_png(walks(20)), to_png(walks(20)));
}

TEST(Histogram, DrawsBarsAsHighAsTheirCounts) {
  Histogram chart{
      .title = "", .x_title = "", .y_title = "runs", .edges = {0, 1, 2, 3}, .groups = {{"", {10, 0, 5}}}};
  const Decoded image(to_png(chart));
  const auto bars = image.place_of(category_colour(0));
  const double bin = (bars.right - bars.left + 1) / 3.0;
  const auto height_at = [&](double x) {
    int pixels = 0;
    for (int y = 0; y < image.height; ++y)
      pixels += image.at(bars.left + static_cast<int>(x * bin), y) == category_colour(0);
    return pixels;
  };
  EXPECT_GT(height_at(0.5), 250);
  EXPECT_EQ(height_at(1.5), 0);
  EXPECT_NEAR(height_at(2.5), height_at(0.5) / 2, 2);
}

TEST(Histogram, OfSeveralGroupsHasAColourForEach) {
  Histogram chart{.title = "",
                  .x_title = "",
                  .y_title = "",
                  .edges = {0, 1, 2},
                  .groups = {{"north", {4, 0}}, {"south", {0, 4}}}};
  const Decoded image(to_png(chart));
  EXPECT_LT(image.place_of(category_colour(0), 500).left, image.place_of(category_colour(1), 500).right);
  EXPECT_FALSE(image.place_of(category_colour(1)).is_empty());
  Histogram empty;
  EXPECT_EQ(Decoded(to_png(empty)).width, 720);
}

TEST(HeatMap, ColoursCellsByTheirValues) {
  const HeatMap map{.title = "",
                    .x_title = "",
                    .y_title = "",
                    .value_title = "",
                    .x_labels = {"a", "b"},
                    .y_labels = {"1", "2"},
                    .values = {0, 1, NAN, 0.5}};
  const Decoded image(to_png(map));
  const auto lowest = image.place_of(level_colour(0), 300);
  EXPECT_GT(lowest.bottom - lowest.top, 150);
  const int left = (lowest.left + lowest.right) / 2, right = lowest.right + (lowest.right - left);
  const int below = (lowest.top + lowest.bottom) / 2, above = lowest.top - (lowest.bottom - below);
  EXPECT_EQ(image.at(left, above), kNoValue);
  EXPECT_EQ(image.at(right, below), level_colour(1));
  EXPECT_EQ(image.at(right, above), level_colour(0.5));
}

TEST(HeatMap, SaysThatThereAreNoValues) {
  HeatMap map = noise(3);
  map.values.assign(9, NAN);
  EXPECT_EQ(Decoded(to_png(map)).count_of(level_colour(0)), 0u);
  EXPECT_EQ(Decoded(to_png(HeatMap{})).width, 720);
}

TEST(Colours, OfLevelsBecomeLighter) {
  for (int level = 1; level < kLevels; ++level)
    EXPECT_GT(lightness(level_colour((level + 0.5) / kLevels)),
              lightness(level_colour((level - 0.5) / kLevels)));
}

TEST(Charts, StayBelowTheLimit) {
  EXPECT_LE(to_png(walks(200)).size(), kMostBytes);
  EXPECT_LE(to_png(noise(200)).size(), kMostBytes);
  EXPECT_LE(to_png(noise(200), {.width = Size::kMost, .height = Size::kMost}).size(), kMostBytes);
  const auto crowd = to_png(walks(60), {.width = Size::kMost, .height = Size::kMost});
  EXPECT_LE(crowd.size(), kMostBytes);
  EXPECT_LT(Decoded(crowd).width, Size::kMost);  // smaller is what was left
}

TEST(Charts, BearTheLeastSize) {
  const Size least{.width = Size::kLeast, .height = Size::kLeast};
  EXPECT_EQ(Decoded(to_png(walks(30), least)).width, Size::kLeast);
  EXPECT_EQ(Decoded(to_png(noise(30), least)).height, Size::kLeast);
}

}  // namespace
}  // namespace flowyard::controller::charts
