#include "docker/client/version.hpp"

#include <algorithm>
#include <charconv>

namespace flowyard::docker {
namespace {

// The version that follows `phrase` in `text`.
std::optional<ApiVersion> version_after(std::string_view text, std::string_view phrase) {
  const auto at = text.find(phrase);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + phrase.size());
  auto end = text.find_first_not_of("0123456789.");
  text = text.substr(0, end);
  while (text.ends_with('.')) text.remove_suffix(1);
  return parse_api_version(text);
}

}  // namespace

std::optional<ApiVersion> parse_api_version(std::string_view text) {
  ApiVersion version;
  const char* const end = text.data() + text.size();
  const auto [dot, bad_major] = std::from_chars(text.data(), end, version.major);
  if (bad_major != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, bad_minor] = std::from_chars(dot + 1, end, version.minor);
  if (bad_minor != std::errc() || rest != end || version.major < 0 || version.minor < 0) return std::nullopt;
  return version;
}

std::string to_string(ApiVersion version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::optional<ApiVersion> choose_version(std::optional<ApiVersion> offered) {
  const ApiVersion chosen = std::min(offered.value_or(kOldestSpoken), kNewestSpoken);
  if (chosen < kOldestSpoken) return std::nullopt;
  return chosen;
}

bool refuses_version(int status, std::string_view message) {
  return status == 400 && message.find("client version") != std::string_view::npos &&
         (message.find("too old") != std::string_view::npos ||
          message.find("too new") != std::string_view::npos);
}

std::optional<ApiVersion> version_asked_for(std::string_view message) {
  auto asked = version_after(message, "Minimum supported API version is ");
  if (!asked) asked = version_after(message, "Maximum supported API version is ");
  if (!asked || *asked < kOldestSpoken || *asked > kNewestSpoken) return std::nullopt;
  return asked;
}

}  // namespace flowyard::docker
