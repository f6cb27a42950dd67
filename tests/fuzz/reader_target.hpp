// What the fuzz targets of the readers share: any bytes give a model or errors, and nothing else happens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace flowyard::fuzz {

// A range like (a1-a999999), or size="900000", is right and slow to expand: it would eat the fuzzing time and
// find nothing.
inline bool has_long_number(std::string_view bytes) {
  std::size_t digits = 0;
  for (const char c : bytes) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

// One input for `read`, which takes the bytes and a file name.
template <class Read>
int read_any(const std::uint8_t* data, std::size_t size, const char* file_name, Read read) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (has_long_number(bytes)) return 0;
  const auto model = read(bytes, file_name);
  if (!model && model.error().empty()) std::abort();
  return 0;
}

}  // namespace flowyard::fuzz
