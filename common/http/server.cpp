#include "common/http/server.hpp"

#include <cassert>
#include <list>
#include <optional>

#include "common/async/event.hpp"
#include "common/async/task_group.hpp"
#include "common/base/descriptor_limit.hpp"
#include "common/http/listener.hpp"
#include "common/http/session.hpp"

namespace flowyard::http {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kPauseAfterFailure = 100ms;
constexpr Milliseconds kPauseForAnEnd = 1ms;  // for a connection that was asked to close

}  // namespace

struct Server::Impl {
  // One served connection; unauthenticated until the guard accepts its peer.
  class Place {
   public:
    explicit Place(Impl& impl) : impl_(impl) {
      if (impl.service.options.guard) {
        at_ = impl.strangers.insert(impl.strangers.end(), this);
      } else {
        become_known();
      }
    }
    ~Place() {
      leave_strangers();
      if (!known_) return;
      --impl_.known;
      impl_.room.notify();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void become_known() {
      leave_strangers();
      known_ = true;
      ++impl_.known;
    }
    void leave_strangers() {
      if (at_) impl_.strangers.erase(*at_);
      at_.reset();
    }

    async::TaskGroup::Handle task;

   private:
    Impl& impl_;
    bool known_ = false;
    std::optional<std::list<Place*>::iterator> at_;  // among the unauthenticated connections
  };

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
      for (auto seen = room.version(); known >= service.options.max_connections; seen = room.version())
        co_await room.wait_past(seen);
      std::string trouble;
      bool shortage = !descriptors_remain(service.options.spare_descriptors);
      if (shortage) trouble = "too few descriptors are left";
      try {
        if (!shortage) {
          Socket socket = co_await listener.accept();
          begin_serving(std::move(socket));
        }
      } catch (const boost::system::system_error& error) {
        if (async::is_cancellation(error)) throw;
        shortage = is_shortage(error);
        trouble = error.what();  // the peer disconnected at once, for example; keep accepting
      }
      const bool made_room = shortage && end_oldest_stranger();
      if (made_room) {
        co_await async::sleep_for(kPauseForAnEnd);
      } else if (!trouble.empty()) {
        if (!complained) service.log.warning("connections have to wait", {{"error", trouble}});
        co_await async::sleep_for(kPauseAfterFailure);
      }
      complained = !trouble.empty() && !made_room;
    }
  }

  void begin_serving(Socket socket) {
    if (strangers.size() >= service.options.max_strangers) end_oldest_stranger();
    auto place = std::make_shared<Place>(*this);
    auto task = connections.spawn("http connection", serve_one(std::move(socket), place));
    place->task = std::move(task);
  }

  // Clients with credentials present them at once, so the oldest unauthenticated connection is the least
  // likely to have any. False if there is none.
  bool end_oldest_stranger() {
    if (strangers.empty()) return false;
    Place& oldest = *strangers.front();
    oldest.leave_strangers();
    oldest.task.cancel();
    return true;
  }

  async::Task<> serve_one(Socket socket, std::shared_ptr<Place> place) {
    std::string arrived_at = local_address(socket);
    auto connection = co_await connection_of(std::move(socket));
    if (!connection) co_return;
    std::function<void()> known_now = [place] { place->become_known(); };
    co_await serve(std::move(connection), service, std::move(arrived_at), std::move(known_now));
  }

  // None when the handshake fails, as with port scans.
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

  Service service;
  Acceptance acceptance;  // empty: plain
  Listener listener;
  std::size_t known = 0;        // connections of known peers
  std::list<Place*> strangers;  // the other connections, the oldest first
  async::Event room;            // notified when a known peer's connection ends
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
