#include "common/yaml/flow.hpp"

#include <algorithm>
#include <cstdio>

#include "common/yaml/scalar.hpp"

namespace flowyard::yaml {
namespace {

// Characters without special meaning in a plain scalar.
bool is_harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_.+-/%()").find(c) != std::string_view::npos;
}

bool may_stand_plain(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_harmless)) return false;
  if (text[0] == '%' || text == "...") return false;
  // "-" and "---" are marks; a number may begin so.
  return text[0] != '-' ||
         number_of({.kind = Kind::Scalar, .text = std::string(text), .entries = {}}).has_value();
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    char code[8];
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      quoted += code;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

Node plain(std::string_view text) {
  return {.kind = Kind::Scalar, .text = std::string(text), .entries = {}};
}

bool is_null_word(std::string_view text) {
  return text == "null" || text == "Null" || text == "NULL" || text == "~";
}

}  // namespace

std::string quoted(std::string_view text) {
  const bool other = number_of(plain(text)) || boolean_of(plain(text)) || is_null_word(text);
  return may_stand_plain(text) && !other ? std::string(text) : in_quotes(text);
}

std::string flow_text(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Kind::Null:
      return "null";
    case Kind::Scalar:
      if (node.style != Style::Plain) return quoted(node.text);
      return may_stand_plain(node.text) ? node.text : in_quotes(node.text);
    case Kind::Sequence:
      for (const auto& item : node.items) text += (text.empty() ? "" : ", ") + flow_text(item);
      return "[" + text + "]";
    case Kind::Mapping:
      for (const auto& [key, location, value] : node.entries)
        text += (text.empty() ? "" : ", ") + (may_stand_plain(key) ? key : in_quotes(key)) + ": " +
                flow_text(value);
      return "{" + text + "}";
  }
  return text;
}

}  // namespace flowyard::yaml
