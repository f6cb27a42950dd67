#include "common/http/server.hpp"

#include <cassert>

#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "common/http/listener.hpp"
#include "common/http/session.hpp"

namespace flowyard::http {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kPauseAfterFailure = 100ms;

}  // namespace

struct Server::Impl {
  Impl(const async::Executor& executor, Endpoint endpoint, Handler handler, ServerOptions options,
       const Log& log, Acceptance accept_as)
      : service{.handler = std::move(handler), .options = std::move(options), .log = log},
        acceptance(std::move(accept_as)),
        listener(executor, std::move(endpoint), service.options.socket_mode),
        room(executor),
        accepting(executor, log),
        connections(executor, log) {}

  async::Task<> accept_all() {
    bool complained = false;
    for (;;) {
      for (auto seen = room.version(); serving >= service.options.max_connections; seen = room.version())
        co_await room.wait_past(seen);
      bool failed = false;
      try {
        Socket socket = co_await listener.accept();
        connections.spawn("http connection", serve_one(std::move(socket)));
        complained = false;
      } catch (const boost::system::system_error& error) {
        if (async::is_cancellation(error)) throw;
        failed = true;  // out of descriptors, or the peer left at once: there will be others
        if (!complained) service.log.warning("accept failed", {{"error", error.what()}});
        complained = true;
      }
      if (failed) co_await async::sleep_for(kPauseAfterFailure);
    }
  }

  async::Task<> serve_one(Socket socket) {
    const Place place(*this);
    auto connection = co_await connection_of(std::move(socket));
    if (connection) co_await serve(std::move(connection), service);
  }

  // None when the handshake fails, as it does whenever somebody looks whether the port is open.
  async::Task<std::unique_ptr<Connection>> connection_of(Socket socket) {
    if (!acceptance) co_return plain_connection(std::move(socket));
    auto incoming = std::make_unique<Incoming>(Incoming{std::move(socket)});
    try {
      co_return co_await async::with_timeout(service.options.header_limit, acceptance(std::move(incoming)));
    } catch (const std::exception& error) {
      if (async::is_cancellation(error)) throw;
      service.log.debug("connection refused", {{"error", error.what()}});
    }
    co_return nullptr;
  }

  // One of the connections that are served at once.
  class Place {
   public:
    explicit Place(Impl& impl) : impl_(impl) { ++impl_.serving; }
    ~Place() {
      --impl_.serving;
      impl_.room.notify();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Impl& impl_;
  };

  Service service;
  Acceptance acceptance;  // empty: plain
  Listener listener;
  std::size_t serving = 0;
  async::Event room;  // notified when a connection ends
  async::TaskGroup accepting;
  async::TaskGroup connections;
  bool closed = false;
};

Server::Server(async::Executor executor, Endpoint endpoint, Handler handler, ServerOptions options, Log log,
               Acceptance acceptance) {
  if (endpoint.kind == Endpoint::Kind::Tls && !acceptance)
    throw std::invalid_argument("cannot listen on " + to_string(endpoint) + " without a certificate");
  impl_ = std::make_unique<Impl>(executor, std::move(endpoint), std::move(handler), options, log,
                                 std::move(acceptance));
  impl_->accepting.spawn("http accept", impl_->accept_all());
}

Server::~Server() {
  assert(impl_->closed && "a Server must be closed before it is destroyed");
}

const Endpoint& Server::endpoint() const {
  return impl_->listener.endpoint();
}

async::Task<> Server::close() {
  impl_->closed = true;
  impl_->accepting.cancel();
  co_await impl_->accepting.join();
  impl_->listener.close();
  impl_->connections.cancel();
  co_await impl_->connections.join();
}

}  // namespace flowyard::http
