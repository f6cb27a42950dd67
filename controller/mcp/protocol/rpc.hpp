// JSON-RPC 2.0 as the Model Context Protocol (MCP) uses it: its errors, and the revisions spoken here.
#pragma once

#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace flowyard::controller::mcp::protocol {

using Json = nlohmann::ordered_json;

inline constexpr const char* kModernVersion = "2026-07-28";
inline constexpr const char* kLegacyVersion = "2025-11-25";
inline constexpr const char* kOlderVersion = "2025-06-18";

enum class Era { Modern, Legacy };

// JSON-RPC 2.0, section 5.1, and what MCP adds to it.
inline constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601,
                     kInvalidParams = -32602, kInternalError = -32603, kHeaderMismatch = -32020,
                     kMissingCapability = -32021, kUnsupportedVersion = -32022;

// An error of the protocol, with the HTTP status that the modern revision gives it.
class RpcFailure : public std::runtime_error {
 public:
  RpcFailure(int rpc_code, const std::string& message, int http_status = 400, Json more = nullptr)
      : std::runtime_error(message), code(rpc_code), status(http_status), data(std::move(more)) {}
  int code;
  int status;
  Json data;  // null: none
};

// As `error` of an answer.
inline Json to_json(const RpcFailure& failure) {
  Json error{{"code", failure.code}, {"message", failure.what()}};
  if (!failure.data.is_null()) error["data"] = failure.data;
  return error;
}

// Bytes that are no UTF-8 come from models and programs; they are replaced, never refused.
inline std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

inline Json notification(const char* method, Json params) {
  Json message{{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.is_null()) message["params"] = std::move(params);
  return message;
}

}  // namespace flowyard::controller::mcp::protocol
