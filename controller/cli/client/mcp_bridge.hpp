// McpBridge: between a client that speaks MCP by lines on standard input and output, and the controller's
// /mcp. Every message goes to the controller as it is; what only this side can do is done here: files are
// opened, which a client names by path.
#pragma once

#include <map>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "controller/cli/session.hpp"

namespace flowyard::controller::cli {

class McpBridge {
 public:
  struct Options {
    bool read_only = false;
  };

  McpBridge(Session& session, std::ostream& out, Options options)
      : session_(session), out_(out), options_(options) {}

  // Answers one line; lines that come meanwhile have calls of their own.
  async::Task<> answer(std::string line);
  // Whose answer is not wanted any more: the id in it, as JSON; empty where the line is no such notice.
  static std::string cancelled_by(const std::string& line);
  static std::string id_of(const std::string& line);

 private:
  using Json = nlohmann::ordered_json;

  async::Task<> forward(Json message);
  http::Request request_for(const Json& message) const;
  async::Task<Json> with_files(Json message);
  void write(const Json& message);
  void refuse(const Json& message, int code, const std::string& why);

  Session& session_;
  std::ostream& out_;
  Options options_;
  std::string version_ = "2025-11-25";  // that the client asked for, where it opened with a handshake
};

}  // namespace flowyard::controller::cli
