// Text: the shapes of letters of the font in the program. Holds FreeType's state: one for each drawing.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace flowyard::controller::charts {

enum class Direction { Across, Up };

class Text {
 public:
  Text();
  ~Text();
  Text(Text&&) noexcept;

  // In pixels, of one line.
  double width(std::string_view text, int size) const;
  double widest(std::span<const std::string> texts, int size) const;
  // The text, cut so that it and an ellipsis are no wider.
  std::string cut(std::string_view text, int size, double width) const;
  // Tells for each pixel of the letters how much of it is covered, 1 to 255. The base line begins at (x, y).
  using Cover = std::function<void(int x, int y, std::uint8_t covered)>;
  void draw(std::string_view text, int size, Direction direction, int x, int y, const Cover& cover) const;

 private:
  struct Face;
  std::unique_ptr<Face> face_;
};

}  // namespace flowyard::controller::charts
