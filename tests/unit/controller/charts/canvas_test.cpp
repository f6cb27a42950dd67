#include "controller/charts/canvas.hpp"

#include <gmock/gmock.h>

#include "controller/charts/legend.hpp"

namespace flowyard::controller::charts {
namespace {

std::vector<Colour> written(std::string_view text) {
  Canvas canvas(60, 30);
  canvas.write(text, {5, 20}, {.size = 14});
  return {canvas.pixels().begin(), canvas.pixels().end()};
}

Colour at(const Canvas& canvas, int x, int y) {
  return canvas.pixels()[static_cast<std::size_t>(y * canvas.width() + x)];
}

TEST(Canvas, WritesLettersBeyondAscii) {
  const auto nothing = written(""), unknown = written("\U0010FFFD");
  for (const char* letter : {"ü", "ß", "λ", "Ж", "é", "⁶", "…"}) {
    EXPECT_NE(written(letter), nothing) << letter;
    EXPECT_NE(written(letter), unknown) << letter << " is not in the font";
  }
  EXPECT_NE(written("ü"), written("u"));
}

TEST(Canvas, BearsBytesThatAreNoText) {
  EXPECT_EQ(written("a\xff"), written("a\xEF\xBF\xBD"));
  EXPECT_EQ(written("a\xe4\xb8"), written("a\xEF\xBF\xBD"));
  EXPECT_EQ(written("a\nb"), written("a b"));
}

TEST(Canvas, CutsTextThatIsTooLong) {
  const Canvas canvas(10, 10);
  const std::string name = "größtes Wachstum";
  EXPECT_EQ(canvas.text().cut(name, 12, 500), name);
  const auto cut = canvas.text().cut(name, 12, 60);
  EXPECT_TRUE(cut.starts_with("grö") && cut.ends_with("…")) << cut;
  EXPECT_LE(canvas.text().width(cut, 12), 60);
}

TEST(Canvas, TurnsText) {
  Canvas canvas(40, 200);
  canvas.write("population", {20, 190}, {.size = 14, .direction = Direction::Up});
  int top = 200, left = 40, right = 0;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 40; ++x)
      if (!(at(canvas, x, y) == kWhite))
        top = std::min(top, y), left = std::min(left, x), right = std::max(right, x);
  EXPECT_NEAR(190 - top, canvas.text().width("population", 14), 3);
  EXPECT_LT(right - left, 20);
}

TEST(Canvas, FillsWholePixelsSharply) {
  Canvas canvas(20, 20);
  canvas.fill(Box{5, 6, 10, 12}, {1, 2, 3});
  EXPECT_EQ(at(canvas, 5, 6), (Colour{1, 2, 3}));
  EXPECT_EQ(at(canvas, 9, 11), (Colour{1, 2, 3}));
  EXPECT_EQ(at(canvas, 4, 6), kWhite);
  EXPECT_EQ(at(canvas, 10, 12), kWhite);
}

TEST(Canvas, DrawsNothingOutsideOfTheClip) {
  Canvas canvas(20, 20);
  canvas.clip({0, 0, 10, 20});
  const Point points[] = {{0, 10}, {20, 10}};
  canvas.line(points, {1, 2, 3}, 4);
  EXPECT_EQ(at(canvas, 8, 10), (Colour{1, 2, 3}));
  EXPECT_EQ(at(canvas, 12, 10), kWhite);
}

TEST(Legend, CountsTheNamesBeyondTwelve) {
  std::vector<LegendEntry> entries;
  for (int i = 0; i < 100; ++i)
    entries.push_back({.name = "run " + std::to_string(i), .colour = category_colour(0)});
  Canvas canvas(200, 400), expected(200, 400);
  draw_legend(canvas, {10, 0, 190, 400}, entries);
  entries.resize(12);
  draw_legend(expected, {10, 0, 190, 400}, entries);
  expected.write("and 88 more", {10, 229}, {.size = 11, .colour = kAxis});
  EXPECT_TRUE(std::equal(canvas.pixels().begin(), canvas.pixels().end(), expected.pixels().begin()));
}

}  // namespace
}  // namespace flowyard::controller::charts
