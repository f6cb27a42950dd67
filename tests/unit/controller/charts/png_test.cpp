#include "controller/charts/png.hpp"

#include <random>

#include <gmock/gmock.h>

#include "tests/unit/controller/charts/decoded.hpp"

namespace flowyard::controller::charts {
namespace {

using ::testing::ElementsAreArray;

TEST(Png, HasThePixelsThatWereGiven) {
  std::vector<Colour> pixels;
  for (int i = 0; i < 15 * 16; ++i) pixels.push_back({static_cast<std::uint8_t>(i), 7, 200});
  const Decoded image(png_of(pixels, 15, 16, 1'000'000));
  EXPECT_EQ(image.width, 15);
  EXPECT_EQ(image.height, 16);
  EXPECT_EQ(image.pixels, pixels);
}

TEST(Png, KeepsTheMostFrequentColoursWhereThereAreTooMany) {
  std::vector<Colour> pixels(1000, Colour{255, 255, 255});
  pixels.insert(pixels.end(), 100, Colour{0, 114, 178});
  for (int i = 0; i < 400; ++i) pixels.push_back({static_cast<std::uint8_t>(i / 2), 90, 90});
  const Decoded image(png_of(pixels, 1500, 1, 1'000'000));
  EXPECT_EQ(image.count_of({255, 255, 255}), 1000u);
  EXPECT_EQ(image.count_of({0, 114, 178}), 100u);
}

TEST(Png, HasFewerColoursRatherThanMoreBytes) {
  std::mt19937 random(1);
  std::vector<Colour> pixels;
  for (int i = 0; i < 100 * 100; ++i) {
    const auto grey = static_cast<std::uint8_t>(random() % 256);
    pixels.push_back({grey, grey, grey});
  }
  const auto all = png_of(pixels, 100, 100, 1'000'000);
  EXPECT_GT(all.size(), 9'000u);
  const auto fewer = png_of(pixels, 100, 100, 7'000);
  EXPECT_LE(fewer.size(), 7'000u);
  EXPECT_EQ(Decoded(fewer).width, 100);
}

}  // namespace
}  // namespace flowyard::controller::charts
