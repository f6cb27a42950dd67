// Pixels as a PNG with a palette. Pure.
#pragma once

#include <span>
#include <string>

#include "controller/charts/colours.hpp"

namespace flowyard::controller::charts {

// `pixels` row by row from above, width * height of them. The colours are those of categories and else the
// most frequent ones, at most 256; if the file would be larger than `most_bytes`, fewer, down to 16. Every
// other becomes the nearest of them.
std::string png_of(std::span<const Colour> pixels, int width, int height, std::size_t most_bytes);

}  // namespace flowyard::controller::charts
