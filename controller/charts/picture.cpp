#include "controller/charts/picture.hpp"

#include "controller/charts/png.hpp"

namespace flowyard::controller::charts {

std::string within_limit(Size size, const std::function<Canvas(Size)>& draw) {
  for (;; size = {size.width * 3 / 4, size.height * 3 / 4}) {
    const auto canvas = draw(size);
    auto bytes = png_of(canvas.pixels(), size.width, size.height, kMostBytes);
    if (bytes.size() <= kMostBytes || std::min(size.width, size.height) < Size::kLeast) return bytes;
  }
}

}  // namespace flowyard::controller::charts
