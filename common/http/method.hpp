// Method: the request methods that this project serves. A request carries the word its sender wrote, which
// may be any token; whoever decides by the method translates it here.
#pragma once

#include <optional>
#include <string_view>

namespace flowyard::http {

enum class Method { Get, Head, Post, Put, Patch, Delete };

std::string_view to_string(Method method);  // "GET", "HEAD", ...
// Case matters (RFC 9110, 9.1). Nothing for a word that is not in the list.
std::optional<Method> method_from(std::string_view word);

}  // namespace flowyard::http
