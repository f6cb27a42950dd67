// The font that travels in the program: DejaVu Sans, which has Latin, Greek and Cyrillic letters, among
// others.
#pragma once

#include <span>

namespace flowyard::controller::charts {

std::span<const unsigned char> font_file();  // as TrueType

}  // namespace flowyard::controller::charts
