#include "common/http/client.hpp"

#include "common/http/exchange.hpp"
#include "common/http/message_text.hpp"

namespace flowyard::http {

struct Client::Impl {
  Endpoint endpoint;
  ClientOptions options;
  Connector connector;
  std::vector<std::unique_ptr<Connection>> idle;  // the last used one last

  // An idle connection that its peer has not closed, or none.
  std::unique_ptr<Connection> take_idle() {
    while (!idle.empty()) {
      auto connection = std::move(idle.back());
      idle.pop_back();
      if (connection->quiet()) return connection;
    }
    return nullptr;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    if (connection && idle.size() < options.max_idle) idle.push_back(std::move(connection));
  }

  // Sends the request and reads the head of the response.
  async::Task<std::unique_ptr<Exchange>> begin(const Request& request, std::uint64_t max_body) {
    const std::string head = head_of(request, options.host_header);
    const bool repeatable = request.method == Method::Get || request.method == Method::Head;
    ParseLimits limits;
    limits.body = max_body;
    auto connection = take_idle();
    for (;;) {
      const bool reused = bool(connection);
      if (!connection) connection = co_await connector(endpoint);
      auto exchange = std::make_unique<Exchange>(std::move(connection), limits, request.method);
      const auto lost = co_await exchange->begin(head, request.body);
      if (!lost) co_return exchange;
      if (!reused || (!repeatable && lost->bytes_sent > 0))
        throw boost::system::system_error(lost->failure, "the connection was lost before the response");
    }
  }
};

namespace {

std::string default_host(const Endpoint& endpoint) {
  if (endpoint.kind == Endpoint::Kind::Unix) return "localhost";
  const std::string url = to_string(endpoint);
  return url.substr(url.find("//") + 2);
}

// The same failure, naming the request.
[[noreturn]] void rethrow_with(const boost::system::system_error& error, const std::string& what) {
  if (async::is_cancellation(error)) throw error;
  std::string why = error.what();
  const std::string appended = ": " + error.code().what();  // and will be again
  if (why.ends_with(appended)) why.resize(why.size() - appended.size());
  throw boost::system::system_error(error.code(), what + ": " + why);
}

std::string name_of(const Request& request, const Endpoint& endpoint) {
  return std::string(to_string(request.method)) + " " + request.target + " of " + to_string(endpoint);
}

}  // namespace

struct ResponseStream::Impl {
  std::unique_ptr<Exchange> exchange;
  std::weak_ptr<Client::Impl> client;  // the stream may outlive its client
  Response head;
  std::string name;
};

ResponseStream::ResponseStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResponseStream::ResponseStream(ResponseStream&&) noexcept = default;
ResponseStream& ResponseStream::operator=(ResponseStream&&) noexcept = default;
ResponseStream::~ResponseStream() = default;

const Response& ResponseStream::head() const {
  return impl_->head;
}

async::Task<std::optional<std::string>> ResponseStream::read() {
  if (!impl_->exchange) co_return std::nullopt;
  try {
    for (;;) {
      std::string piece = impl_->exchange->take_body();
      if (!piece.empty()) co_return piece;
      if (impl_->exchange->done()) break;
      co_await impl_->exchange->read_more();
    }
  } catch (const boost::system::system_error& error) {
    rethrow_with(error, impl_->name);
  }
  if (auto client = impl_->client.lock()) client->give_back(impl_->exchange->take_connection());
  impl_->exchange.reset();
  co_return std::nullopt;
}

Client::Client(async::Executor, Endpoint endpoint, ClientOptions options, Connector connector)
    : impl_(std::make_shared<Impl>()) {
  if (options.host_header.empty()) options.host_header = default_host(endpoint);
  impl_->endpoint = std::move(endpoint);
  impl_->options = std::move(options);
  impl_->connector = std::move(connector);
}

Client::~Client() = default;

const Endpoint& Client::endpoint() const {
  return impl_->endpoint;
}

async::Task<Response> Client::send_whole(std::shared_ptr<Impl> impl, Request request) {
  try {
    auto exchange = co_await impl->begin(request, impl->options.max_body);
    while (!exchange->done()) co_await exchange->read_more();
    Response response = exchange->take_head();
    response.body = exchange->take_body();
    impl->give_back(exchange->take_connection());
    co_return response;
  } catch (const boost::system::system_error& error) {
    rethrow_with(error, name_of(request, impl->endpoint));
  }
}

async::Task<std::unique_ptr<ResponseStream>> Client::open_stream(std::shared_ptr<Impl> impl,
                                                                 Request request) {
  auto stream = std::make_unique<ResponseStream::Impl>();
  stream->client = impl;
  stream->name = name_of(request, impl->endpoint);
  try {
    stream->exchange = co_await impl->begin(request, UINT64_MAX);
  } catch (const boost::system::system_error& error) {
    rethrow_with(error, stream->name);
  }
  stream->head = stream->exchange->take_head();
  co_return std::make_unique<ResponseStream>(std::move(stream));
}

async::Task<Response> Client::send(Request request, Milliseconds limit) {
  return async::with_timeout(limit, send_whole(impl_, std::move(request)));
}

async::Task<std::unique_ptr<ResponseStream>> Client::open(Request request, Milliseconds limit) {
  return async::with_timeout(limit, open_stream(impl_, std::move(request)));
}

}  // namespace flowyard::http
