// Connection: a stream of bytes to a peer, with the kind of stream hidden. Internal to common/http and
// common/tls. Runs on the executor of its socket; destroying it closes it. One read and one write may be
// under way side by side.
#pragma once

#include <array>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "common/http/client.hpp"
#include "common/http/server.hpp"

namespace flowyard::http {

namespace asio = boost::asio;

// Unix and TCP sockets in one type, so that what is a template over it is compiled once.
using Socket = asio::generic::stream_protocol::socket;

struct Incoming {
  Socket socket;
};

// The failure without the place in Asio's sources that Boost adds to its text.
inline boost::system::error_code bare(const boost::system::error_code& failure) {
  return {failure.value(), failure.category()};
}

struct Written {
  boost::system::error_code failure;
  std::size_t bytes = 0;  // sent before the failure
};

class Connection {
 public:
  virtual ~Connection() = default;

  // Waits for bytes and returns their number; 0 is the end of the stream, on repeated calls too. Throws
  // system_error.
  virtual async::Task<std::size_t> read_some(char* data, std::size_t size) = 0;
  // Sends the texts in order. A failure is returned, as its meaning depends on how much was sent.
  virtual async::Task<Written> write(std::string_view first, std::string_view second) = 0;
  // Half-closes the connection. Failures are ignored: the peer is gone then.
  virtual async::Task<> end_writing() = 0;
  // Whether nothing waits to be read, not even the end of the stream; does not block.
  virtual bool quiet() = 0;
};

template <class Stream>
class StreamConnection : public Connection {
 public:
  explicit StreamConnection(Stream stream) : stream_(std::move(stream)) {}

  async::Task<std::size_t> read_some(char* data, std::size_t size) override {
    // Asio reports the end of a stream once, since it uses edge-triggered epoll; a second read would wait for
    // ever.
    if (ended_) co_return 0;
    auto [failure, count] =
        co_await stream_.async_read_some(asio::buffer(data, size), asio::as_tuple(asio::use_awaitable));
    ended_ = failure && failure != asio::error::operation_aborted;
    if (failure == asio::error::eof) co_return 0;
    if (failure) throw boost::system::system_error(bare(failure), "read");
    co_return count;
  }

  async::Task<Written> write(std::string_view first, std::string_view second) override {
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(first), asio::buffer(second)};
    auto [failure, count] = co_await asio::async_write(stream_, buffers, asio::as_tuple(asio::use_awaitable));
    co_return Written{.failure = bare(failure), .bytes = count};
  }

 protected:
  Stream stream_;

 private:
  bool ended_ = false;  // no byte will come any more
};

// Whether nothing waits to be read on this socket.
bool quiet(Socket& socket);
// The address of this end of a connection, as text and without the port; empty for a unix socket. An IPv4
// address that came in through IPv6 is given as IPv4.
std::string local_address(const Socket& socket);
// Close-on-exec, and for TCP no delay: requests are written whole.
void prepare(Socket& socket, Endpoint::Kind kind);

// Opens a socket to the endpoint, trying each address of its name; throws ConnectFailed.
async::Task<Socket> connect_socket(Endpoint endpoint);

std::unique_ptr<Connection> plain_connection(Socket socket);

}  // namespace flowyard::http
