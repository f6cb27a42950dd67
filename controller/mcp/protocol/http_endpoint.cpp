#include "controller/mcp/protocol/http_endpoint.hpp"

#include "common/async/until.hpp"
#include "common/base/base64.hpp"
#include "controller/mcp/protocol/change_stream.hpp"
#include "controller/mcp/protocol/methods.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

constexpr const char* kMetaVersion = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kMetaCapabilities = "io.modelcontextprotocol/clientCapabilities";
constexpr const char* kMetaLogLevel = "io.modelcontextprotocol/logLevel";
constexpr const char* kMetaSubscription = "io.modelcontextprotocol/subscriptionId";
constexpr const char* kSessionHeader = "MCP-Session-Id";

http::Response json_response(int status, const Json& body) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = dump(body);
  return response;
}

// An id that is not known is left out.
http::Response refusal(const RpcFailure& failure, const Json& message) {
  Json body{{"jsonrpc", "2.0"}};
  if (message.is_object() && message.contains("id") && !message["id"].is_null()) body["id"] = message["id"];
  body["error"] = to_json(failure);
  return json_response(failure.status, body);
}

Json meta_of(const Json& message) {
  const auto params = message.find("params");
  if (params == message.end() || !params->is_object()) return Json::object();
  const auto meta = params->find("_meta");
  return meta != params->end() && meta->is_object() ? *meta : Json::object();
}

bool is_legacy_version(std::string_view version) {
  return version == kLegacyVersion || version == kOlderVersion;
}

bool is_legacy(const http::Request& request, const Json& message, const Json& meta) {
  if (request.headers.has(kSessionHeader)) return true;
  if (meta.contains(kMetaVersion)) return false;
  return message.value("method", Json()) == "initialize" ||
         is_legacy_version(request.headers.get("MCP-Protocol-Version"));
}

// "=?base64?...?=" (as RFC 2047 writes it), or plain.
std::string decoded(std::string_view header) {
  constexpr std::string_view kBegin = "=?base64?", kEnd = "?=";
  if (!header.starts_with(kBegin) || !header.ends_with(kEnd) || header.size() < kBegin.size() + kEnd.size())
    return std::string(header);
  const auto inner = header.substr(kBegin.size(), header.size() - kBegin.size() - kEnd.size());
  auto bytes = from_base64(inner);
  return bytes ? *bytes : std::string(header);
}

// Revision 2026-07-28, Streamable HTTP: headers repeat what the body says, so that intermediaries need not
// read that.
void check_modern(const http::Request& request, const Json& message, const Json& meta) {
  const auto version = request.headers.get("MCP-Protocol-Version");
  if (version.empty()) throw RpcFailure(kHeaderMismatch, "the header MCP-Protocol-Version is missing");
  for (const char* key : {kMetaVersion, kMetaCapabilities})
    if (!meta.contains(key)) throw RpcFailure(kInvalidParams, std::string("params._meta lacks ") + key);
  if (!meta[kMetaCapabilities].is_object())
    throw RpcFailure(kInvalidParams, std::string(kMetaCapabilities) + " must be an object");
  if (meta[kMetaVersion] != std::string(version))
    throw RpcFailure(kHeaderMismatch, "MCP-Protocol-Version and params._meta differ");
  if (version != kModernVersion)
    throw RpcFailure(kUnsupportedVersion, "this revision is not spoken here", 400,
                     Json{{"supported", Json::array({kModernVersion})}, {"requested", std::string(version)}});
  const Method* const known = find_method(message.value("method", ""), Era::Modern);
  if (!known) return;  // that is told first
  if (request.headers.get("Mcp-Method") != message.value("method", ""))
    throw RpcFailure(kHeaderMismatch, "the header Mcp-Method must be the method");
  if (known->is_named && decoded(request.headers.get("Mcp-Name")) != Server::subject_of(message))
    throw RpcFailure(kHeaderMismatch, "the header Mcp-Name must be the name, uri or taskId of params");
}

Call call_of(const http::Request& request, const Json& message, const Session* session) {
  const Json meta = meta_of(message);
  Call call;
  if (is_legacy(request, message, meta)) {
    call.era = Era::Legacy;
    const auto version = request.headers.get("MCP-Protocol-Version");
    if (!version.empty() && !is_legacy_version(version) && message.value("method", "") != "initialize")
      throw RpcFailure(kInvalidRequest, "this revision is not spoken here: " + std::string(version));
    call.version = version.empty() ? kLegacyVersion : std::string(version);
    if (session) {
      call.client = session->client;
      call.log_level = session->log_level;
    }
  } else if (message.contains("id")) {
    check_modern(request, message, meta);
    call.client = meta[kMetaCapabilities];
    if (const Json level = meta.value(kMetaLogLevel, Json()); level.is_string())
      call.log_level = level.get<std::string>();
  }
  call.request.headers = request.headers;
  call.request.arrived_at = request.arrived_at;
  return call;
}

// What else than the answer a call may want to tell its client.
bool wants_stream(const Json& message, const Call& call, bool has_session) {
  const std::string method = message.value("method", "");
  if (call.era == Era::Legacy && has_session)
    return method == "tools/call" || method == "resources/read" || method == "prompts/get";
  return method == "tools/call" && (meta_of(message).contains("progressToken") || !call.log_level.empty());
}

http::Response event_stream(std::function<Task<>(http::BodyWriter&)> stream) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Accel-Buffering", "no");
  response.stream = std::move(stream);
  return response;
}

http::Response of_status(int status) {
  http::Response response;
  response.status = status;
  return response;
}

bool is_set(const Json& filter, const char* key) {
  return filter.value(key, Json()) == true;
}

// SubscriptionFilter.
Watched watched_of(const Json& filter) {
  Watched watched{.tools = is_set(filter, "toolsListChanged"),
                  .prompts = is_set(filter, "promptsListChanged"),
                  .resources = is_set(filter, "resourcesListChanged"),
                  .uris = {}};
  for (const auto& uri : filter.value("resourceSubscriptions", Json::array()))
    if (uri.is_string()) watched.uris.insert(uri.get<std::string>());
  return watched;
}

Json filter_of(const Watched& watched) {
  Json filter = Json::object();
  if (watched.tools) filter["toolsListChanged"] = true;
  if (watched.prompts) filter["promptsListChanged"] = true;
  if (watched.resources) filter["resourcesListChanged"] = true;
  if (!watched.uris.empty()) filter["resourceSubscriptions"] = watched.uris;
  return filter;
}

bool check_depth(int depth, Json::parse_event_t, const Json&) {
  if (depth <= kMaxMessageDepth) return true;
  throw RpcFailure(kInvalidRequest,
                   "values stand in each other more than " + std::to_string(kMaxMessageDepth) + " deep");
}

}  // namespace

Json parse_message(const std::string& body) {
  Json message = Json::parse(body, check_depth, false);
  if (message.is_discarded()) throw RpcFailure(kParseError, "this is not JSON");
  if (!message.is_object()) throw RpcFailure(kInvalidRequest, "one message at a time, an object");
  if (message.contains("id") && !message["id"].is_string() && !message["id"].is_number_integer())
    throw RpcFailure(kInvalidRequest, "an id is a string or a whole number");
  if (message.contains("method") && !message["method"].is_string())
    throw RpcFailure(kInvalidRequest, "a method is a string");
  return message;
}

HttpEndpoint::HttpEndpoint(async::Executor executor, Offer offer)
    : executor_(executor), server_(executor, std::move(offer)), sessions_(executor) {}

Task<> HttpEndpoint::close() {
  return server_.close();
}

std::shared_ptr<Session> HttpEndpoint::session_of(const http::Request& request) {
  if (!request.headers.has(kSessionHeader)) return nullptr;
  auto session = sessions_.find(std::string(request.headers.get(kSessionHeader)), principal_of(request));
  if (!session) throw RpcFailure(kInvalidRequest, "this session has ended: initialize another", 404);
  return session;
}

Task<http::Response> HttpEndpoint::answer(http::Request request) {
  std::optional<http::Response> response;
  try {
    if (request.method == http::Method::Delete && request.headers.has(kSessionHeader)) {
      const auto session = session_of(request);
      sessions_.end(session->id, session->principal);
      response = of_status(204);
    } else if (request.method == http::Method::Get && request.headers.has(kSessionHeader)) {
      response = changes_of(session_of(request), request);
    } else if (request.method != http::Method::Post) {
      response = of_status(405);
      response->headers.set("Allow", "POST");
    }
  } catch (const RpcFailure& failure) {
    response = refusal(failure, Json());
  }
  if (response) co_return std::move(*response);
  co_return co_await post(std::move(request));
}

Task<http::Response> HttpEndpoint::post(http::Request request) {
  Json message;
  std::shared_ptr<Session> session;
  std::optional<http::Response> response;
  try {
    message = parse_message(request.body);
    session = session_of(request);
    const bool is_response = !message.contains("method") && message.contains("id");
    if (session && is_response) {
      session->take_answer(message);
      response = of_status(202);
    } else if (session && message.value("method", "") == "notifications/cancelled") {
      if (const Json params = message.value("params", Json()); params.is_object())
        session->cancel(params.value("requestId", Json()));
      response = of_status(202);
    }
  } catch (const RpcFailure& failure) {
    response = refusal(failure, message);
  }
  if (response) co_return std::move(*response);
  co_return co_await answer_message(std::move(request), std::move(message), std::move(session));
}

Task<http::Response> HttpEndpoint::answer_message(http::Request request, Json message,
                                                  std::shared_ptr<Session> session) {
  std::optional<http::Response> response;
  std::optional<Call> call;
  const std::string method = message.value("method", "");
  try {
    call = call_of(request, message, session.get());
    const bool is_modern = call->era == Era::Modern;
    if (is_modern && message.contains("id") && method == "subscriptions/listen" && server_.offer().watch)
      response = listen(message, *call);
    else if (message.contains("id") && wants_stream(message, *call, session != nullptr))
      response = streamed(message, *call, session);
  } catch (const RpcFailure& failure) {
    response = refusal(failure, message);
  }
  if (response) co_return std::move(*response);
  const Era era = call->era;
  if (era == Era::Legacy && method == "initialize") session = sessions_.open(principal_of(request));
  int status = 200;
  const Json reply = co_await server_.answer(std::move(message), std::move(*call), session, status);
  if (reply.is_null()) co_return of_status(202);
  // Before 2026-07-28 an error of the protocol is an answer as any other.
  auto answered = json_response(era == Era::Legacy ? 200 : status, reply);
  if (method == "initialize" && session && reply.contains("result"))
    answered.headers.set(kSessionHeader, session->id);
  co_return answered;
}

// Progress, messages for the log and questions come while a call runs, so that the answer is the last of a
// stream of events.
http::Response HttpEndpoint::streamed(Json message, Call call, std::shared_ptr<Session> session) {
  return event_stream([this, message, call, session](http::BodyWriter& writer) -> Task<> {
    Call own = call;
    const std::function<Task<>(Json)> send = [&writer](Json told) -> Task<> {
      co_await writer.write(event_of(told));
    };
    own.notify = send;
    int status = 200;
    if (!session) {
      const Json reply = co_await server_.answer(message, std::move(own), nullptr, status);
      co_await writer.write(event_of(reply));
      co_return;
    }
    own.ask = [session, send](Questions questions) { return session->ask(std::move(questions), send); };
    Session::Running running(*session, message["id"]);
    auto work = server_.answer(message, std::move(own), session, status);
    const std::optional<Json> reply = co_await async::until(std::move(work), running.cancelled());
    if (reply) co_await writer.write(event_of(*reply));
  });
}

// subscriptions/listen: the acknowledgement, then changes, each with the id of the request.
http::Response HttpEndpoint::listen(Json message, Call call) {
  const Json params = message.value("params", Json::object());
  const Json filter = params.value("notifications", Json());
  if (!filter.is_object()) throw RpcFailure(kInvalidParams, "params.notifications must be an object");
  const Watched watched = server_.granted(watched_of(filter));
  return event_stream([this, call, watched, id = message["id"]](http::BodyWriter& writer) -> Task<> {
    const auto tagged = [&](Json told) {
      told["params"]["_meta"] = {{kMetaSubscription, id}};
      return told;
    };
    const Json accepted = tagged(notification("notifications/subscriptions/acknowledged",
                                              Json{{"notifications", filter_of(watched)}}));
    co_await writer.write(event_of(accepted));
    async::Event woken(executor_);
    const std::function<bool()> never = [] { return false; };
    const std::function<Json(const Change&)> as_message = [&](const Change& change) {
      return tagged(notification_of(change));
    };
    co_await write_changes(server_.offer(), call, watched, as_message, writer, woken, never);
  });
}

// The stream of a session that is open between its calls.
http::Response HttpEndpoint::changes_of(std::shared_ptr<Session> session, http::Request request) {
  Call call;
  call.era = Era::Legacy;
  call.client = session->client;
  call.request.headers = request.headers;
  call.request.arrived_at = request.arrived_at;
  return event_stream([this, session, call](http::BodyWriter& writer) -> Task<> {
    co_await writer.write(": listening\n\n");
    if (!server_.offer().watch) co_return;
    for (;;) {
      const auto subscribed = session->subscribed;
      Watched watched{.tools = true, .prompts = true, .resources = true, .uris = subscribed};
      watched = server_.granted(watched);
      const std::function<Json(const Change&)> as_message = notification_of;
      const std::function<bool()> is_over = [&] { return session->subscribed != subscribed; };
      co_await write_changes(server_.offer(), call, std::move(watched), as_message, writer, session->changed,
                             is_over);
    }
  });
}

}  // namespace flowyard::controller::mcp::protocol
