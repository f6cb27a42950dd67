// SHA-256 as lower-case hexadecimal, the project's name for content.
#pragma once

#include <string>
#include <string_view>

namespace flowyard::crypto {

std::string sha256_hex(std::string_view bytes);

// `bytes` random bytes from the operating system, in hexadecimal: tokens and ids.
std::string random_hex(std::size_t bytes);

}  // namespace flowyard::crypto
