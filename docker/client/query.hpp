// Query: the query string of one request, percent-encoded as it grows; and Filters, which the Engine wants as
// JSON inside it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace flowyard::docker {

class Query {
 public:
  Query& add(std::string_view key, std::string_view value);
  // Adds "key=1" when `set`; the Engine's booleans default to false.
  Query& add_flag(std::string_view key, bool set);
  // "?a=b&c=d", or nothing at all.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Names of filters with their accepted values: any of the values of one, and all of the filters.
using Filters = std::map<std::string, std::vector<std::string>>;

// {"label":["a=b"]}
std::string to_json_text(const Filters& filters);

// The pattern that matches this name and no longer one: name filters are regular expressions that match
// anywhere, against "/name" (Docker) or "name" (Podman).
std::string exact_name_pattern(std::string_view name);

}  // namespace flowyard::docker
