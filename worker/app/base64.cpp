#include "worker/app/base64.hpp"

#include <cstdint>

namespace flowyard::worker::app {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

Result<std::string> from_base64(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const auto place = kAlphabet.find(c);
    if (place == std::string_view::npos) return invalid(std::string("not base64: '") + c + "'");
    bits = bits << 6U | static_cast<std::uint32_t>(place);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xFFU);
  }
  if (held >= 6) return invalid("not base64: it is cut short");
  return bytes;
}

}  // namespace flowyard::worker::app
