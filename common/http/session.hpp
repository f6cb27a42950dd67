// serve: one server connection from its first request to its last. Internal to common/http.
#pragma once

#include "common/http/connection.hpp"
#include "common/http/server.hpp"

namespace flowyard::http {

// State shared by the connections of one server; outlives them.
struct Service {
  Handler handler;
  ServerOptions options;
  Log log;
};

// Answers the requests of one peer until it disconnects, is too slow, or asks to close. Calls `known` once
// the guard knows the peer; not without a guard. `arrived_at`: see Request.
async::Task<> serve(std::unique_ptr<Connection> connection, const Service& service, std::string arrived_at,
                    std::function<void()> known);

}  // namespace flowyard::http
