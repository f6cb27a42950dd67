// Listener: a bound, listening socket, unix or TCP. Owns the file of a unix socket and removes it. Internal
// to common/http.
#pragma once

#include <sys/types.h>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "common/http/connection.hpp"
#include "common/http/endpoint.hpp"

namespace flowyard::http {

class Listener {
 public:
  // Throws system_error with the endpoint in its text.
  Listener(const async::Executor& executor, Endpoint endpoint, int socket_mode);
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }

  // The next connection; throws system_error.
  async::Task<Socket> accept();

  // Removes the socket file, if it is still ours.
  void close();

 private:
  void listen_unix(int socket_mode);
  void listen_tcp(const async::Executor& executor);

  Endpoint endpoint_;
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor_;
  dev_t device_ = 0;  // of the socket file: another server may have replaced it meanwhile
  ino_t inode_ = 0;
};

}  // namespace flowyard::http
