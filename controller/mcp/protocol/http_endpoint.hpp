// HttpEndpoint: a server of the Model Context Protocol over HTTP ("Streamable HTTP"), both eras on one path.
// Whether a request may come in at all (token, Host, Origin) is for a guard before it.
#pragma once

#include "controller/mcp/protocol/server.hpp"

namespace flowyard::controller::mcp::protocol {

// Values in values; copying and writing one calls itself for each level.
inline constexpr int kMaxMessageDepth = 100;

// What a body says: one JSON-RPC message. RpcFailure: it is none, or is nested deeper than that.
Json parse_message(const std::string& body);

class HttpEndpoint {
 public:
  HttpEndpoint(async::Executor executor, Offer offer);

  // Responses may be streams, which use this object until they end.
  async::Task<http::Response> answer(http::Request request);

  async::Task<> close();

 private:
  async::Task<http::Response> post(http::Request request);
  async::Task<http::Response> answer_message(http::Request request, Json message,
                                             std::shared_ptr<Session> session);
  http::Response streamed(Json message, Call call, std::shared_ptr<Session> session);
  http::Response listen(Json message, Call call);
  http::Response changes_of(std::shared_ptr<Session> session, http::Request request);
  // Null: the request names none. RpcFailure: it names one that there is not, any more.
  std::shared_ptr<Session> session_of(const http::Request& request);

  async::Executor executor_;
  Server server_;
  Sessions sessions_;
};

}  // namespace flowyard::controller::mcp::protocol
