// Method: the request methods that this project knows. The parser translates the word on the line here, and a
// server answers any other word with 501 (RFC 9110, 9.1), so that nothing beyond compares text.
#pragma once

#include <optional>
#include <string_view>

namespace flowyard::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };

std::string_view to_string(Method method);  // "GET", "HEAD", ...
// Case matters (RFC 9110, 9.1). Nothing for a word that is not in the list.
std::optional<Method> method_from(std::string_view word);

}  // namespace flowyard::http
