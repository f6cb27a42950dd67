#include "common/tls/tls.hpp"

#include <array>
#include <sys/stat.h>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>

#include "common/http/connection.hpp"

namespace flowyard::tls {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;
using boost::system::error_code;
using boost::system::system_error;

using Stream = ssl::stream<http::Socket>;
// Shared by the connector or acceptance, which may be copied, and by the connections it made.
using Context = std::shared_ptr<ssl::context>;

// Time limit for the peer's close_notify.
constexpr Milliseconds kLongestFarewell = 1s;

class TlsConnection final : public http::StreamConnection<Stream> {
 public:
  TlsConnection(http::Socket socket, Context context)
      : StreamConnection(Stream(std::move(socket), *context)), context_(std::move(context)) {}

  Stream& stream() { return stream_; }

  async::Task<error_code> handshake(ssl::stream_base::handshake_type side) {
    auto [failure] = co_await stream_.async_handshake(side, asio::as_tuple(asio::use_awaitable));
    if (failure == asio::error::operation_aborted) throw system_error(failure);
    co_return http::bare(failure);
  }

  async::Task<> end_writing() override {
    try {
      co_await async::with_timeout(kLongestFarewell, say_farewell());
    } catch (const async::TimedOut&) {
      // Our close_notify was sent, which suffices.
    }
    error_code gone;
    stream_.next_layer().shutdown(http::Socket::shutdown_send, gone);
  }

  bool quiet() override {
    return SSL_pending(stream_.native_handle()) == 0 && http::quiet(stream_.next_layer());
  }

 private:
  async::Task<> say_farewell() {
    auto [failure] = co_await stream_.async_shutdown(asio::as_tuple(asio::use_awaitable));
    if (failure == asio::error::operation_aborted) throw system_error(failure);
  }

  Context context_;
};

void check(const error_code& failure, const std::string& file) {
  if (failure) throw system_error(http::bare(failure), file);
}

Context new_context(ssl::context::method method) {
  auto context = std::make_shared<ssl::context>(method);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                       ssl::context::no_compression);
  return context;
}

void use_certificate(ssl::context& context, const std::string& cert_file, const std::string& key_file) {
  error_code failure;
  context.use_certificate_chain_file(cert_file, failure);
  check(failure, cert_file);
  context.use_private_key_file(key_file, ssl::context::pem, failure);
  check(failure, key_file);
}

void trust(ssl::context& context, const std::string& ca_file) {
  error_code failure;
  context.load_verify_file(ca_file, failure);
  check(failure, ca_file);
}

// Server name indication carries names only, never addresses.
void ask_for(Stream& stream, const std::string& name) {
  error_code not_an_address;
  asio::ip::make_address(name, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), name.c_str());
}

async::Task<std::unique_ptr<http::Connection>> connect(Context context, std::string server_name,
                                                       Verify verify, http::Endpoint endpoint) {
  const std::string where = to_string(endpoint);
  if (server_name.empty()) server_name = endpoint.host;
  http::Socket socket = co_await http::connect_socket(std::move(endpoint));
  auto connection = std::make_unique<TlsConnection>(std::move(socket), std::move(context));
  ask_for(connection->stream(), server_name);
  if (verify == Verify::Peer)
    connection->stream().set_verify_callback(ssl::host_name_verification(server_name));
  const error_code failure = co_await connection->handshake(Stream::client);
  if (failure) throw http::ConnectFailed("cannot connect to " + where + ": " + failure.message());
  co_return connection;
}

Context server_context(const ServerOptions& options) {
  Context context = new_context(ssl::context::tls_server);
  use_certificate(*context, options.cert_file, options.key_file);
  // Session tickets would stay unread in clients' sockets, where they look like an unsolicited response.
  SSL_CTX_set_num_tickets(context->native_handle(), 0);
  if (!options.client_ca_file.empty()) {
    trust(*context, options.client_ca_file);
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
  return context;
}

// The server's context, made anew when its files change.
class FreshContext {
 public:
  FreshContext(ServerOptions options, Log log)
      : options_(std::move(options)),
        log_(std::move(log)),
        seen_(marks()),
        context_(server_context(options_)) {}

  Context get() {
    auto now = marks();
    if (now == seen_) return context_;
    seen_ = std::move(now);
    try {
      context_ = server_context(options_);
      log_.info("certificate read again", {{"file", options_.cert_file}});
    } catch (const system_error& error) {
      log_.error("the changed certificate cannot be used; the one before it goes on",
                 {{"error", error.what()}});
    }
    return context_;
  }

 private:
  // What tells one state of a file from another: a renamed one has another inode, a rewritten one another
  // time.
  using Mark = std::array<std::int64_t, 5>;

  std::vector<Mark> marks() const {
    std::vector<Mark> marks;
    for (const auto& file : {options_.cert_file, options_.key_file, options_.client_ca_file}) {
      struct stat status {};
      if (file.empty() || ::stat(file.c_str(), &status) != 0) status = {};
      marks.push_back({static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino),
                       status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec});
    }
    return marks;
  }

  ServerOptions options_;
  Log log_;
  std::vector<Mark> seen_;
  Context context_;
};

async::Task<std::unique_ptr<http::Connection>> accept(Context context,
                                                      std::unique_ptr<http::Incoming> incoming) {
  auto connection = std::make_unique<TlsConnection>(std::move(incoming->socket), std::move(context));
  const error_code failure = co_await connection->handshake(Stream::server);
  if (failure) throw system_error(failure, "TLS handshake");
  co_return connection;
}

}  // namespace

http::Connector connector(const ClientOptions& options) {
  const Context context = new_context(ssl::context::tls_client);
  if (options.ca_file.empty()) {
    context->set_default_verify_paths();
  } else {
    trust(*context, options.ca_file);
  }
  if (!options.cert_file.empty()) use_certificate(*context, options.cert_file, options.key_file);
  context->set_verify_mode(options.verify == Verify::Peer ? ssl::verify_peer : ssl::verify_none);
  return [context, name = options.server_name, verify = options.verify](http::Endpoint endpoint) {
    return connect(context, name, verify, std::move(endpoint));
  };
}

http::Acceptance acceptance(ServerOptions options, Log log) {
  // Shared by the copies of what is returned.
  const auto fresh = std::make_shared<FreshContext>(std::move(options), std::move(log));
  return
      [fresh](std::unique_ptr<http::Incoming> incoming) { return accept(fresh->get(), std::move(incoming)); };
}

}  // namespace flowyard::tls
