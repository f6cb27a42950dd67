// McpBridge: between a client that speaks MCP by lines on standard input and output, and the controller's
// /mcp. Every message goes to the controller as it is; what only this side can do is done here: files are
// opened, which a client names by path, and checkouts are written.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "common/async/task_group.hpp"
#include "controller/cli/session.hpp"

namespace flowyard::controller::cli {

class McpBridge {
 public:
  struct Options {
    bool read_only = false;
    std::string budget = {};  // as the header Flowyard-Budget has it; empty: none
  };

  McpBridge(async::Executor executor, Session& session, std::ostream& out, Options options)
      : session_(session), out_(out), options_(std::move(options)), listening_(std::move(executor)) {}

  // Ends the stream of what is told without being asked for. To be awaited before its end.
  async::Task<> close();

  // Answers one line; lines that come meanwhile have calls of their own.
  async::Task<> answer(std::string line);
  // Whose answer is not wanted any more: the id in it, as JSON; empty where the line is no such notice.
  static std::string cancelled_by(const std::string& line);
  static std::string id_of(const std::string& line);

 private:
  using Json = nlohmann::ordered_json;

  async::Task<> forward(Json message);
  async::Task<std::unique_ptr<http::ResponseStream>> send(const Json& message);
  // The handshake again, since the controller that it was made with is gone.
  async::Task<> begin_again();
  async::Task<> listen();
  void listen_anew();
  http::Request request_for(const Json& message) const;
  // The same message with what it names by path as text.
  async::Task<Json> with_files(Json message);
  async::Task<Json> with_experiment(Json message);
  // The answer to a call that is for this side alone; null: it is for the controller.
  async::Task<Json> own_answer(const Json& message);
  void write(const Json& message);
  void refuse(const Json& message, int code, const std::string& why);

  Session& session_;
  std::ostream& out_;
  Options options_;
  // Of a client that opened with a handshake: that message, what it agreed on, and the session's id.
  Json opening_;
  std::string version_ = "2025-11-25", mcp_session_;
  async::TaskGroup listening_;
  async::TaskGroup::Handle news_;
};

}  // namespace flowyard::controller::cli
