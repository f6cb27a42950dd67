// The colours of charts. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace flowyard::controller::charts {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;

  bool operator==(const Colour&) const = default;
};

inline constexpr Colour kWhite{255, 255, 255}, kInk{34, 34, 34}, kAxis{110, 110, 110}, kGrid{226, 226, 226},
    kNoValue{240, 240, 240};

// Of the line or group of that number. Told apart with every kind of colour vision: the palette of M. Okabe
// and K. Ito, "Color Universal Design (CUD): How to make figures and presentations that are friendly to
// colorblind people" (2002, revised 2008), without its yellow, which is too light for a line on white. After
// kCategories they begin again.
inline constexpr std::size_t kCategories = 7;
Colour category_colour(std::size_t number);

// From dark blue for 0 to yellow for 1 in kLevels steps of rising lightness, after the idea of J. R. Nuñez,
// C. R. Anderton and R. S. Renslow, "Optimizing colormaps with consideration for color vision deficiency",
// PLoS ONE 13 (2018): blue against yellow is what nearly everybody sees.
inline constexpr int kLevels = 64;
Colour level_colour(double part);

}  // namespace flowyard::controller::charts
