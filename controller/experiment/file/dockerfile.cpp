#include "controller/experiment/file/dockerfile.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "common/base/image_reference.hpp"
#include "common/base/text.hpp"

namespace flowyard::controller::experiment::file {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view without_blanks(std::string_view text) {
  const auto from = text.find_first_not_of(kBlanks);
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

// An instruction as it stands in one or several lines.
struct Instruction {
  std::vector<std::string> words;
  int line = 0;  // the first
};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Lines that end in a backslash go on in the next; comments and empty lines in between do not end them.
std::vector<Instruction> instructions_of(std::string_view text) {
  std::vector<Instruction> all;
  std::string begun;
  int line = 0, first = 0;
  const auto end = [&] {
    if (auto words = words_of(begun); !words.empty()) all.push_back({std::move(words), first});
    begun.clear();
    first = 0;
  };
  while (!text.empty()) {
    const auto length = std::min(text.find('\n'), text.size());
    auto part = without_blanks(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
    ++line;
    if (part.empty() || part.front() == '#') continue;
    if (first == 0) first = line;
    const bool goes_on = part.back() == '\\';
    if (goes_on) part.remove_suffix(1);
    begun += part;
    if (!goes_on) end();
  }
  end();
  return all;
}

Error wrong(int line, const std::string& what) {
  return invalid("line " + std::to_string(line) + " of the Dockerfile: " + what);
}

// `# escape=` would have lines go on where we do not see it.
bool has_other_escape(std::string_view text) {
  const auto first_instruction = [&text] {
    std::size_t at = 0;
    while (at < text.size()) {
      const auto length = std::min(text.find('\n', at), text.size()) - at;
      const auto line = without_blanks(text.substr(at, length));
      if (!line.empty() && line.front() != '#') break;
      at += length + 1;
    }
    return std::min(at, text.size());
  };
  std::string head = lower(std::string(text.substr(0, first_instruction())));
  head.erase(std::remove_if(head.begin(), head.end(), [](char c) { return c == ' ' || c == '\t'; }),
             head.end());
  return head.find("#escape=`") != head.npos;
}

// "ab12cd" may be the beginning of an image's id.
bool may_be_id(const std::string& name) {
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isdigit(c) || (c >= 'a' && c <= 'f'); });
}

class Reader {
 public:
  std::optional<Error> take(const Instruction& instruction) {
    auto words = instruction.words;
    std::string verb = lower(words.front());
    if (verb == "onbuild" && words.size() > 1) {
      words.erase(words.begin());
      verb = lower(words.front());
    }
    line_ = instruction.line;
    if (verb == "from") return take_from(words);
    if (verb == "copy" || verb == "add") return take_copy(words);
    return std::nullopt;
  }

  std::vector<std::string> images;

 private:
  std::optional<Error> take_from(const std::vector<std::string>& words) {
    std::size_t at = 1;
    while (at < words.size() && words[at].starts_with("--")) ++at;
    if (at == words.size()) return wrong(line_, "FROM without an image");
    auto error = take_image(words[at]);
    if (at + 2 < words.size() && lower(words[at + 1]) == "as") stages_.insert(lower(words[at + 2]));
    ++begun_;
    return error;
  }

  std::optional<Error> take_copy(const std::vector<std::string>& words) {
    constexpr std::string_view kFrom = "--from=";
    for (std::size_t at = 1; at < words.size() && words[at].starts_with("--"); ++at) {
      if (!lower(words[at]).starts_with(kFrom)) continue;
      const std::string name = words[at].substr(kFrom.size());
      const bool is_number =
          !name.empty() && name.size() < 6 &&
          std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); });
      if (is_number && std::stoul(name) < begun_) continue;
      if (auto error = take_image(name)) return error;
    }
    return std::nullopt;
  }

  std::optional<Error> take_image(const std::string& name) {
    if (name == "scratch" || stages_.contains(lower(name))) return std::nullopt;
    if (name.find('$') != name.npos)
      return wrong(line_, "write the image out: '" + name +
                              "' leaves open which it is, and so whether it may be used and is there");
    const auto reference = parse_image_reference(name);
    if (!reference) return wrong(line_, reference.error().message);
    if (may_be_id(name))
      return wrong(
          line_, "'" + name + "' may be an image's id: write a name with its tag, as in " + name + ":latest");
    if (std::find(images.begin(), images.end(), name) == images.end()) images.push_back(name);
    return std::nullopt;
  }

  int line_ = 0;
  std::size_t begun_ = 0;  // stages
  std::set<std::string> stages_;
};

}  // namespace

Result<std::vector<std::string>> images_of_dockerfile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (has_other_escape(text)) return invalid("the Dockerfile: '# escape=`' is not taken; use the backslash");
  Reader reader;
  bool begins = false;
  for (const auto& instruction : instructions_of(text)) {
    begins = begins || lower(instruction.words.front()) == "from";
    if (const auto error = reader.take(instruction)) return *error;
  }
  if (!begins) return invalid("the Dockerfile has no FROM: it says from which image to begin");
  return std::move(reader.images);
}

}  // namespace flowyard::controller::experiment::file
