// The Streamable HTTP transport: one path, POST alone. Whether a request may come at all (Host, Origin,
// token) is decided before.
#pragma once

#include <memory>

#include "controller/mcp/protocol/server.hpp"

namespace flowyard::controller::mcp::protocol {

async::Task<http::Response> answer_http(std::shared_ptr<const Server> server, http::Request request);

}  // namespace flowyard::controller::mcp::protocol
