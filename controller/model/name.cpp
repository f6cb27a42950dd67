#include "controller/model/name.hpp"

#include <cstdint>

namespace flowyard::controller::model {
namespace {

// Simple case folding for two-byte UTF-8: Latin-1, Latin Extended-A, Greek, Cyrillic.
std::uint32_t fold(std::uint32_t c) {
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9)) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  const bool even_is_upper = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177);
  const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (even_is_upper && c % 2 == 0) return c + 1;
  if (odd_is_upper && c % 2 == 1) return c + 1;
  return c;
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

// The length of the separator that starts at `at`, 0 for none.
std::size_t separator_length(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '_' || c == ' ' || c == '\t' || c == '\n' || c == '\r') return 1;
  const bool more = at + 1 < text.size();
  if (c == '\\' && more && (text[at + 1] == 'n' || text[at + 1] == 'r')) return 2;
  if (c == '\xC2' && more && text[at + 1] == '\xA0') return 2;
  return 0;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string key_of(std::string_view display) {
  const std::string_view text = without_quotes(display);
  std::string key;
  key.reserve(text.size());
  bool separated = false;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t skip = separator_length(text, i)) {
      separated = true;
      i += skip;
      continue;
    }
    if (separated && !key.empty()) key += '_';
    separated = false;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) {
      key += text[i + 1];
      i += 2;
    } else if (c >= 'A' && c <= 'Z') {
      key += static_cast<char>(c - 'A' + 'a');
      ++i;
    } else if (c >= 0xC3 && c <= 0xD1 && i + 1 < text.size() && is_continuation(text[i + 1])) {
      const auto low = static_cast<unsigned char>(text[i + 1]);
      const std::uint32_t folded = fold(((c & 0x1FU) << 6U) | (low & 0x3FU));
      key += static_cast<char>(0xC0U | (folded >> 6U));
      key += static_cast<char>(0x80U | (folded & 0x3FU));
      i += 2;
    } else {
      key += text[i];
      ++i;
    }
  }
  return key;
}

Name::Name(std::string_view text) : key(key_of(text)) {
  const std::string_view plain = without_quotes(text);
  if (plain.find_first_of("\\\n\r\t") == plain.npos) {
    display = plain;
    return;
  }
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool escape = plain[i] == '\\' && i + 1 < plain.size();
    if (escape && (plain[i + 1] == '"' || plain[i + 1] == '\\')) {
      display += plain[++i];
    } else if (escape && (plain[i + 1] == 'n' || plain[i + 1] == 'r')) {
      display += ' ';
      ++i;
    } else {
      display += plain[i] == '\n' || plain[i] == '\r' || plain[i] == '\t' ? ' ' : plain[i];
    }
  }
}

}  // namespace flowyard::controller::model
