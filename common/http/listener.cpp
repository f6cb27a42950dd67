#include "common/http/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace flowyard::http {

namespace {

namespace errc = boost::system::errc;
using boost::system::error_code;
using boost::system::system_error;
using Address = asio::generic::stream_protocol::endpoint;

void check(const error_code& failure, const Endpoint& endpoint) {
  if (failure) throw system_error(bare(failure), "cannot listen on " + to_string(endpoint));
}

error_code last_error() {
  return {errno, boost::system::system_category()};
}

// Removes a stale socket file; false when a process listens on it.
bool remove_stale(const Endpoint& endpoint) {
  struct stat status {};
  if (::lstat(endpoint.path.c_str(), &status) != 0) return errno == ENOENT;
  if (!S_ISSOCK(status.st_mode))
    throw system_error(errc::make_error_code(errc::file_exists),
                       "cannot listen on " + to_string(endpoint) + ": there is a file that is not a socket");
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) check(last_error(), endpoint);
  const asio::local::stream_protocol::endpoint address(endpoint.path);
  const int refused = ::connect(probe, address.data(), static_cast<socklen_t>(address.size()));
  const bool stale = refused != 0 && (errno == ECONNREFUSED || errno == ENOENT);
  ::close(probe);
  if (stale && ::unlink(endpoint.path.c_str()) != 0 && errno != ENOENT) check(last_error(), endpoint);
  return stale;
}

Address tcp_address(const async::Executor& executor, const Endpoint& endpoint) {
  error_code failure;
  const auto literal = asio::ip::make_address(endpoint.host, failure);
  if (!failure) return asio::ip::tcp::endpoint(literal, endpoint.port);
  asio::ip::tcp::resolver resolver(executor);
  const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port),
                                      asio::ip::resolver_base::passive, failure);
  check(failure, endpoint);
  return found.begin()->endpoint();
}

}  // namespace

Listener::Listener(const async::Executor& executor, Endpoint endpoint, int socket_mode)
    : endpoint_(std::move(endpoint)), acceptor_(executor) {
  if (endpoint_.kind == Endpoint::Kind::Unix) {
    listen_unix(socket_mode);
  } else {
    listen_tcp(executor);
  }
}

void Listener::listen_unix(int socket_mode) {
  if (endpoint_.path.size() > 107)
    throw system_error(errc::make_error_code(errc::filename_too_long),
                       "cannot listen on " + to_string(endpoint_) + " (at most 107 bytes)");
  const Address address(asio::local::stream_protocol::endpoint(endpoint_.path));
  const auto mode = static_cast<mode_t>(socket_mode);
  error_code failure;
  acceptor_.open(address.protocol(), failure);
  check(failure, endpoint_);
  ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
  // The file is created with the mode of the descriptor less the umask, so that it is never more permissive
  // than requested; chmod then adds what the umask removed.
  ::fchmod(acceptor_.native_handle(), mode);
  acceptor_.bind(address, failure);
  if (failure == asio::error::address_in_use && remove_stale(endpoint_)) {
    failure.clear();
    acceptor_.bind(address, failure);
  }
  check(failure, endpoint_);
  struct stat status {};
  if (::chmod(endpoint_.path.c_str(), mode) != 0 || ::lstat(endpoint_.path.c_str(), &status) != 0)
    check(last_error(), endpoint_);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  check(failure, endpoint_);
}

void Listener::listen_tcp(const async::Executor& executor) {
  const Address address = tcp_address(executor, endpoint_);
  error_code failure;
  acceptor_.open(address.protocol(), failure);
  check(failure, endpoint_);
  ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
  acceptor_.set_option(asio::socket_base::reuse_address(true), failure);
  acceptor_.bind(address, failure);
  check(failure, endpoint_);
  acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  check(failure, endpoint_);
  asio::ip::tcp::endpoint bound;
  auto size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(acceptor_.native_handle(), bound.data(), &size) != 0) check(last_error(), endpoint_);
  endpoint_.port = bound.port();
}

async::Task<Socket> Listener::accept() {
  auto [failure, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
  if (failure) throw system_error(bare(failure), "accept");
  prepare(socket, endpoint_.kind);
  co_return std::move(socket);
}

void Listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  if (inode_ == 0) return;
  struct stat status {};
  const bool ours =
      ::lstat(endpoint_.path.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  if (ours) ::unlink(endpoint_.path.c_str());
  inode_ = 0;
}

}  // namespace flowyard::http
