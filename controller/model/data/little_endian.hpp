// Numbers as older office programs write them, the lowest byte first. Pure.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace flowyard::controller::model::data {

// `Size` bytes from `at` on, all of which must be there.
template <std::size_t Size>
std::uint64_t unsigned_at(std::string_view bytes, std::size_t at) {
  assert(at + Size <= bytes.size());
  std::uint64_t value = 0;
  for (std::size_t i = Size; i > 0; --i) value = value << 8U | static_cast<std::uint8_t>(bytes[at + i - 1]);
  return value;
}

inline std::uint16_t u16_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(unsigned_at<2>(bytes, at));
}
inline std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(unsigned_at<4>(bytes, at));
}

}  // namespace flowyard::controller::model::data
