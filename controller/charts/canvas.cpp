#include "controller/charts/canvas.hpp"

#include <cmath>

#include <agg2/agg_conv_dash.h>
#include <agg2/agg_conv_stroke.h>
#include <agg2/agg_path_storage.h>
#include <agg2/agg_pixfmt_rgb.h>
#include <agg2/agg_rasterizer_scanline_aa.h>
#include <agg2/agg_renderer_base.h>
#include <agg2/agg_renderer_scanline.h>
#include <agg2/agg_rendering_buffer.h>
#include <agg2/agg_scanline_p.h>

namespace flowyard::controller::charts {
namespace {

using PixelFormat = agg::pixfmt_rgb24;
using Renderer = agg::renderer_base<PixelFormat>;

static_assert(sizeof(Colour) == 3, "rows of pixels are what the renderer takes for RGB of 24 bits");

agg::path_storage path_of(std::span<const Point> points) {
  agg::path_storage path;
  for (const auto& point : points) {
    if (path.total_vertices() == 0) {
      path.move_to(point.x, point.y);
    } else {
      path.line_to(point.x, point.y);
    }
  }
  return path;
}

// Draws what a source of vertices encloses.
template <class Source>
void render(Source& source, std::vector<Colour>& pixels, int width, int height, const Box& clip,
            Colour colour, double opacity) {
  agg::rendering_buffer buffer(reinterpret_cast<agg::int8u*>(pixels.data()), static_cast<unsigned>(width),
                               static_cast<unsigned>(height), width * 3);
  PixelFormat format(buffer);
  Renderer renderer(format);
  agg::rasterizer_scanline_aa<> rasterizer;
  rasterizer.clip_box(clip.left, clip.top, clip.right, clip.bottom);
  rasterizer.add_path(source);
  agg::scanline_p8 scanline;
  const agg::rgba8 ink(colour.red, colour.green, colour.blue,
                       static_cast<unsigned>(std::lround(opacity * 255)));
  agg::render_scanlines_aa_solid(rasterizer, scanline, renderer, ink);
}

// For joints of lines that turn back sharply, as series of noise do.
template <class Stroke>
void round_off(Stroke& stroke, double width) {
  stroke.width(width);
  stroke.line_join(agg::round_join);
  stroke.line_cap(agg::butt_cap);
}

}  // namespace

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), kWhite) {
  no_clip();
}

void Canvas::clip(const Box& box) {
  clip_ = box;
}

void Canvas::no_clip() {
  clip_ = {0, 0, static_cast<double>(width_), static_cast<double>(height_)};
}

void Canvas::fill(const Box& box, Colour colour, double opacity) {
  const Point corners[] = {
      {box.left, box.top}, {box.right, box.top}, {box.right, box.bottom}, {box.left, box.bottom}};
  fill(corners, colour, opacity);
}

void Canvas::fill(std::span<const Point> polygon, Colour colour, double opacity) {
  auto path = path_of(polygon);
  path.close_polygon();
  render(path, pixels_, width_, height_, clip_, colour, opacity);
}

void Canvas::line(std::span<const Point> points, Colour colour, double width, Dashes dashes) {
  if (points.size() < 2) return;
  auto path = path_of(points);
  if (dashes == Dashes::None) {
    agg::conv_stroke<agg::path_storage> stroke(path);
    round_off(stroke, width);
    render(stroke, pixels_, width_, height_, clip_, colour, 1);
    return;
  }
  agg::conv_dash<agg::path_storage> dashed(path);
  dashed.add_dash(7, 4);
  agg::conv_stroke<agg::conv_dash<agg::path_storage>> stroke(dashed);
  round_off(stroke, width);
  render(stroke, pixels_, width_, height_, clip_, colour, 1);
}

void Canvas::write(std::string_view text, Point at, const TextStyle& style) {
  const double part = style.anchor == Anchor::Start ? 0 : style.anchor == Anchor::Middle ? 0.5 : 1;
  const double back = part == 0 ? 0 : part * text_.width(text, style.size);
  (style.direction == Direction::Across ? at.x : at.y) += style.direction == Direction::Across ? -back : back;
  const auto mixed = [](std::uint8_t below, std::uint8_t above, int covered) {
    return static_cast<std::uint8_t>((below * (255 - covered) + above * covered + 127) / 255);
  };
  const auto cover = [&](int x, int y, std::uint8_t covered) {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
    auto& pixel =
        pixels_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)];
    pixel = {mixed(pixel.red, style.colour.red, covered), mixed(pixel.green, style.colour.green, covered),
             mixed(pixel.blue, style.colour.blue, covered)};
  };
  text_.draw(text, style.size, style.direction, static_cast<int>(std::lround(at.x)),
             static_cast<int>(std::lround(at.y)), cover);
}

}  // namespace flowyard::controller::charts
