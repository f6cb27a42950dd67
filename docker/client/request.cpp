#include "docker/client/request.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

constexpr std::size_t kMostOfARefusal = 64 << 10;

http::Request request_for(Call call, const std::string& prefix) {
  http::Request request;
  request.method = call.method;
  request.target = prefix + call.path + call.query.text();
  if (!call.content_type.empty()) request.headers.set("Content-Type", std::move(call.content_type));
  for (auto& [name, value] : call.headers) request.headers.set(name, std::move(value));
  request.body = std::move(call.body);
  return request;
}

std::string prefix_of(ApiVersion version) {
  return "/v" + to_string(version);
}

// {"message": "..."}, but proxies and Podman may answer in plain text.
std::string message_in(int status, const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  std::string message = fields::text(json, "message");
  if (message.empty()) message = fields::text(json, "cause");
  if (message.empty()) message = body.substr(0, 500);
  while (message.ends_with('\n')) message.pop_back();
  return message.empty() ? http::reason_of(status) : message;
}

// "cannot connect to ADDRESS: CAUSE": without the address, which the message names already.
std::string cause_in(const std::string& failure) {
  const auto colon = failure.find(": ");
  return colon == std::string::npos ? failure : failure.substr(colon + 2);
}

// A TLS 1.3 server refuses a client's certificate only after the handshake, in place of its first response.
bool refuses_our_certificate(std::string_view failure) {
  return failure.find("alert") != std::string_view::npos &&
         (failure.find("certificate") != std::string_view::npos ||
          failure.find("unknown ca") != std::string_view::npos);
}

async::Task<std::string> read_up_to(Body& body, std::size_t most) {
  std::string text;
  while (text.size() < most) {
    auto piece = co_await body.read();
    if (!piece) break;
    text += *piece;
  }
  co_return text;
}

async::Task<std::string> read_refusal(Body& body, Milliseconds limit) {
  try {
    co_return co_await async::with_timeout(limit, read_up_to(body, kMostOfARefusal));
  } catch (const async::TimedOut& error) {
    throw ReplyLost(body.asked(), error.what());
  }
}

}  // namespace

Milliseconds Deadline::left() const {
  const auto left = std::chrono::duration_cast<Milliseconds>(end_ - std::chrono::steady_clock::now());
  return std::max(left, Milliseconds(1));
}

async::Task<std::optional<std::string>> Body::read() {
  try {
    co_return co_await stream_->read();
  } catch (const boost::system::system_error& error) {
    if (async::is_cancellation(error)) throw;
    throw ReplyLost(asked_, error.what());
  }
}

Requester::Requester(async::Executor executor, EngineAddress address, http::Connector connector)
    : address_(std::move(address)),
      client_(std::move(executor), address_.endpoint, http::ClientOptions{}, std::move(connector)) {}

void Requester::rethrow_translated(const std::string& asked) {
  try {
    throw;
  } catch (const http::ConnectFailed& error) {
    version_.reset();
    throw EngineUnreachable(address_, cause_in(error.what()));
  } catch (const async::TimedOut& error) {
    throw ReplyLost(asked, error.what());
  } catch (const boost::system::system_error& error) {
    if (async::is_cancellation(error)) throw;
    version_.reset();
    if (refuses_our_certificate(error.what())) throw EngineUnreachable(address_, error.what());
    throw ReplyLost(asked, error.what());
  }
}

async::Task<http::Response> Requester::exchange(http::Request request, std::string asked,
                                                Milliseconds limit) {
  try {
    co_return co_await client_.send(std::move(request), limit);
  } catch (...) {
    rethrow_translated(asked);
  }
}

async::Task<std::unique_ptr<http::ResponseStream>> Requester::begin(http::Request request, std::string asked,
                                                                    Milliseconds limit) {
  try {
    co_return co_await client_.open(std::move(request), limit);
  } catch (...) {
    rethrow_translated(asked);
  }
}

async::Task<http::Response> Requester::send_unversioned(Call call, Milliseconds limit) {
  const std::string asked = call.asked;
  auto response = co_await exchange(request_for(std::move(call), ""), asked, limit);
  if (response.status >= 400)
    throw EngineError(response.status, message_in(response.status, response.body), asked);
  co_return response;
}

async::Task<ApiVersion> Requester::version(Deadline deadline) {
  if (version_) co_return *version_;
  Call ping;
  ping.asked = "ping";
  ping.path = "/_ping";
  const auto answer = co_await send_unversioned(std::move(ping), deadline.left());
  const auto offered = parse_api_version(answer.headers.get("Api-Version"));
  const auto chosen = choose_version(offered);
  if (!chosen) {
    throw EngineError(answer.status,
                      "it speaks API " + to_string(*offered) + " at most, and " + to_string(kOldestSpoken) +
                          " is needed (Docker 19.03 or later)",
                      "ping");
  }
  version_ = chosen;
  co_return *chosen;
}

void Requester::renegotiate(const std::string& refusal) {
  version_ = version_asked_for(refusal);  // nothing: retry
}

async::Task<http::Response> Requester::send(Call call, Milliseconds limit) {
  const Deadline deadline(limit);
  const std::string asked = call.asked;
  for (bool again = false;; again = true) {
    const ApiVersion spoken = co_await version(deadline);
    auto response = co_await exchange(request_for(call, prefix_of(spoken)), asked, deadline.left());
    if (response.status < 400) co_return response;
    std::string message = message_in(response.status, response.body);
    if (again || !refuses_version(response.status, message)) {
      throw EngineError(response.status, std::move(message), asked);
    }
    renegotiate(message);
  }
}

async::Task<std::unique_ptr<Body>> Requester::open(Call call, Milliseconds limit) {
  const Deadline deadline(limit);
  const std::string asked = call.asked;
  for (bool again = false;; again = true) {
    const ApiVersion spoken = co_await version(deadline);
    auto stream = co_await begin(request_for(call, prefix_of(spoken)), asked, deadline.left());
    const int status = stream->head().status;
    auto body = std::make_unique<Body>(asked, std::move(stream));
    if (status < 400) co_return body;
    const std::string text = co_await read_refusal(*body, deadline.left());
    std::string message = message_in(status, text);
    if (again || !refuses_version(status, message)) throw EngineError(status, std::move(message), asked);
    renegotiate(message);
  }
}

}  // namespace flowyard::docker
