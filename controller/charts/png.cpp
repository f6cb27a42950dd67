#include "controller/charts/png.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include <png.h>

namespace flowyard::controller::charts {
namespace {

std::uint32_t key_of(Colour colour) {
  return static_cast<std::uint32_t>(colour.red << 16 | colour.green << 8 | colour.blue);
}

Colour colour_of(std::uint32_t key) {
  return {static_cast<std::uint8_t>(key >> 16), static_cast<std::uint8_t>(key >> 8),
          static_cast<std::uint8_t>(key)};
}

int distance(Colour a, Colour b) {
  const int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
  return red * red + green * green + blue * blue;
}

bool is_category(Colour colour) {
  for (std::size_t i = 0; i < kCategories; ++i)
    if (category_colour(i) == colour) return true;
  return false;
}

// All colours: those of categories, then the most frequent first; of equally many the larger number, so that
// it is always the same.
std::vector<Colour> by_frequency(std::span<const Colour> pixels) {
  std::unordered_map<std::uint32_t, std::size_t> counts;
  for (const auto pixel : pixels) ++counts[key_of(pixel)];
  std::vector<std::pair<std::size_t, std::uint32_t>> sorted;
  for (const auto& [key, count] : counts) sorted.emplace_back(count, key);
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<Colour> colours;
  for (const auto& [count, key] : sorted) colours.push_back(colour_of(key));
  std::stable_partition(colours.begin(), colours.end(), is_category);
  return colours;
}

std::uint8_t nearest(std::span<const Colour> palette, Colour colour) {
  const auto closer = [colour](Colour a, Colour b) { return distance(a, colour) < distance(b, colour); };
  return static_cast<std::uint8_t>(std::min_element(palette.begin(), palette.end(), closer) -
                                   palette.begin());
}

std::string encode(std::span<const Colour> pixels, int width, int height, std::span<const Colour> colours,
                   std::size_t count) {
  const auto palette = colours.first(std::min(count, colours.size()));
  std::unordered_map<std::uint32_t, std::uint8_t> places;
  for (const auto colour : colours) places.emplace(key_of(colour), nearest(palette, colour));
  std::vector<std::uint8_t> indices;
  indices.reserve(pixels.size());
  for (const auto pixel : pixels) indices.push_back(places.at(key_of(pixel)));
  std::vector<std::uint8_t> map;
  for (const auto colour : palette) map.insert(map.end(), {colour.red, colour.green, colour.blue});

  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = static_cast<png_uint_32>(palette.size());
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, indices.data(), 0, map.data()) == 0)
    throw std::runtime_error(std::string("cannot write a PNG: ") + image.message);
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string png_of(std::span<const Colour> pixels, int width, int height, std::size_t most_bytes) {
  const auto colours = by_frequency(pixels);
  std::string bytes;
  for (const std::size_t count : {256u, 64u, 16u}) {
    bytes = encode(pixels, width, height, colours, count);
    if (bytes.size() <= most_bytes) break;
  }
  return bytes;
}

}  // namespace flowyard::controller::charts
