#include "common/base/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace flowyard {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_line_break(char c) {
  return c == '\n' || c == '\r';
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= have ? kAlphabet[group >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  while (!text.empty() && is_line_break(text.back())) text.remove_suffix(1);
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (is_line_break(c)) continue;
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return invalid(std::string("not base64: '") + c + "'");
    group = group << 6U | static_cast<std::uint32_t>(value);
    ++digits;
    const std::size_t bits_left = 6 * digits % 8;
    if (digits % 4 != 1) bytes += static_cast<char>(group >> bits_left & 0xFFU);
  }
  if ((digits + padding) % 4 != 0) return invalid("not base64: it is cut short");
  return bytes;
}

}  // namespace flowyard
