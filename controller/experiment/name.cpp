#include "controller/experiment/name.hpp"

#include "common/base/printable.hpp"

namespace flowyard::controller::experiment {
namespace {

constexpr std::size_t kMostCharacters = 100;

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || std::string_view(" .-@").find(text.front()) != std::string_view::npos) return false;
  std::size_t characters = 0;
  while (!text.empty()) {
    const auto [point, length] = first_character(text);
    const bool broken = length == 0 || (point == 0xFFFD && length == 1);
    if (broken || is_control(point) || point == '/' || point == '\\') return false;
    if (++characters > kMostCharacters) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string name_rule() {
  return "must have at most " + std::to_string(kMostCharacters) +
         " characters, no slash, backslash or control character, and not start with a blank, '.', '-' or '@'";
}

}  // namespace flowyard::controller::experiment
