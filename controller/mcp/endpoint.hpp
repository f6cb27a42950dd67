// The MCP face of the controller: /mcp, beside the REST API and over it.
#pragma once

#include <string>

#include "controller/mcp/protocol/http_endpoint.hpp"
#include "controller/mcp/rest_client.hpp"

namespace flowyard::controller::mcp {

inline constexpr std::string_view kPath = "/mcp";

// Whether a request may come in is for the guard before it; what it may do is for the guard of `rest`, which
// each tool asks. close() must be awaited, after the server that it serves.
class Endpoint {
 public:
  Endpoint(async::Executor executor, Handler rest, std::string version);

  // Answers /mcp itself and gives everything else to `rest`. Not to be called after this object's end.
  Handler handler();
  async::Task<> close();

 private:
  Handler rest_;
  protocol::HttpEndpoint protocol_;
};

// What is offered, over that REST API; for tests.
protocol::Offer offer(Handler rest, std::string version);

}  // namespace flowyard::controller::mcp
