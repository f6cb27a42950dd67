#include "controller/mcp/protocol/http_endpoint.hpp"

#include "common/base/base64.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

constexpr const char* kMetaVersion = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kMetaCapabilities = "io.modelcontextprotocol/clientCapabilities";

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

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
  body["error"] = {{"code", failure.code}, {"message", failure.what()}};
  if (!failure.data.is_null()) body["error"]["data"] = failure.data;
  return json_response(failure.status, body);
}

Json parsed(const std::string& body) {
  Json message = Json::parse(body, nullptr, false);
  if (message.is_discarded()) throw RpcFailure(kParseError, "this is not JSON");
  if (!message.is_object()) throw RpcFailure(kInvalidRequest, "one message at a time, an object");
  if (message.contains("id") && !message["id"].is_string() && !message["id"].is_number_integer())
    throw RpcFailure(kInvalidRequest, "an id is a string or a whole number");
  if (message.contains("method") && !message["method"].is_string())
    throw RpcFailure(kInvalidRequest, "a method is a string");
  return message;
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
  if (request.headers.has("MCP-Session-Id")) return true;
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
  if (request.headers.get("Mcp-Method") != message.value("method", ""))
    throw RpcFailure(kHeaderMismatch, "the header Mcp-Method must be the method");
  const std::string method = message.value("method", "");
  const bool has_subject = method == "tools/call" || method == "resources/read" || method == "prompts/get";
  if (has_subject && decoded(request.headers.get("Mcp-Name")) != Server::subject_of(message))
    throw RpcFailure(kHeaderMismatch, "the header Mcp-Name must be the name, or the uri, of params");
}

Call call_of(const http::Request& request, const Json& message) {
  const Json meta = meta_of(message);
  Call call;
  if (is_legacy(request, message, meta)) {
    call.era = Era::Legacy;
    const auto version = request.headers.get("MCP-Protocol-Version");
    if (!version.empty() && !is_legacy_version(version) && message.value("method", "") != "initialize")
      throw RpcFailure(kInvalidRequest, "this revision is not spoken here: " + std::string(version));
    call.version = version.empty() ? kLegacyVersion : std::string(version);
  } else if (message.contains("id")) {
    check_modern(request, message, meta);
  }
  call.request.headers = request.headers;
  call.request.arrived_at = request.arrived_at;
  return call;
}

std::string event(const Json& message) {
  return "event: message\ndata: " + dump(message) + "\n\n";
}

// Progress comes while the tool runs, so the answer is the last of a stream of events.
http::Response streamed(std::shared_ptr<const Server> server, Json message, Call call) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Accel-Buffering", "no");
  response.stream = [server, message, call](http::BodyWriter& writer) -> Task<> {
    Call with_notices = call;
    with_notices.notify = [&writer](Json notification) -> Task<> {
      co_await writer.write(event(notification));
    };
    int status = 200;
    const Json reply = co_await server->answer(message, std::move(with_notices), status);
    co_await writer.write(event(reply));
  };
  return response;
}

}  // namespace

Task<http::Response> answer_http(std::shared_ptr<const Server> server, http::Request request) {
  if (request.method != http::Method::Post) {
    http::Response response;
    response.status = 405;
    response.headers.set("Allow", "POST");
    co_return response;
  }
  Json message;
  std::optional<http::Response> refused;
  std::optional<Call> call;
  try {
    message = parsed(request.body);
    call = call_of(request, message);
  } catch (const RpcFailure& failure) {
    refused = refusal(failure, message);
  }
  if (refused) co_return std::move(*refused);
  const Json meta = meta_of(message);
  if (meta.contains("progressToken") && message.value("method", "") == "tools/call")
    co_return streamed(std::move(server), std::move(message), std::move(*call));
  int status = 200;
  const Era era = call->era;
  const Json reply = co_await server->answer(std::move(message), std::move(*call), status);
  if (reply.is_null()) {
    http::Response accepted;
    accepted.status = 202;
    co_return accepted;
  }
  // Before 2026-07-28 an error of the protocol is an answer as any other.
  co_return json_response(era == Era::Legacy ? 200 : status, reply);
}

}  // namespace flowyard::controller::mcp::protocol
