// Canvas: pixels that lines, areas and letters are drawn on. Coordinates are pixels from the upper left
// corner, y downwards; whole numbers are the edges of pixels. The only file that knows what draws.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controller/charts/colours.hpp"
#include "controller/charts/text.hpp"

namespace flowyard::controller::charts {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

enum class Anchor { Start, Middle, End };
enum class Dashes { None, Long };

struct TextStyle {
  int size = 12;
  Colour colour = kInk;
  Anchor anchor = Anchor::Start;
  Direction direction = Direction::Across;
};

class Canvas {
 public:
  Canvas(int width, int height);  // white

  // Nothing is drawn outside of it, but text.
  void clip(const Box& box);
  void no_clip();

  void fill(const Box& box, Colour colour, double opacity = 1);
  void fill(std::span<const Point> polygon, Colour colour, double opacity = 1);
  void line(std::span<const Point> points, Colour colour, double width, Dashes dashes = Dashes::None);

  // At the base line of its letters.
  void write(std::string_view text, Point at, const TextStyle& style);
  const Text& text() const { return text_; }

  int width() const { return width_; }
  int height() const { return height_; }
  std::span<const Colour> pixels() const { return pixels_; }

 private:
  int width_, height_;
  std::vector<Colour> pixels_;
  Box clip_;
  Text text_;
};

}  // namespace flowyard::controller::charts
