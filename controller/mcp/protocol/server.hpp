// Server: the Model Context Protocol (MCP), whatever is served by it. What a server offers is a value; each
// message is answered by itself. Revisions 2026-07-28 (stateless) and 2025-11-25 with its handshake
// (2025-06-18 where a client wants that), chosen for each message.
#pragma once

#include <optional>
#include <string>

#include "controller/mcp/protocol/offer.hpp"
#include "controller/mcp/protocol/sealed_state.hpp"
#include "controller/mcp/protocol/sessions.hpp"
#include "controller/mcp/protocol/tasks.hpp"

namespace flowyard::controller::mcp::protocol {

// Whose message it is, as far as can be known: a digest of its credentials.
std::string principal_of(const http::Request& request);

class Server {
 public:
  Server(async::Executor executor, Offer offer);

  // The answer to a message: an object with `result` or `error`; null for a notification. RpcFailure is
  // turned into an error of the answer, and its status is left in `status`. `session`: of the handshake, or
  // null.
  async::Task<Json> answer(Json message, Call call, std::shared_ptr<Session> session, int& status);

  // Which changes are told of those that are wanted, since only these happen here.
  Watched granted(const Watched& wanted) const;
  const Offer& offer() const { return offer_; }

  // Ends the tasks. To be awaited before its end.
  async::Task<> close();

  // The names that a modern request names in its header Mcp-Name.
  static std::string subject_of(const Json& message);

 private:
  async::Task<Json> result_of(std::string method, Json params, Call call, std::shared_ptr<Session> session);
  async::Task<Json> with_answers(std::string method, Json params, Call call,
                                 std::shared_ptr<Session> session);
  std::optional<Json> result_of_session(const std::string& method, const Json& params, Session* session);
  Json result_of_task(const std::string& method, const Json& params, const Call& call);
  async::Task<Json> call_tool(Json params, Call call);
  async::Task<Json> read_resource(Json params, Call call) const;
  async::Task<Json> list_resources(Call call) const;
  async::Task<Json> complete(Json params, Call call) const;
  async::Task<Json> get_prompt(Json params, Call call) const;
  Json initialize(const Json& params, Session* session) const;
  Json discover() const;
  Json capabilities() const;
  Json info() const;

  Offer offer_;
  Json tools_, resources_, templates_, prompts_;  // as they are listed
  SealedState state_;
  Tasks tasks_;
};

}  // namespace flowyard::controller::mcp::protocol
