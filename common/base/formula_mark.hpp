// The apostrophe that keeps a spreadsheet from taking a text cell for a formula: CSV writers here put it
// before text that begins with = + - or @ and is no number, and CSV readers remove it. Text with apostrophes
// before such a sign gets one more, so that reading restores exactly what was written. Pure.
#pragma once

#include <string>
#include <string_view>

namespace flowyard {

std::string with_formula_mark(std::string_view text);
std::string_view without_formula_mark(std::string_view text);

}  // namespace flowyard
