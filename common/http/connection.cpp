#include "common/http/connection.hpp"

#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace flowyard::http {

namespace {

using Address = asio::generic::stream_protocol::endpoint;

class PlainConnection final : public StreamConnection<Socket> {
 public:
  using StreamConnection::StreamConnection;

  async::Task<> end_writing() override {
    boost::system::error_code gone;
    stream_.shutdown(Socket::shutdown_send, gone);
    co_return;
  }
  bool quiet() override { return http::quiet(stream_); }
};

[[noreturn]] void fail(const Endpoint& endpoint, const std::string& why) {
  throw ConnectFailed("cannot connect to " + to_string(endpoint) + ": " + why);
}

async::Task<std::vector<Address>> addresses_of(Endpoint endpoint) {
  std::vector<Address> addresses;
  if (endpoint.kind == Endpoint::Kind::Unix) {
    if (endpoint.path.size() > 107) fail(endpoint, "the path is longer than 107 bytes");
    addresses.emplace_back(asio::local::stream_protocol::endpoint(endpoint.path));
    co_return addresses;
  }
  boost::system::error_code not_an_address;
  const auto literal = asio::ip::make_address(endpoint.host, not_an_address);
  if (!not_an_address) {
    addresses.emplace_back(asio::ip::tcp::endpoint(literal, endpoint.port));
    co_return addresses;
  }
  asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
  const std::string port = std::to_string(endpoint.port);
  auto [failure, found] =
      co_await resolver.async_resolve(endpoint.host, port, asio::as_tuple(asio::use_awaitable));
  if (failure == asio::error::operation_aborted) throw boost::system::system_error(failure);
  if (failure) fail(endpoint, failure.message());
  for (const auto& entry : found) addresses.emplace_back(entry.endpoint());
  co_return addresses;
}

async::Task<std::unique_ptr<Connection>> connect_plain(Endpoint endpoint) {
  if (endpoint.kind == Endpoint::Kind::Tls) fail(endpoint, "this client speaks no TLS");
  Socket socket = co_await connect_socket(std::move(endpoint));
  co_return plain_connection(std::move(socket));
}

}  // namespace

bool quiet(Socket& socket) {
  char byte = 0;
  const auto count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::string local_address(const Socket& socket) {
  boost::system::error_code gone;
  const auto end = socket.local_endpoint(gone);
  const int family = end.protocol().family();
  if (gone || (family != AF_INET && family != AF_INET6)) return {};
  asio::ip::tcp::endpoint tcp;
  std::memcpy(tcp.data(), end.data(), std::min(end.size(), tcp.capacity()));
  const auto address = tcp.address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

void prepare(Socket& socket, Endpoint::Kind kind) {
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
  boost::system::error_code ignored;  // a peer that has gone already shows at the first read
  if (kind != Endpoint::Kind::Unix) socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

async::Task<Socket> connect_socket(Endpoint endpoint) {
  const std::vector<Address> addresses = co_await addresses_of(endpoint);
  boost::system::error_code failure = asio::error::host_not_found;
  for (const auto& address : addresses) {
    Socket socket(co_await asio::this_coro::executor);
    socket.open(address.protocol());
    prepare(socket, endpoint.kind);
    auto [refused] = co_await socket.async_connect(address, asio::as_tuple(asio::use_awaitable));
    if (!refused) co_return socket;
    if (refused == asio::error::operation_aborted) throw boost::system::system_error(refused);
    failure = refused;
  }
  fail(endpoint, failure.message());
}

std::unique_ptr<Connection> plain_connection(Socket socket) {
  return std::make_unique<PlainConnection>(std::move(socket));
}

Connector plain_connector() {
  return connect_plain;
}

}  // namespace flowyard::http
