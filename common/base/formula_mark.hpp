// The apostrophe that keeps a spreadsheet from taking a cell of text for a formula: in every CSV that is
// written here before text that begins with = + - or @ and is no number, and taken off where CSV is read.
// What has apostrophes before such a sign gets one more, so that reading gives back exactly what was written.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace flowyard {

std::string with_formula_mark(std::string_view text);
std::string_view without_formula_mark(std::string_view text);

}  // namespace flowyard
