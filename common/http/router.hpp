// Router: finds the row of a table of routes that answers a request. A table is an array of any struct with
// the members `method` (Method) and `pattern`; the rows belong to the caller, usually as constants. Pure
// functions, for any thread.
//
// A pattern is a path whose parts are words or parameters: "{name}" fits one part that is
// not empty, "{name...}", only as the last part, fits the rest of the path, slashes included, also when it is
// empty. Of several rows that fit, the first answers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/http/method.hpp"

namespace flowyard::http {

using Parameters = std::vector<std::string>;  // what stands in the pattern's {...}, in order, decoded

template <class Row>
struct Match {
  const Row* row;  // into the table
  Parameters parameters;
};
struct NoSuchPath {};  // 404
struct OtherMethods {  // 405
  std::string allow;   // the header Allow: "GET, DELETE"
};
template <class Row>
using Routing = std::variant<Match<Row>, NoSuchPath, OtherMethods>;

// The values of the parameters if the path of `target` fits the pattern. `target` is not yet decoded: its
// parts are, after they were told apart, so that an encoded slash stays inside its part and an encoded letter
// means the letter (RFC 3986, 6.2.2.2). Query and fragment are ignored.
std::optional<Parameters> fit(std::string_view pattern, std::string_view target);

template <class Row>
Routing<Row> find_route(std::span<const Row> table, Method method, std::string_view target) {
  OtherMethods others;
  for (const Row& row : table) {
    auto parameters = fit(row.pattern, target);
    if (!parameters) continue;
    if (row.method == method) return Match<Row>{&row, std::move(*parameters)};
    if (!others.allow.empty()) others.allow += ", ";
    others.allow += to_string(row.method);
  }
  if (others.allow.empty()) return NoSuchPath{};
  return others;
}

}  // namespace flowyard::http
