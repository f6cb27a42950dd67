// Words as one text.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::cli {

// "a, b, c" where `between` is ", ".
inline std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

}  // namespace flowyard::controller::cli
