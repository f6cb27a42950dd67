// Client: HTTP/1.1 requests to one endpoint over kept-alive connections, on one serial executor. Requests may
// run side by side, each on a connection of its own; idle connections are reused. Network failures are
// thrown: ConnectFailed when the peer cannot be reached (the request was not sent),
// boost::system::system_error when the connection broke (whether the peer acted is unknown), async::TimedOut
// when the deadline passed.
#pragma once

#include <memory>

#include "common/async/timeout.hpp"
#include "common/http/endpoint.hpp"
#include "common/http/message.hpp"

namespace flowyard::http {

class ConnectFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One connection to a server: what Client pools. Implemented in connection.cpp for plain sockets and in
// common/tls for TLS, so that programs without TLS do not link it.
class Connection;

// Opens a connection to the endpoint; throws ConnectFailed.
using Connector = std::function<async::Task<std::unique_ptr<Connection>>(Endpoint)>;

// The connector for Unix and Tcp endpoints.
Connector plain_connector();

// A response whose body is read piece by piece: logs, events, builds. Destroying it closes its connection
// unless the body was read to its end.
class ResponseStream {
 public:
  struct Impl;
  explicit ResponseStream(std::unique_ptr<Impl> impl);
  ResponseStream(ResponseStream&&) noexcept;
  ResponseStream& operator=(ResponseStream&&) noexcept;
  ~ResponseStream();

  const Response& head() const;  // status and headers; no body
  // The next piece of the body, of any size but zero; nothing at its end. Throws when it is cut off.
  async::Task<std::optional<std::string>> read();

 private:
  std::unique_ptr<Impl> impl_;
};

struct ClientOptions {
  std::string host_header;          // default: "localhost" for unix sockets, else host:port
  std::size_t max_body = 1u << 30;  // bytes of a response body held in memory
  std::size_t max_idle = 16;        // idle connections kept
};

class Client {
 public:
  Client(async::Executor executor, Endpoint endpoint, ClientOptions options = {},
         Connector connector = plain_connector());
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends and reads the whole response within `limit`. An idle connection that turns out to be closed before
  // any byte of the response is replaced once if the method is GET or HEAD. Content-Length is always sent for
  // methods with a body, also when it is 0. If writing fails, a response that is already there is still read.
  async::Task<Response> send(Request request, Milliseconds limit);

  // The same, but returns when the headers are there, within `limit`; no limit holds for the body.
  async::Task<std::unique_ptr<ResponseStream>> open(Request request, Milliseconds limit);

  const Endpoint& endpoint() const;

 private:
  friend ResponseStream;
  struct Impl;
  static async::Task<Response> send_whole(std::shared_ptr<Impl> impl, Request request);
  static async::Task<std::unique_ptr<ResponseStream>> open_stream(std::shared_ptr<Impl> impl,
                                                                  Request request);

  std::shared_ptr<Impl> impl_;  // shared with the requests under way, which may outlive the client
};

}  // namespace flowyard::http
