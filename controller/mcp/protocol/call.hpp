// Call: one message on its way, and what can be done with its client meanwhile: tell it something, ask it
// something.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/async/task.hpp"
#include "common/http/message.hpp"
#include "controller/mcp/protocol/rpc.hpp"

namespace flowyard::controller::mcp::protocol {

// For the person or the program behind the client: elicitation/create, sampling/createMessage or roots/list.
struct Question {
  std::string key;  // unique within a call
  std::string method;
  Json params = Json::object();
};
using Questions = std::vector<Question>;
using Answers = std::map<std::string, Json>;  // ElicitResult and its like, by key

struct Call {
  Era era = Era::Modern;
  std::string version = kModernVersion;
  http::Request request;         // as it came, without its body: its headers say who asks
  Json client = Json::object();  // ClientCapabilities
  std::string log_level = {};    // the least that the client wants to hear of; empty: nothing
  std::function<async::Task<>(Json notification)> notify = {};  // ahead of the answer; empty: nobody listens
  std::function<async::Task<Answers>(Questions)> ask = {};      // see ask() below

  // Whether the client declared a capability ("elicitation"), or an extension ("io.example/thing").
  bool can(const std::string& capability) const;
  bool has_extension(const std::string& name) const;
};

// RpcFailure (missing capability) where the client does not declare that extension.
void require_extension(const Call& call, const std::string& name);

// The client's answers to all of these. Each is well formed, and what was accepted in a form conforms to the
// form's schema. In the modern era the call may end here and be repeated from its beginning with the answers:
// ask before anything is changed. RpcFailure (missing capability) where the client did not declare what is
// asked.
async::Task<Answers> ask(const Call& call, Questions questions);

// Whether `answer` is one to `question`.
bool is_answer(const Question& question, const Json& answer);

// A message for the client's log, if it wants any. `level` by RFC 5424: debug, info, notice, warning, ...
async::Task<> log(const Call& call, std::string level, std::string text);
bool is_log_level(const std::string& level);

// Thrown by Call::ask of the modern era: the result of the call is that these wait for an answer.
struct InputRequired {
  Questions questions;
};
Json to_json(const Questions& questions);  // InputRequests

}  // namespace flowyard::controller::mcp::protocol
