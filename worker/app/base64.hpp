// Base64 (RFC 4648, section 4) to bytes. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace flowyard::worker::app {

// Line breaks are passed over; anything else outside the alphabet is an error.
Result<std::string> from_base64(std::string_view text);

}  // namespace flowyard::worker::app
