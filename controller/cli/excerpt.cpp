#include "controller/cli/excerpt.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "controller/cli/text.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr std::size_t longest = 100;            // characters of a line that are shown
constexpr std::uintmax_t largest = 64U << 20U;  // bytes of a file that is opened for it

bool line_at(std::string_view text, int line, std::string_view& found) {
  for (int number = 1;; ++number) {
    const std::size_t end = text.find_first_of("\r\n");
    found = text.substr(0, end);
    if (number == line) return true;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> all;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= text.size(); ++i) {
    if (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    all.push_back(text.substr(begin, i - begin));
    begin = i;
  }
  return all;
}

}  // namespace

std::string excerpt_of(std::string_view text, int line, int column) {
  std::string_view found;
  if (line < 1 || column < 1 || !line_at(text, line, found)) return {};
  if (line == 1 && found.starts_with("\xEF\xBB\xBF")) found.remove_prefix(3);
  const auto characters = characters_of(found);
  const auto at = static_cast<std::size_t>(column) - 1;
  if (at > characters.size() || characters.empty()) return {};
  std::size_t first = at > longest / 2 && characters.size() > longest ? at - longest / 2 : 0;
  const std::size_t last = std::min(characters.size(), first + longest);
  while (first < at && (characters[first] == " " || characters[first] == "\t")) ++first;
  std::string shown = first > 0 && at > longest / 2 ? "..." : "";
  int before = static_cast<int>(shown.size());
  for (std::size_t i = first; i < last; ++i) {
    const std::string character = printable(characters[i]);
    if (i < at) before += display_width(character);
    shown += character;
  }
  if (last < characters.size()) shown += "...";
  return "    " + shown + "\n    " + std::string(static_cast<std::size_t>(before), ' ') + "^\n";
}

std::string Excerpts::at(const SourcePlace& place) {
  if (place.file.empty() || place.line < 1) return {};
  const auto [entry, is_new] = texts_.try_emplace(place.file);
  std::error_code error;
  if (is_new && std::filesystem::file_size(place.file, error) <= largest && !error) {
    std::ifstream file(place.file, std::ios::binary);
    entry->second.assign(std::istreambuf_iterator<char>(file), {});
  }
  return excerpt_of(entry->second, place.line, place.column);
}

}  // namespace flowyard::controller::cli
