// Guard: who may ask at all. Pure; runs before any route.
#pragma once

#include <optional>

#include "controller/rest/handler.hpp"

namespace flowyard::controller::rest {

// The refusal of a request, or nothing where it may pass. On TCP the Host header must be one of ours (a page
// of another site may have its own name resolve to this machine), a foreign Origin may not write (browsers
// send credentials along), and all but /healthz need the bearer token. The unix socket asks for nothing: who
// may open the file may do all.
std::optional<http::Response> refusal(const ApiOptions& options, const http::Request& request);

}  // namespace flowyard::controller::rest
