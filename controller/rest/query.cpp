#include "controller/rest/query.hpp"

#include <charconv>
#include <sstream>

#include "common/base/suggest.hpp"
#include "controller/rest/time.hpp"

namespace flowyard::controller::rest {

Result<std::optional<std::int64_t>> whole_number(const http::Target& target, std::string_view key,
                                                 std::int64_t least, std::int64_t most) {
  const auto text = target.get(key);
  if (!text) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || stop != text->data() + text->size() || value < least || value > most) {
    return invalid("the query parameter '" + std::string(key) + "' must be a whole number from " +
                   std::to_string(least) + " to " + std::to_string(most) + ", not '" + *text + "'");
  }
  return std::optional(value);
}

Result<bool> flag(const http::Target& target, std::string_view key) {
  const auto text = target.get(key);
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  return invalid("the query parameter '" + std::string(key) + "' must be true or false, not '" + *text + "'");
}

Result<std::optional<TimePoint>> time(const http::Target& target, std::string_view key) {
  const auto text = target.get(key);
  if (!text) return std::optional<TimePoint>();
  const auto value = rest::parse_rfc3339(*text);
  if (!value) return invalid("the query parameter '" + std::string(key) + "': " + value.error().message);
  return std::optional(*value);
}

Result<void> check_keys(const http::Target& target, std::string_view known) {
  std::istringstream words{std::string(known)};
  std::vector<std::string> keys;
  for (std::string word; words >> word;) keys.push_back(word);
  for (const auto& [key, value] : target.query) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    return invalid("unknown query parameter '" + key + "'" + suggestion(key, keys));
  }
  return {};
}

}  // namespace flowyard::controller::rest
