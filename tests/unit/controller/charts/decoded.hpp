// A PNG as pixels again, by libpng.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <png.h>

#include "controller/charts/colours.hpp"

namespace flowyard::controller::charts {

struct Decoded {
  int width = 0, height = 0;
  std::vector<Colour> pixels;

  explicit Decoded(const std::string& png) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0)
      throw std::runtime_error(image.message);
    image.format = PNG_FORMAT_RGB;
    width = static_cast<int>(image.width), height = static_cast<int>(image.height);
    pixels.resize(std::size_t{image.width} * image.height);
    if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0)
      throw std::runtime_error(image.message);
  }

  Colour at(int x, int y) const {
    return pixels.at(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                     static_cast<std::size_t>(x));
  }

  // What encloses all pixels of a colour; empty where there are none.
  struct Place {
    int left = 0, top = 0, right = -1, bottom = -1;
    bool is_empty() const { return right < left; }
  };
  Place place_of(Colour colour, int until = 1 << 20) const {
    Place place;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < std::min(width, until); ++x) {
        if (!(at(x, y) == colour)) continue;
        if (place.is_empty()) place = {x, y, x, y};
        place = {std::min(place.left, x), std::min(place.top, y), std::max(place.right, x),
                 std::max(place.bottom, y)};
      }
    }
    return place;
  }
  std::size_t count_of(Colour colour) const {
    return static_cast<std::size_t>(std::count(pixels.begin(), pixels.end(), colour));
  }
};

}  // namespace flowyard::controller::charts
