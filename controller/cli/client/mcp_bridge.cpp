#include "controller/cli/client/mcp_bridge.hpp"

#include <algorithm>
#include <filesystem>

#include "common/base/base64.hpp"
#include "common/base/text.hpp"
#include "common/base/whole_file.hpp"
#include "controller/cli/client/checkout.hpp"
#include "controller/cli/client/event_stream.hpp"
#include "controller/cli/client/sending.hpp"

namespace flowyard::controller::cli {

using async::Task;

namespace {

using Json = nlohmann::ordered_json;

constexpr int kParseError = -32700, kInternalError = -32603;
constexpr const char* kMetaVersion = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kSessionHeader = "MCP-Session-Id";
constexpr Milliseconds kListenAgain{1'000};
constexpr const char* kExperimentPath =
    "Path of an experiment file on the client's machine, in place of experiment and files; the files that it "
    "names are read beside it.";
constexpr const char* kModelPath = "Path of a model on the client's machine, in place of model.";
constexpr const char* kFolder =
    "A folder on the client's machine that the experiment file, results, series and logs are written to; it "
    "must be empty or not exist. `experiment` may name a worker, then, for its part alone.";

Json member(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) ? json[key] : Json();
}

bool takes_experiment(const Json& name) {
  return name == "experiment_plan" || name == "experiment_submit";
}

bool takes_model(const Json& name) {
  return name == "model_describe" || name == "model_run";
}

bool is_call(const Json& message) {
  return member(message, "method") == "tools/call";
}

Json argument(const Json& message, const char* key) {
  return member(member(member(message, "params"), "arguments"), key);
}

Json tool_of(const Json& message) {
  return member(member(message, "params"), "name");
}

// A header carries visible ASCII; anything else as base64.
std::string as_header(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return plain ? text : "=?base64?" + to_base64(text) + "?=";
}

std::string subject_of(const Json& message) {
  const Json params = member(message, "params");
  for (const char* key : {"name", "uri", "taskId"})
    if (const Json value = member(params, key); value.is_string()) return value.get<std::string>();
  return "";
}

// In place of a required argument that holds the same as text.
void add_argument(Json& tool, const char* name, const char* description, const char* in_place_of) {
  Json& schema = tool["inputSchema"];
  schema["properties"][name] = {{"type", "string"}, {"description", description}};
  Json required = Json::array();
  for (const auto& one : schema["required"])
    if (one != in_place_of) required.push_back(one);
  schema["required"] = std::move(required);
}

// What tools take here besides what they take of the controller.
void add_paths(Json& reply) {
  Json& result = reply["result"];
  if (!result.is_object() || !result.contains("tools")) return;
  for (auto& tool : result["tools"]) {
    if (takes_experiment(tool["name"])) add_argument(tool, "path", kExperimentPath, "experiment");
    if (takes_model(tool["name"])) add_argument(tool, "path", kModelPath, "model");
    if (tool["name"] == "results_export") add_argument(tool, "folder", kFolder, "");
  }
}

Json text_result(const Json& message, const std::string& text, bool is_error) {
  Json reply{{"jsonrpc", "2.0"}, {"id", member(message, "id")}};
  reply["result"] = {{"content", Json::array({Json{{"type", "text"}, {"text", text}}})}};
  reply["result"]["isError"] = is_error;
  // Since 2026-07-28 every result says what it is.
  if (member(member(message, "params"), "_meta").contains(kMetaVersion))
    reply["result"]["resultType"] = "complete";
  return reply;
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
  } else if (!mcp_session_.empty() && member(message, "method") != "initialize") {
    request.headers.set(kSessionHeader, mcp_session_);
  }
  if (options_.read_only) request.headers.set("Flowyard-Access", "read-only");
  if (!options_.budget.empty()) request.headers.set("Flowyard-Budget", options_.budget);
  request.body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  return request;
}

Task<Json> McpBridge::with_files(Json message) {
  const Json path = argument(message, "path");
  if (!is_call(message) || !path.is_string()) co_return message;
  if (takes_experiment(tool_of(message))) co_return co_await with_experiment(std::move(message));
  if (!takes_model(tool_of(message))) co_return message;
  auto content = read_file(path.get<std::string>());
  if (!is_utf8(content))
    throw CommandFailed(invalid("the file '" + path.get<std::string>() + "' is no UTF-8 text"));
  Json& arguments = message["params"]["arguments"];
  arguments.erase("path");
  arguments["model"] = std::move(content);
  arguments["file_name"] = std::filesystem::path(path.get<std::string>()).filename().string();
  co_return message;
}

// An experiment that is named by its path goes as text, with the files that the controller asks for.
Task<Json> McpBridge::with_experiment(Json message) {
  SubmitOptions options;
  options.file = argument(message, "path").get<std::string>();
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

Task<Json> McpBridge::own_answer(const Json& message) {
  const Json folder = argument(message, "folder"), which = argument(message, "experiment");
  if (!is_call(message) || tool_of(message) != "results_export" || !folder.is_string() || !which.is_string())
    co_return Json();
  CheckoutOptions options;
  options.which = which.get<std::string>();
  options.folder = folder.get<std::string>();
  const auto written = co_await write_checkout(std::move(options), session_);
  Json reply = text_result(
      message,
      "Wrote " + std::to_string(written.files) + " files to " + written.folder +
          ": outcomes.csv has a row for each sample, scenarios.csv its parameters, series.csv its series, if "
          "any were saved; the experiment file, models and logs are beside them.",
      false);
  reply["result"]["structuredContent"] = {
      {"resources", Json::array()}, {"folder", written.folder}, {"files", written.files}};
  co_return reply;
}

Task<> McpBridge::close() {
  listening_.cancel();
  co_await listening_.join();
}

// News that belong to no call. Ends with the session.
Task<> McpBridge::listen() {
  for (;;) {
    http::Request request;
    request.target = "/mcp";
    request.headers = {{kSessionHeader, mcp_session_}, {"Accept", "text/event-stream"}};
    bool is_open = false;
    try {
      const auto stream = co_await session_.connection.open(std::move(request), AutoStart::Never);
      is_open = stream->head().status == 200;
      EventStreamParser events;
      while (auto piece = co_await stream->read())
        if (is_open)
          for (const auto& event : events.push(*piece))
            if (!event.data.empty()) out_ << event.data << "\n" << std::flush;
      if (!is_open) co_return;
    } catch (const std::exception& error) {
      if (async::is_cancellation(error)) throw;
    }
    co_await async::sleep_for(kListenAgain);
  }
}

Task<> McpBridge::begin_again() {
  auto request = request_for(opening_);
  const auto stream = co_await session_.connection.open(std::move(request));
  mcp_session_ = stream->head().headers.get(kSessionHeader);
  while (co_await stream->read()) {
  }
  listen_anew();
}

void McpBridge::listen_anew() {
  news_.cancel();
  news_ = listening_.spawn("news", listen());
}

Task<std::unique_ptr<http::ResponseStream>> McpBridge::send(const Json& message) {
  auto request = request_for(message);
  const bool has_session = request.headers.has(kSessionHeader);
  auto stream = co_await session_.connection.open(std::move(request));
  if (has_session && stream->head().status == 404) {
    co_await begin_again();
    auto again = request_for(message);
    stream = co_await session_.connection.open(std::move(again));
  }
  co_return stream;
}

Task<> McpBridge::forward(Json message) {
  const bool lists_tools = member(message, "method") == "tools/list";
  const auto stream = co_await send(message);
  const auto& headers = stream->head().headers;
  const bool is_events = headers.get("Content-Type").starts_with("text/event-stream");
  if (member(message, "method") == "initialize" && headers.has(kSessionHeader)) {
    mcp_session_ = headers.get(kSessionHeader);
    listen_anew();
  }
  EventStreamParser events;
  std::string body;
  while (auto piece = co_await stream->read()) {
    if (is_events) {
      for (const auto& event : events.push(*piece))
        if (!event.data.empty()) out_ << event.data << "\n" << std::flush;
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
  if (lists_tools) add_paths(reply);
  write(reply);
}

Task<> McpBridge::answer(std::string line) {
  Json message = Json::parse(line, nullptr, false);
  if (message.is_discarded() || !message.is_object())
    co_return refuse(Json(), kParseError, "a line must be one JSON object");
  if (member(message, "method") == "initialize") {
    opening_ = message;
    const Json wanted = member(member(message, "params"), "protocolVersion");
    if (wanted == "2025-06-18") version_ = "2025-06-18";
  }
  std::string failure;
  try {
    Json own = co_await own_answer(message);
    if (!own.is_null()) {
      write(own);
      co_return;
    }
    Json complete = co_await with_files(message);
    co_await forward(std::move(complete));
  } catch (const CommandFailed& failed) {
    for (const auto& error : failed.errors()) failure += (failure.empty() ? "" : "\n") + to_string(error);
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = error.what();
  }
  if (failure.empty()) co_return;
  if (is_call(message)) co_return write(text_result(message, failure, true));
  refuse(message, kInternalError, failure);
}

}  // namespace flowyard::controller::cli
