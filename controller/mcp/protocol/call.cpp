#include "controller/mcp/protocol/call.hpp"

#include <algorithm>
#include <array>

#include "controller/mcp/protocol/schema_check.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

constexpr std::array<const char*, 8> kLogLevels = {"debug", "info",     "notice", "warning",
                                                   "error", "critical", "alert",  "emergency"};

std::size_t rank_of(const std::string& level) {
  return static_cast<std::size_t>(std::find(kLogLevels.begin(), kLogLevels.end(), level) -
                                  kLogLevels.begin());
}

// "elicitation" of "elicitation/create".
std::string capability_of(const std::string& method) {
  return method.substr(0, method.find('/'));
}

bool has_member(const Json& object, const char* key, Json::value_t type) {
  const auto found = object.find(key);
  return found != object.end() && found->type() == type;
}

}  // namespace

bool Call::can(const std::string& capability) const {
  return client.is_object() && client.contains(capability);
}

bool Call::has_extension(const std::string& name) const {
  if (!can("extensions")) return false;
  const Json& extensions = client["extensions"];
  return extensions.is_object() && extensions.contains(name);
}

void require_extension(const Call& call, const std::string& name) {
  if (call.has_extension(name)) return;
  const Json extensions{{name, Json::object()}};
  throw RpcFailure(kMissingCapability, "the client did not declare the extension " + name, 400,
                   Json{{"requiredCapabilities", {{"extensions", extensions}}}});
}

Task<Answers> ask(const Call& call, Questions questions) {
  Json missing = Json::object();
  for (const auto& question : questions)
    if (const auto capability = capability_of(question.method); !call.can(capability))
      missing[capability] = Json::object();
  if (!missing.empty() || !call.ask)
    throw RpcFailure(kMissingCapability, "the client did not declare what is needed here", 400,
                     Json{{"requiredCapabilities", missing}});
  return call.ask(std::move(questions));
}

bool is_answer(const Question& question, const Json& answer) {
  if (!answer.is_object()) return false;
  if (question.method == "roots/list") return has_member(answer, "roots", Json::value_t::array);
  if (question.method == "sampling/createMessage") return answer.contains("content");
  const Json action = answer.value("action", Json());
  if (action == "decline" || action == "cancel") return true;
  if (action != "accept") return false;
  const Json schema = question.params.value("requestedSchema", Json());
  const Json content = answer.value("content", Json());
  return !schema.is_object() || (content.is_object() && faults_of(content, schema).empty());
}

bool is_log_level(const std::string& level) {
  return rank_of(level) < kLogLevels.size();
}

Task<> log(const Call& call, std::string level, std::string text) {
  if (!call.notify || !is_log_level(call.log_level) || rank_of(level) < rank_of(call.log_level)) co_return;
  Json message = notification("notifications/message", Json{{"level", level}, {"data", text}});
  co_await call.notify(std::move(message));
}

Json to_json(const Questions& questions) {
  Json all = Json::object();
  for (const auto& question : questions)
    all[question.key] = Json{{"method", question.method}, {"params", question.params}};
  return all;
}

}  // namespace flowyard::controller::mcp::protocol
