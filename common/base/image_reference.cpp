#include "common/base/image_reference.hpp"

#include <algorithm>
#include <regex>

namespace flowyard {
namespace {

constexpr std::size_t kLongestRepository = 255;  // with its registry
constexpr std::size_t kHexOfAnId = 64;

bool matches(const std::string& text, const char* pattern) {
  return std::regex_match(text, std::regex(pattern));
}

bool is_registry(const std::string& text) {
  return matches(text,
                 "([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
                 "(:[0-9]+)?|\\[[0-9a-fA-F:]+\\](:[0-9]+)?");
}

bool is_repository(const std::string& text) {
  constexpr const char* kPath = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*";
  return matches(text, kPath);
}

// The first part of a name is a registry where it looks like a host, and else belongs to the repository.
bool looks_like_host(std::string_view part) {
  const bool has_capital = std::any_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return part.find_first_of(".:") != std::string_view::npos || part == "localhost" || has_capital;
}

Error no_image(std::string_view text, const std::string& why) {
  return invalid("'" + std::string(text) + "' names no image: " + why);
}

}  // namespace

Result<ImageReference> parse_image_reference(std::string_view text) {
  // A regular expression of the standard library takes stack for each character.
  if (text.size() > 2 * kLongestRepository) return no_image(text.substr(0, 40), "it is too long");
  ImageReference reference;
  std::string_view rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!matches(reference.digest, "[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"))
      return no_image(text, "a digest is like sha256: and 64 hexadecimal digits");
  }
  // A colon before the last slash belongs to a host's port.
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find('/', colon) == std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!matches(reference.tag, "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"))
      return no_image(text, "a tag is of letters, digits, '_', '.' and '-'");
  }
  const auto slash = rest.find('/');
  if (slash != std::string_view::npos && looks_like_host(rest.substr(0, slash))) {
    reference.registry = rest.substr(0, slash);
    reference.repository = rest.substr(slash + 1);
    if (!is_registry(reference.registry)) return no_image(text, "its registry is no host name");
  } else {
    reference.registry = kDefaultRegistry;
    reference.repository = (slash == std::string_view::npos ? "library/" : "") + std::string(rest);
  }
  const bool is_id =
      rest.size() == kHexOfAnId && rest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (is_id) return no_image(text, "it is an image's id; say its name, with @sha256:... for this very one");
  if (!is_repository(reference.repository))
    return no_image(text, "a name is of small letters and digits, with '.', '_' and '-' between them");
  if (reference.name().size() > kLongestRepository) return no_image(text, "it is too long");
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

std::string to_string(const ImageReference& reference) {
  std::string text = reference.name();
  if (!reference.tag.empty()) text += ":" + reference.tag;
  if (!reference.digest.empty()) text += "@" + reference.digest;
  return text;
}

}  // namespace flowyard
