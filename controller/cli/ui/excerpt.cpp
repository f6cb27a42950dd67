#include "controller/cli/ui/excerpt.hpp"

#include <algorithm>
#include <system_error>
#include <vector>

#include "common/base/whole_file.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/model/formats/reader.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr std::size_t kLongest = 100;         // characters of a line that are shown
constexpr std::size_t kLargest = 64U << 20U;  // bytes of a file that is opened for it

bool line_at(std::string_view text, int line, std::string_view& found) {
  for (int number = 1;; ++number) {
    const std::size_t end = text.find_first_of("\r\n");
    found = text.substr(0, end);
    if (number == line) return true;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\f') || c == '\x7F';
}

std::size_t count_characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

// Those from the first on, at most so many: a line may be as long as its file.
std::vector<std::string_view> characters_of(std::string_view text, std::size_t first, std::size_t most) {
  std::vector<std::string_view> some;
  std::size_t number = 0, begin = 0;
  for (std::size_t i = 1; i <= text.size() && some.size() < most; ++i) {
    if (i < text.size() && continues(text[i])) continue;
    if (number++ >= first) some.push_back(text.substr(begin, i - begin));
    begin = i;
  }
  return some;
}

}  // namespace

std::string excerpt_of(std::string_view text, int line, int column) {
  std::string_view found;
  if (line < 1 || column < 1 || !line_at(text, line, found)) return {};
  // Binary files are not shown.
  if (std::any_of(found.begin(), found.end(), is_control)) return {};
  if (line == 1 && found.starts_with("\xEF\xBB\xBF")) found.remove_prefix(3);
  const std::size_t size = count_characters(found);
  const auto at = static_cast<std::size_t>(column) - 1;
  if (at > size || size == 0) return {};
  const std::size_t from = at > kLongest / 2 && size > kLongest ? at - kLongest / 2 : 0;
  const auto characters = characters_of(found, from, kLongest);
  std::size_t first = 0;
  while (from + first < at && (characters[first] == " " || characters[first] == "\t")) ++first;
  std::string shown = from + first > 0 && at > kLongest / 2 ? "..." : "";
  int before = static_cast<int>(shown.size());
  for (std::size_t i = first; i < characters.size(); ++i) {
    const std::string character = printable(characters[i]);
    if (from + i < at) before += display_width(character);
    shown += character;
  }
  if (from + characters.size() < size) shown += "...";
  return "    " + shown + "\n    " + std::string(static_cast<std::size_t>(before), ' ') + "^\n";
}

std::string Excerpts::at(const FileLocation& location) {
  if (location.file.empty() || location.line < 1) return {};
  const auto [entry, is_new] = texts_.try_emplace(location.file);
  if (is_new) {
    try {
      entry->second = model::formats::decoded(read_file(location.file, kLargest), location.file);
    } catch (const std::system_error&) {
      // An error without its excerpt is still an error.
    }
  }
  return excerpt_of(entry->second, location.line, location.column);
}

}  // namespace flowyard::controller::cli
