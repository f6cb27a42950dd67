// Base64 (RFC 4648, section 4). Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace flowyard {

std::string to_base64(std::string_view bytes);

// Padded base64. Line breaks are passed over; anything else outside the alphabet is an error, and so is
// truncated text.
Result<std::string> from_base64(std::string_view text);

}  // namespace flowyard
