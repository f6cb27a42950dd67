// Strong ids: a number in the store that cannot be confused with another kind's number.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace flowyard {

template <class Tag>
struct Id {
  std::int64_t value = 0;  // 0: none

  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};

template <class Tag>
std::string to_string(Id<Tag> id) {
  return std::to_string(id.value);
}

}  // namespace flowyard

template <class Tag>
struct std::hash<flowyard::Id<Tag>> {
  std::size_t operator()(flowyard::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
