// The MCP face of the controller: /mcp, beside the REST API and over it.
#pragma once

#include <string>

#include "controller/mcp/rest_client.hpp"

namespace flowyard::controller::mcp {

inline constexpr std::string_view kPath = "/mcp";

// A handler that answers /mcp itself and gives everything else to `rest`. Whether a request may come in is
// for the guard before it; what it may do is for the guard of `rest`, which each tool asks.
Handler make_handler(Handler rest, std::string version);

// What is offered, over that REST API; for tests.
protocol::Offer offer(Handler rest, std::string version);

}  // namespace flowyard::controller::mcp
