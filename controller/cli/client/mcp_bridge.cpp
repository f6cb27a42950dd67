#include "controller/cli/client/mcp_bridge.hpp"

#include <algorithm>

#include "common/base/base64.hpp"
#include "common/base/text.hpp"
#include "controller/cli/client/event_stream.hpp"
#include "controller/cli/client/sending.hpp"

namespace flowyard::controller::cli {

using async::Task;

namespace {

using Json = nlohmann::ordered_json;

constexpr int kParseError = -32700, kInternalError = -32603;
constexpr const char* kMetaVersion = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kPath =
    "Path of an experiment file on the client's machine, in place of experiment and files; the files that it "
    "names "
    "are read beside it.";

Json member(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) ? json[key] : Json();
}

bool takes_experiment(const Json& name) {
  return name == "experiment_plan" || name == "experiment_submit";
}

// A header carries visible ASCII; anything else as base64.
std::string as_header(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return plain ? text : "=?base64?" + to_base64(text) + "?=";
}

std::string subject_of(const Json& message) {
  const Json params = member(message, "params");
  for (const char* key : {"name", "uri"})
    if (const Json value = member(params, key); value.is_string()) return value.get<std::string>();
  return "";
}

// The two tools that take an experiment take its path, too.
void add_path(Json& reply) {
  Json& result = reply["result"];
  if (!result.is_object() || !result.contains("tools")) return;
  for (auto& tool : result["tools"]) {
    if (!takes_experiment(tool["name"])) continue;
    Json& schema = tool["inputSchema"];
    schema["properties"]["path"] = {{"type", "string"}, {"description", kPath}};
    Json required = Json::array();
    for (const auto& name : schema["required"])
      if (name != "experiment") required.push_back(name);
    schema["required"] = std::move(required);
  }
}

}  // namespace

std::string McpBridge::id_of(const std::string& line) {
  const auto message = Json::parse(line, nullptr, false);
  const Json id = message.is_discarded() ? Json() : member(message, "id");
  return id.is_null() ? "" : id.dump();
}

std::string McpBridge::cancelled_by(const std::string& line) {
  const auto message = Json::parse(line, nullptr, false);
  if (message.is_discarded() || member(message, "method") != "notifications/cancelled") return "";
  const Json id = member(member(message, "params"), "requestId");
  return id.is_null() ? "" : id.dump();
}

void McpBridge::write(const Json& message) {
  out_ << message.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n" << std::flush;
}

void McpBridge::refuse(const Json& message, int code, const std::string& why) {
  Json reply{{"jsonrpc", "2.0"}};
  if (const Json id = member(message, "id"); !id.is_null()) reply["id"] = id;
  reply["error"] = {{"code", code}, {"message", why}};
  write(reply);
}

http::Request McpBridge::request_for(const Json& message) const {
  http::Request request;
  request.method = http::Method::Post;
  request.target = "/mcp";
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Accept", "application/json, text/event-stream");
  const Json version = member(member(member(message, "params"), "_meta"), kMetaVersion);
  request.headers.set("MCP-Protocol-Version", version.is_string() ? version.get<std::string>() : version_);
  if (version.is_string()) {
    request.headers.set("Mcp-Method",
                        member(message, "method").is_string() ? message["method"].get<std::string>() : "");
    if (const auto subject = subject_of(message); !subject.empty())
      request.headers.set("Mcp-Name", as_header(subject));
  }
  if (options_.read_only) request.headers.set("Flowyard-Access", "read-only");
  request.body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  return request;
}

// An experiment that is named by its path goes as text, with the files that the controller asks for.
Task<Json> McpBridge::with_files(Json message) {
  const Json params = member(message, "params");
  const Json path = member(member(params, "arguments"), "path");
  if (member(message, "method") != "tools/call" || !takes_experiment(member(params, "name")) ||
      !path.is_string())
    co_return message;
  SubmitOptions options;
  options.file = path.get<std::string>();
  Origin origin;
  auto submission = read_submission(options, origin);
  try {
    co_await send_plan(session_, submission, std::move(origin));
  } catch (const CommandFailed&) {
    // What is wrong with it is for the tool to tell.
  }
  Json& arguments = message["params"]["arguments"];
  arguments.erase("path");
  arguments["experiment"] = submission.bundle.text;
  Json files = Json::object();
  for (const auto& file : submission.bundle.files) {
    if (!is_utf8(file.content))
      throw CommandFailed(invalid("the file '" + file.path +
                                  "' is no text: submit this experiment by 'flowyard submit " + options.file +
                                  "'"));
    files[file.path] = file.content;
  }
  arguments["files"] = std::move(files);
  co_return message;
}

Task<> McpBridge::forward(Json message) {
  const bool lists_tools = member(message, "method") == "tools/list";
  auto request = request_for(message);
  const auto stream = co_await session_.connection.open(std::move(request));
  const bool is_events = stream->head().headers.get("Content-Type").starts_with("text/event-stream");
  EventStreamParser events;
  std::string body;
  while (auto piece = co_await stream->read()) {
    if (is_events) {
      for (const auto& event : events.push(*piece)) out_ << event.data << "\n" << std::flush;
    } else {
      body += *piece;
    }
  }
  if (is_events || body.empty()) co_return;
  auto reply = Json::parse(body, nullptr, false);
  if (reply.is_discarded() || !reply.is_object() || !reply.contains("jsonrpc")) {
    http::Response refused;
    refused.status = stream->head().status;
    refused.body = body;
    const auto errors = errors_of(refused);
    refuse(message, kInternalError, errors.empty() ? body : errors.front().message);
    co_return;
  }
  if (lists_tools) add_path(reply);
  write(reply);
}

Task<> McpBridge::answer(std::string line) {
  Json message = Json::parse(line, nullptr, false);
  if (message.is_discarded() || !message.is_object())
    co_return refuse(Json(), kParseError, "a line must be one JSON object");
  if (member(message, "method") == "initialize") {
    const Json wanted = member(member(message, "params"), "protocolVersion");
    if (wanted == "2025-06-18") version_ = "2025-06-18";
  }
  std::string failure;
  try {
    Json complete = co_await with_files(message);
    co_await forward(std::move(complete));
  } catch (const CommandFailed& failed) {
    for (const auto& error : failed.errors()) failure += (failure.empty() ? "" : "\n") + to_string(error);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  if (failure.empty()) co_return;
  const bool is_call = member(message, "method") == "tools/call";
  if (!is_call) co_return refuse(message, kInternalError, failure);
  Json reply{{"jsonrpc", "2.0"}, {"id", member(message, "id")}};
  reply["result"] = {{"content", Json::array({Json{{"type", "text"}, {"text", failure}}})},
                     {"isError", true}};
  write(reply);
}

}  // namespace flowyard::controller::cli
