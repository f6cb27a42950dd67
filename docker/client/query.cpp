#include "docker/client/query.hpp"

#include <nlohmann/json.hpp>

#include "common/http/message.hpp"

namespace flowyard::docker {

Query& Query::add(std::string_view key, std::string_view value) {
  text_ += text_.empty() ? '?' : '&';
  text_ += http::percent_encode(key);
  text_ += '=';
  text_ += http::percent_encode(value);
  return *this;
}

Query& Query::add_flag(std::string_view key, bool set) {
  if (set) add(key, "1");
  return *this;
}

std::string to_json_text(const Filters& filters) {
  return nlohmann::json(filters).dump();
}

std::string exact_name_pattern(std::string_view name) {
  std::string pattern = "^/?";
  for (const char c : name) {
    if (c == '.') pattern += '\\';  // the only character of a name that is special in a pattern
    pattern += c;
  }
  return pattern + "$";
}

}  // namespace flowyard::docker
