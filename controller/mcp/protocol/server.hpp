// Server: the Model Context Protocol (MCP), whatever is served by it. What a server offers is a value; each
// message is answered by itself, so that nothing is kept between two. Revisions 2026-07-28 (stateless) and
// 2025-11-25 with its handshake (2025-06-18 where a client wants that), chosen for each message.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/async/task.hpp"
#include "common/http/message.hpp"

namespace flowyard::controller::mcp::protocol {

using Json = nlohmann::ordered_json;

inline constexpr const char* kModernVersion = "2026-07-28";
inline constexpr const char* kLegacyVersion = "2025-11-25";
inline constexpr const char* kOlderVersion = "2025-06-18";

enum class Era { Modern, Legacy };

// JSON-RPC 2.0, section 5.1, and what MCP adds to it.
inline constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601,
                     kInvalidParams = -32602, kInternalError = -32603, kHeaderMismatch = -32020,
                     kUnsupportedVersion = -32022;

// An error of the protocol, with the HTTP status that the modern revision gives it.
class RpcFailure : public std::runtime_error {
 public:
  RpcFailure(int rpc_code, const std::string& message, int http_status = 400, Json more = nullptr)
      : std::runtime_error(message), code(rpc_code), status(http_status), data(std::move(more)) {}
  int code;
  int status;
  Json data;  // null: none
};

// One message on its way.
struct Call {
  Era era = Era::Modern;
  std::string version = kModernVersion;
  http::Request request;  // as it came, without its body: its headers say who asks
  // Sends a notification ahead of the answer; empty where the client did not ask for progress.
  std::function<async::Task<>(Json notification)> notify = {};
};

struct ToolResult {
  Json structured = Json::object();  // conforms to Tool::output
  std::string text;                  // the same in short, for a model; empty: none
  bool is_error = false;             // then only the text counts
  std::vector<Json> links = {};      // further content blocks
};

struct Tool {
  std::string name, title, description;
  Json input, output;  // JSON Schema of an object
  bool read_only = true, destructive = false, idempotent = true;
  // `arguments` conform to `input`. `progress` may be called any number of times.
  using Progress = std::function<async::Task<>(double done, double total, std::string message)>;
  std::function<async::Task<ToolResult>(Call call, Json arguments, Progress progress)> run;
};

struct Resource {
  std::string uri;  // or a template of RFC 6570, with {name} for one segment
  std::string name, title, description, mime_type;
};
struct Content {
  std::string mime_type, text;
  bool is_binary = false;  // then `text` is base64
};

struct Prompt {
  struct Argument {
    std::string name, description;
    bool required = true;
  };
  std::string name, title, description;
  std::vector<Argument> arguments;
  std::function<std::string(const std::map<std::string, std::string>& arguments)> text;  // of the user
  // Content blocks that come before the text.
  std::function<std::vector<Json>(const std::map<std::string, std::string>& arguments)> before = {};
};

struct Offer {
  std::string name, title, version, instructions;
  std::vector<Tool> tools;  // by name
  std::vector<Resource> resources, templates;
  std::vector<Prompt> prompts;
  // Nothing: there is no such resource.
  std::function<async::Task<std::optional<Content>>(Call call, std::string uri)> read;
  // Values for an argument of a prompt or a template, given what was typed so far.
  std::function<async::Task<std::vector<std::string>>(Call call, std::string argument, std::string begin)>
      complete;
};

class Server {
 public:
  explicit Server(Offer offer);

  // The answer to a message: an object with `result` or `error`; null for a notification. RpcFailure is
  // turned into an error of the answer, and its status is left in `status`.
  async::Task<Json> answer(Json message, Call call, int& status) const;

  // The names that a modern request names in its header Mcp-Name.
  static std::string subject_of(const Json& message);

 private:
  async::Task<Json> result_of(std::string method, Json params, Call call) const;
  async::Task<Json> call_tool(Json params, Call call) const;
  async::Task<Json> read_resource(Json params, Call call) const;
  async::Task<Json> complete(Json params, Call call) const;
  Json get_prompt(const Json& params) const;
  Json initialize(const Json& params) const;
  Json discover() const;
  Json capabilities() const;
  Json info() const;

  Offer offer_;
  Json tools_, resources_, templates_, prompts_;  // as they are listed
};

}  // namespace flowyard::controller::mcp::protocol
