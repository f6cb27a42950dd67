// Base64 (RFC 4648, section 4) for files that are not text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flowyard::controller::wire {

std::string to_base64(std::string_view bytes);

// Nothing where the text is not padded base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace flowyard::controller::wire
