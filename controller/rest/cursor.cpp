#include "controller/rest/cursor.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <vector>

#include "common/base/base64.hpp"

namespace flowyard::controller::rest {
namespace {

constexpr const char* kVersion = "1";

// FNV-1a, in 64 bits: tells texts apart; nobody is kept from anything by it.
std::string digest_of(std::string_view text) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return std::to_string(digest);
}

std::string to_base64url(std::string_view bytes) {
  auto text = to_base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

Result<std::string> from_base64url(std::string text) {
  if (text.find_first_of("+/=\r\n") != text.npos) return invalid("it is not base64url");
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return from_base64(text);
}

std::string choice_of(const http::Target& target) {
  std::vector<std::string> pairs;
  for (const auto& [key, value] : target.query)
    if (key != "cursor" && key != "limit" && key != "columns")
      pairs.push_back(std::to_string(key.size()) + key + value);
  std::sort(pairs.begin(), pairs.end());
  std::string all;
  for (const auto& pair : pairs) all += std::to_string(pair.size()) + ":" + pair;
  return digest_of(all);
}

Error wrong(const std::string& what) {
  return invalid("the query parameter 'cursor': " + what);
}

}  // namespace

Cursor::Cursor(std::string listing, const http::Target& target)
    : listing_(digest_of(listing)), choice_(choice_of(target)), given_(target.get("cursor")) {}

Result<std::optional<std::string>> Cursor::place() const {
  if (!given_) return std::optional<std::string>();
  const auto text = from_base64url(*given_);
  std::istringstream words(text ? *text : "");
  std::string version, listing, choice, place;
  words >> version >> listing >> choice;
  if (version != kVersion || words.get() != ' ' || !std::getline(words, place, '\0') || place.empty())
    return wrong("this is no cursor; take 'next' of the page before as it is, or leave it out to begin anew");
  if (listing != listing_) return wrong("this one is of another listing; leave it out to begin anew");
  if (choice != choice_)
    return wrong("the page before was asked for with other filters; leave it out to begin anew");
  return std::optional(place);
}

Result<std::optional<std::int64_t>> Cursor::place_number() const {
  const auto text = place();
  if (!text) return text.error();
  if (!*text) return std::optional<std::int64_t>();
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars((*text)->data(), (*text)->data() + (*text)->size(), number);
  if (error != std::errc() || stop != (*text)->data() + (*text)->size() || number < 1)
    return wrong("this is no cursor; take 'next' of the page before as it is, or leave it out to begin anew");
  return std::optional(number);
}

std::string Cursor::after(std::string_view place) const {
  return to_base64url(std::string(kVersion) + " " + listing_ + " " + choice_ + " " + std::string(place));
}

}  // namespace flowyard::controller::rest
