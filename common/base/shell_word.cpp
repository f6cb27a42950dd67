#include "common/base/shell_word.hpp"

#include <algorithm>
#include <string_view>

namespace flowyard {

std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:@,").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string word = "'";
  for (char c : text) c == '\'' ? word += "'\\''" : word += c;
  return word + "'";
}

}  // namespace flowyard
