// Text that cannot control a terminal. Names, models, logs and messages from outside may hold escape
// sequences; all output of them goes through here. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowyard {

struct Character {
  char32_t point = 0;      // U+FFFD for a byte that belongs to no character
  std::size_t length = 0;  // in bytes; 0: the text ends within a character that further bytes may complete
};

// The first character of UTF-8 text (RFC 3629), which is not empty.
Character first_character(std::string_view text);

// The control characters C0 and C1, and those that change the direction of writing, which can disguise text.
bool is_control(char32_t point);

// Control characters become blanks, bytes that are no UTF-8 become U+FFFD.
std::string printable(std::string_view text);

}  // namespace flowyard
