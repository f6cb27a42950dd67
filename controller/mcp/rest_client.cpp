#include "controller/mcp/rest_client.hpp"

#include "common/async/timeout.hpp"

namespace flowyard::controller::mcp {

using async::Task;

namespace {

// Thrown into a stream that has told enough.
struct Enough {};

class Collector final : public http::BodyWriter {
 public:
  explicit Collector(Reply& reply) : reply_(reply) {}
  Task<> write(std::string chunk) override {
    reply_.text += chunk;
    if (reply_.text.size() <= RestClient::kMostStreamed) co_return;
    reply_.text.resize(RestClient::kMostStreamed);
    reply_.is_cut = true;
    throw Enough{};
  }

 private:
  Reply& reply_;
};

class Watcher final : public http::BodyWriter {
 public:
  explicit Watcher(std::function<Task<bool>(std::string)> wanted) : wanted_(std::move(wanted)) {}
  Task<> write(std::string chunk) override {
    const bool more = co_await wanted_(std::move(chunk));
    if (!more) throw Enough{};
  }

 private:
  std::function<Task<bool>(std::string)> wanted_;
};

// Asked by POST since an experiment file travels in the body.
bool only_looks(const std::string& target) {
  const auto path = target.substr(0, target.find('?'));
  return path == "/api/v1/plan" || path == "/api/v1/preview";
}

}  // namespace

http::Request RestClient::request(http::Method method, std::string target) const {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  request.arrived_at = call_.arrived_at;
  for (const char* name : {"Authorization", "Host", "Origin", "Flowyard-Budget"})
    if (call_.headers.has(name)) request.headers.set(name, std::string(call_.headers.get(name)));
  return request;
}

Task<Reply> RestClient::get(std::string target) const {
  co_return co_await send(http::Method::Get, std::move(target));
}

Task<Reply> RestClient::send(http::Method method, std::string target, Json body,
                             std::string idempotency_key) const {
  if (call_.headers.get(kAccess) == "read-only" && method != http::Method::Get && !only_looks(target)) {
    Reply refused;
    refused.status = 403;
    refused.text = "Nothing was changed: this client was set up read-only.";
    co_return refused;
  }
  auto inner = request(method, std::move(target));
  if (!body.is_null()) {
    inner.headers.set("Content-Type", "application/json");
    inner.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  if (!idempotency_key.empty()) inner.headers.set("Idempotency-Key", std::move(idempotency_key));
  auto response = co_await handler_(std::move(inner));
  Reply reply;
  reply.status = response.status;
  reply.text = std::move(response.body);
  if (response.stream) {
    reply.text.clear();
    Collector collector(reply);
    try {
      co_await response.stream(collector);
    } catch (const Enough&) {
    }
  }
  auto json = Json::parse(reply.text, nullptr, false);
  if (!json.is_discarded()) reply.json = std::move(json);
  co_return reply;
}

Task<> RestClient::watch(std::string target, std::optional<Milliseconds> limit,
                         std::function<Task<bool>(std::string)> wanted) const {
  auto response = co_await handler_(request(http::Method::Get, std::move(target)));
  if (!response.stream) co_return;
  Watcher watcher(std::move(wanted));
  try {
    if (limit)
      co_await async::with_timeout(*limit, response.stream(watcher));
    else
      co_await response.stream(watcher);
  } catch (const Enough&) {
  } catch (const async::TimedOut&) {
  }
}

std::string next_of(const Json& page) {
  return page.contains("next") && page["next"].is_string() ? page["next"].get<std::string>() : "";
}

std::string path_of(const char* argument, const Json& arguments, const std::string& rest) {
  return "/api/v1/" + std::string(argument) + "s/" +
         http::percent_encode(arguments[argument].get<std::string>()) + rest;
}

}  // namespace flowyard::controller::mcp
