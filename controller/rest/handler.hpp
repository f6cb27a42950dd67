// The REST face: make_handler gives the one handler that an http::Server runs, on the service's executor.
// Make one for the unix socket, whose file mode is its guard, and another for TCP, with a token and the hosts
// it answers to.
#pragma once

#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/http/server.hpp"
#include "controller/service/service.hpp"

namespace flowyard::controller::rest {

enum class Transport { Unix, Tcp };

struct ApiOptions {
  Transport transport = Transport::Unix;
  Secret token;                    // Tcp: every request but /healthz must bear it; must not be empty
  std::vector<std::string> hosts;  // Tcp: the values of Host that are answered, exactly: "127.0.0.1:7700"
  Log log;
  Milliseconds keepalive{15'000};  // a comment is sent on a silent event stream this often
};

// `service` outlives every server that runs the handler. The handler asks the guard itself, too: a server
// that was made without it lets nobody in.
http::Handler make_handler(service::Service& service, ApiOptions options);

// What the server asks before it reads the body of a request.
http::Guard make_guard(ApiOptions options);

}  // namespace flowyard::controller::rest
