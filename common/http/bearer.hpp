// Bearer tokens (RFC 6750).
#pragma once

#include <string_view>

#include "common/http/message.hpp"

namespace flowyard::http {

// Whether the two are the same; takes the same time wherever they differ. `secret` is not empty.
bool same_secret(std::string_view given, std::string_view secret);

// The token of "Authorization: Bearer <token>", or empty.
std::string_view bearer_of(const Request& request);

// Whether the request carries "Authorization: Bearer <token>", the scheme in any case (RFC 9110, 11.1). Takes
// the same time wherever the two tokens differ. No request carries the empty token.
bool bears_token(const Request& request, std::string_view token);

}  // namespace flowyard::http
