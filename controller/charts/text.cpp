#include "controller/charts/text.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <ft2build.h>
#include FT_FREETYPE_H

#include "controller/charts/font.hpp"

namespace flowyard::controller::charts {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// The characters of UTF-8, what is none of them as U+FFFD, and controls as blanks.
std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first < 0x80       ? 0
                     : first >> 5 == 6  ? 1
                     : first >> 4 == 14 ? 2
                     : first >> 3 == 30 ? 3
                                        : -1;
    char32_t character = more <= 0 ? first : first & (0x3Fu >> more);
    bool is_whole = more >= 0;
    for (int i = 0; i < more && is_whole; ++i) {
      is_whole = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
      if (is_whole) character = character << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
    }
    if (!is_whole) character = kReplacement;
    characters += character < 0x20 || character == 0x7F ? U' ' : character;
  }
  return characters;
}

// The length of the text without its last character.
std::size_t before_last(std::string_view text) {
  auto end = text.size() - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

}  // namespace

struct Text::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;

  ~Face() {
    if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }

  // The glyph of a character is in the slot afterwards. False: it cannot be had.
  bool load(char32_t character, FT_Int32 flags) const {
    return FT_Load_Char(face, character, flags | FT_LOAD_TARGET_LIGHT) == 0;
  }
};

Text::Text() : face_(std::make_unique<Face>()) {
  const auto file = font_file();
  if (FT_Init_FreeType(&face_->library) != 0 ||
      FT_New_Memory_Face(face_->library, file.data(), static_cast<FT_Long>(file.size()), 0, &face_->face) !=
          0)
    throw std::runtime_error("the font of the program cannot be read");
}

Text::~Text() = default;
Text::Text(Text&&) noexcept = default;

double Text::width(std::string_view text, int size) const {
  FT_Set_Pixel_Sizes(face_->face, 0, static_cast<FT_UInt>(size));
  FT_Set_Transform(face_->face, nullptr, nullptr);
  double width = 0;
  for (const auto character : characters_of(text))
    if (face_->load(character, FT_LOAD_DEFAULT))
      width += static_cast<double>(face_->face->glyph->advance.x) / 64;
  return width;
}

double Text::widest(std::span<const std::string> texts, int size) const {
  double widest = 0;
  for (const auto& text : texts) widest = std::max(widest, width(text, size));
  return widest;
}

std::string Text::cut(std::string_view text, int size, double most) const {
  std::string shown(text);
  for (auto kept = text; !kept.empty() && width(shown, size) > most;) {
    kept = kept.substr(0, before_last(kept));
    shown = std::string(kept) + "…";
  }
  return shown;
}

void Text::draw(std::string_view text, int size, Direction direction, int x, int y,
                const Cover& cover) const {
  FT_Set_Pixel_Sizes(face_->face, 0, static_cast<FT_UInt>(size));
  FT_Matrix upwards{0, -0x10000, 0x10000, 0};
  FT_Set_Transform(face_->face, direction == Direction::Up ? &upwards : nullptr, nullptr);
  double pen_x = x, pen_y = y;
  for (const auto character : characters_of(text)) {
    if (!face_->load(character, FT_LOAD_RENDER)) continue;
    const auto& glyph = *face_->face->glyph;
    const int left = static_cast<int>(std::lround(pen_x)) + glyph.bitmap_left;
    const int top = static_cast<int>(std::lround(pen_y)) - glyph.bitmap_top;
    for (unsigned row = 0; row < glyph.bitmap.rows; ++row) {
      const auto* line = glyph.bitmap.buffer + static_cast<std::ptrdiff_t>(row) * glyph.bitmap.pitch;
      for (unsigned column = 0; column < glyph.bitmap.width; ++column)
        if (line[column] > 0)
          cover(left + static_cast<int>(column), top + static_cast<int>(row), line[column]);
    }
    pen_x += static_cast<double>(glyph.advance.x) / 64;
    pen_y -= static_cast<double>(glyph.advance.y) / 64;
  }
}

}  // namespace flowyard::controller::charts
