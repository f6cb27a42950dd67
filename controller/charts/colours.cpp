#include "controller/charts/colours.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace flowyard::controller::charts {
namespace {

// Blue, vermilion, bluish green, orange, reddish purple, sky blue, black.
constexpr Colour kCategoryColours[kCategories] = {
    {0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {230, 159, 0}, {204, 121, 167}, {86, 180, 233}, {0, 0, 0}};

constexpr Colour kStops[] = {{0, 34, 78}, {62, 76, 108}, {124, 123, 120}, {188, 174, 108}, {253, 231, 70}};

std::uint8_t between(std::uint8_t from, std::uint8_t to, double part) {
  return static_cast<std::uint8_t>(std::lround(from + (to - from) * part));
}

}  // namespace

Colour category_colour(std::size_t number) {
  return kCategoryColours[number % kCategories];
}

Colour level_colour(double part) {
  const double level = std::clamp(std::floor(part * kLevels), 0.0, kLevels - 1.0) / (kLevels - 1);
  const double at = level * (std::size(kStops) - 1);
  const auto stop = std::min<std::size_t>(static_cast<std::size_t>(at), std::size(kStops) - 2);
  const auto &from = kStops[stop], &to = kStops[stop + 1];
  const double rest = at - static_cast<double>(stop);
  return {between(from.red, to.red, rest), between(from.green, to.green, rest),
          between(from.blue, to.blue, rest)};
}

}  // namespace flowyard::controller::charts
