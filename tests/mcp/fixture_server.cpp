// A server of the Model Context Protocol with what its conformance suite asks for by name, for that suite
// alone.
//
//   mcp_fixture_server      listens on a port of 127.0.0.1 that it prints, until it is ended
#include <iostream>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "common/http/server.hpp"
#include "controller/mcp/protocol/http_endpoint.hpp"
#include "tests/mcp/fixtures.hpp"

namespace flowyard::controller::mcp::protocol {
namespace {

using async::Task;

// Of another site, or by another name: what a guard does for the controller.
bool is_foreign(const http::Request& request) {
  const auto is_local = [](std::string_view host) {
    return host.starts_with("127.0.0.1") || host.starts_with("localhost");
  };
  auto origin = request.headers.get("Origin");
  if (origin.starts_with("http://")) origin.remove_prefix(7);
  return !is_local(request.headers.get("Host")) || (!origin.empty() && !is_local(origin));
}

int serve() {
  boost::asio::io_context io(1);
  HttpEndpoint endpoint(io.get_executor(), fixtures(io.get_executor()));
  const http::Handler handler = [&endpoint](http::Request request) -> Task<http::Response> {
    if (!is_foreign(request)) co_return co_await endpoint.answer(std::move(request));
    http::Response refused;
    refused.status = 403;
    co_return refused;
  };
  const http::Endpoint any = http::parse_endpoint("http://127.0.0.1:0").value();
  const http::Server listener(io.get_executor(), any, handler, {}, Log(descriptor_sink(2, LogLevel::Info)));
  std::cout << listener.endpoint().port << std::endl;
  io.run();
  return 0;
}

}  // namespace
}  // namespace flowyard::controller::mcp::protocol

int main() {
  return flowyard::controller::mcp::protocol::serve();
}
