#include "common/base/number_text.hpp"

#include <array>
#include <charconv>

namespace flowyard {

std::string number_text(double number) {
  std::array<char, 32> digits{};  // 24 are needed at most
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

}  // namespace flowyard
