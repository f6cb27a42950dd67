// unclosed: where a quote or bracket was opened that the text does not close. For messages only: the text is
// known to be invalid, and yaml-cpp reports where it noticed. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flowyard::yaml {

struct Unclosed {
  int line = 0, column = 0;  // of what was opened; 1-based, the column in bytes
  std::string message;
};

// The first that is closed by another kind of bracket or, a quote, only in a later line, which is
// `noticed_line`; else the innermost that is open at the end.
std::optional<Unclosed> find_unclosed(std::string_view text, int noticed_line);

}  // namespace flowyard::yaml
