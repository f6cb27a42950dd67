// The text of an HTTP/1.1 message up to its body. Internal to common/http.
#pragma once

#include <string>

#include "common/http/message.hpp"

namespace flowyard::http {

// The request line and headers, with Content-Length if the method has a body or there is one. Throws
// std::invalid_argument for a target or header that would break out of its line.
std::string head_of(const Request& request, const std::string& host);

enum class Framing { Length, Chunked, UntilClose };
enum class After { KeepAlive, Close };

// The status line and headers; `framing` decides how the end of the body is marked. Throws as above.
std::string head_of(const Response& response, Framing framing, After after);

// Whether a response of that status ends with its head (RFC 9110, 6.4.1).
bool never_has_body(int status);

// A problem details body (RFC 9457) that says no more than its status.
Response bare_problem(int status);

}  // namespace flowyard::http
