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
  Secret token;  // Tcp: who bears it may do all, as who bears a full token of the service; not empty
  // Tcp: names that are answered to, beside localhost, 127.0.0.1, [::1] and the address that the connection
  // came to: "yard.example" with any port (behind a published port or a tunnel it is another than ours), or
  // "yard.example:7700" with that one.
  std::vector<std::string> hosts;
  Log log;
  Milliseconds keepalive{15'000};  // a comment is sent on a silent event stream this often
};

// `service` outlives every server that runs the handler. The handler asks the guard itself, too: a server
// that was made without it lets nobody in.
http::Handler make_handler(service::Service& service, ApiOptions options);

// What the server asks before it reads the body of a request. `service` as above.
http::Guard make_guard(const service::Service& service, ApiOptions options);

}  // namespace flowyard::controller::rest
