// Server: accepts HTTP/1.1 connections on one endpoint and answers each request through a handler. Runs on
// one serial executor; its connections belong to its TaskGroup. close() stops accepting, cancels what runs
// and joins.
#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "common/base/log.hpp"
#include "common/http/endpoint.hpp"
#include "common/http/message.hpp"

namespace flowyard::http {

// Answers one request. An exception becomes a 500 without details (and is logged). While a handler runs the
// server keeps reading: when the peer disconnects, the handler is cancelled.
using Handler = std::function<async::Task<Response>(Request)>;

// Checks the head of a request before its body is read: a response refuses it and is the only reply. Known
// means that the request carries credentials, which authenticates its connection.
enum class Standing { Stranger, Known };
using Admission = std::variant<Standing, Response>;
using Guard = std::function<Admission(const Request& head)>;

class Connection;
struct Incoming;  // a socket that was just accepted
// Makes a connection of an accepted socket, within ServerOptions::header_limit; throws when that fails.
// tls::acceptance gives one.
using Acceptance = std::function<async::Task<std::unique_ptr<Connection>>(std::unique_ptr<Incoming>)>;

struct ServerOptions {
  std::size_t max_header = 64u << 10;
  std::size_t max_body = 256u << 20;  // larger bodies get 413
  int socket_mode = 0600;             // of a unix socket file
  Guard guard;                        // without one every peer is known
  Milliseconds header_limit{
      30'000};  // for the whole head of a request; also for an unauthenticated peer to begin
  Milliseconds body_limit{30'000};     // for its whole body,
  std::size_t body_rate = 16u << 10;   // and a second more for each so many bytes that have come
  Milliseconds idle_limit{300'000};    // between requests, and for a peer to take a piece of a response
  std::size_t max_connections = 4096;  // of known peers; more wait to be accepted
  std::size_t max_strangers = 256;     // unauthenticated connections; one more closes the oldest
  std::size_t spare_descriptors = 0;   // descriptors of the process reserved for others
};

class Server {
 public:
  // Binds and listens; throws system_error with the endpoint in its text (address in use, no such folder). A
  // stale unix socket file that nobody listens on is replaced; one that is listened on is "address in use".
  // A Tls endpoint needs an acceptance (else std::invalid_argument), the others need none.
  Server(async::Executor executor, Endpoint endpoint, Handler handler, ServerOptions options, Log log,
         Acceptance acceptance = {});
  ~Server();  // close() must have been awaited

  // The endpoint with the port that was chosen when 0 was asked for.
  const Endpoint& endpoint() const;

  async::Task<> close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flowyard::http
