// Text operations shared by several readers. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace flowyard {

// ASCII letters in lower case; all other bytes as they are.
std::string lower(std::string_view text);

// Without blanks and line ends around it.
std::string_view trimmed(std::string_view text);

// Well-formed by RFC 3629.
bool is_utf8(std::string_view text);

}  // namespace flowyard
