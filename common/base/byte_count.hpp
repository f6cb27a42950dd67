// Counts of bytes for people. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace flowyard {

std::string format_bytes(std::uint64_t bytes);  // "1.5 MiB"

}  // namespace flowyard
