#include "controller/mcp/protocol/server.hpp"

#include <algorithm>

#include "common/crypto/sha256.hpp"
#include "controller/mcp/protocol/listed.hpp"
#include "controller/mcp/protocol/methods.hpp"
#include "controller/mcp/protocol/schema_check.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

// Lists change only with the program, so that a client may keep them for a while.
constexpr int kListLifeMs = 300'000;

Json text_block(const std::string& text) {
  return {{"type", "text"}, {"text", text}};
}

std::string text_of(const Json& params, const char* key) {
  const auto found = params.find(key);
  if (found == params.end() || !found->is_string())
    throw RpcFailure(kInvalidParams, std::string("params.") + key + " must be a string");
  return found->get<std::string>();
}

// The lists fit one page; a cursor can only be somebody else's.
void refuse_cursor(const Json& params) {
  if (params.contains("cursor")) throw RpcFailure(kInvalidParams, "there is no such cursor");
}

Json failed_tool(const std::string& text) {
  return {{"content", Json::array({text_block(text)})}, {"isError", true}};
}

// CallToolResult of what a tool gave.
Json to_json(ToolResult outcome) {
  if (outcome.is_error) return failed_tool(outcome.text);
  Json content = Json::array();
  if (!outcome.text.empty()) content.push_back(text_block(outcome.text));
  for (auto& link : outcome.links) content.push_back(std::move(link));
  Json result = Json::object();
  result["content"] = std::move(content);
  result["structuredContent"] = std::move(outcome.structured);
  result["isError"] = false;
  return result;
}

Progress progress_of(const Json& params, const Call& call) {
  const Json meta = params.value("_meta", Json());
  if (!meta.is_null() && !meta.is_object())
    throw RpcFailure(kInvalidParams, "params._meta must be an object");
  const Json token = meta.is_object() ? meta.value("progressToken", Json()) : Json();
  if (!token.is_null() && !token.is_string() && !token.is_number_integer())
    throw RpcFailure(kInvalidParams, "a progressToken is a string or a whole number");
  double before = -1;  // progress must increase
  return [notify = call.notify, token, before](double done, double total,
                                               std::string message) mutable -> Task<> {
    if (!notify || token.is_null() || done <= before) co_return;
    before = done;
    Json told{{"progressToken", token}, {"progress", done}, {"total", total}, {"message", message}};
    co_await notify(notification("notifications/progress", std::move(told)));
  };
}

}  // namespace

std::string principal_of(const http::Request& request) {
  return crypto::sha256_hex(request.headers.get("Authorization"));
}

Server::Server(async::Executor executor, Offer offer)
    : offer_(std::move(offer)),
      tools_(Json::array()),
      resources_(Json::array()),
      templates_(Json::array()),
      prompts_(Json::array()),
      tasks_(std::move(executor)) {
  std::sort(offer_.tools.begin(), offer_.tools.end(),
            [](const Tool& a, const Tool& b) { return a.name < b.name; });
  for (const auto& tool : offer_.tools) tools_.push_back(listed(tool));
  for (const auto& resource : offer_.resources) resources_.push_back(listed(resource, "uri"));
  for (const auto& resource : offer_.templates) templates_.push_back(listed(resource, "uriTemplate"));
  for (const auto& prompt : offer_.prompts) prompts_.push_back(listed(prompt));
}

Task<> Server::close() {
  return tasks_.close();
}

Watched Server::granted(const Watched& wanted) const {
  if (!offer_.watch) return {};
  return {.tools = wanted.tools && offer_.changing.tools,
          .prompts = wanted.prompts && offer_.changing.prompts,
          .resources = wanted.resources && offer_.changing.resources,
          .uris = wanted.uris};
}

Json Server::info() const {
  return {{"name", offer_.name}, {"title", offer_.title}, {"version", offer_.version}};
}

Json Server::capabilities() const {
  const auto list = [](bool changes) { return changes ? Json{{"listChanged", true}} : Json::object(); };
  Json resources = list(offer_.changing.resources);
  if (offer_.watch) resources["subscribe"] = true;
  return {{"tools", list(offer_.changing.tools)},
          {"resources", std::move(resources)},
          {"prompts", list(offer_.changing.prompts)},
          {"completions", Json::object()},
          {"logging", Json::object()}};
}

Json Server::initialize(const Json& params, Session* session) const {
  const std::string asked = text_of(params, "protocolVersion");
  const char* version = asked == kOlderVersion ? kOlderVersion : kLegacyVersion;
  if (session) {
    session->version = version;
    session->client = params.value("capabilities", Json::object());
  }
  Json able = capabilities();
  if (!offer_.extensions.empty()) able["extensions"] = offer_.extensions;
  return {{"protocolVersion", version},
          {"capabilities", std::move(able)},
          {"serverInfo", info()},
          {"instructions", offer_.instructions}};
}

Json Server::discover() const {
  Json able = capabilities();
  able["extensions"] = offer_.extensions;
  able["extensions"][kTasksExtension] = Json::object();
  return {{"supportedVersions", {kModernVersion}},
          {"capabilities", std::move(able)},
          {"instructions", offer_.instructions}};
}

std::string Server::subject_of(const Json& message) {
  const Json params = message.value("params", Json());
  if (!params.is_object()) return "";
  for (const char* key : {"name", "uri", "taskId"})
    if (params.contains(key) && params[key].is_string()) return params[key].get<std::string>();
  return "";
}

Task<Json> Server::answer(Json message, Call call, std::shared_ptr<Session> session, int& status) {
  status = 200;
  const bool is_notification = !message.contains("id");
  Json reply{{"jsonrpc", "2.0"}};
  if (!is_notification) reply["id"] = message["id"];
  Json failure;
  try {
    if (message.value("jsonrpc", Json()) != "2.0" || !message.contains("method") ||
        !message["method"].is_string())
      throw RpcFailure(kInvalidRequest, "this is no request of JSON-RPC 2.0");
    if (is_notification) {
      status = 202;
      co_return Json();
    }
    Json params = message.value("params", Json::object());
    if (!params.is_object()) throw RpcFailure(kInvalidParams, "params must be an object");
    const std::string method = message["method"].get<std::string>();
    const Era era = call.era;
    const Method* const known = find_method(method, era);
    if (!known) throw RpcFailure(kMethodNotFound, "there is no method '" + method + "'", 404);
    Json result = co_await with_answers(method, std::move(params), std::move(call), std::move(session));
    if (era == Era::Modern) {
      if (!result.contains("resultType")) result["resultType"] = "complete";
      if (known->kept != Method::Kept::Unsaid) {
        const bool changes = known->kept == Method::Kept::NotAtAll;
        result["ttlMs"] = changes ? 0 : kListLifeMs;
        result["cacheScope"] = changes || !is_for_all(offer_) ? "private" : "public";
      }
      result["_meta"] = {{"io.modelcontextprotocol/serverInfo", info()}};
    }
    reply["result"] = std::move(result);
  } catch (const RpcFailure& error) {
    failure = protocol::to_json(error);
    status = error.status;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = {{"code", kInternalError}, {"message", error.what()}};
    status = 500;
  }
  if (!failure.is_null()) reply["error"] = std::move(failure);
  co_return reply;
}

// Revision 2026-07-28: a question to the user is the result of a call, which the client then repeats with the
// answers. What was answered in earlier rounds is in the state that the client hands back.
Task<Json> Server::with_answers(std::string method, Json params, Call call,
                                std::shared_ptr<Session> session) {
  if (call.era == Era::Legacy || !find_method(method, call.era)->can_ask)
    co_return co_await result_of(std::move(method), std::move(params), std::move(call), std::move(session));
  const Json subject{{"method", method},
                     {"name", params.value("name", Json())},
                     {"uri", params.value("uri", Json())},
                     {"arguments", params.value("arguments", Json())}};
  const std::string binding = principal_of(call.request) + dump(subject);
  Json known = Json::object();
  if (const Json sealed = params.value("requestState", Json()); sealed.is_string()) {
    known = state_.open(sealed.get<std::string>(), binding);
    const Json given = params.value("inputResponses", Json());
    if (given.is_object()) known.update(given);
  }
  call.ask = [known](Questions questions) -> Task<Answers> {
    Answers answers;
    InputRequired open;
    for (auto& question : questions) {
      const Json answer = known.value(question.key, Json());
      if (is_answer(question, answer)) {
        answers[question.key] = answer;
      } else {
        open.questions.push_back(std::move(question));
      }
    }
    if (!open.questions.empty()) throw open;
    co_return answers;
  };
  Questions open;
  Json result;
  try {
    result = co_await result_of(std::move(method), std::move(params), std::move(call), std::move(session));
  } catch (const InputRequired& required) {
    open = required.questions;
  }
  if (open.empty()) co_return result;
  Json asked = Json::object();
  asked["resultType"] = "input_required";
  asked["inputRequests"] = protocol::to_json(open);
  asked["requestState"] = state_.seal(known, binding);
  co_return asked;
}

// What only means something within a session.
std::optional<Json> Server::result_of_session(const std::string& method, const Json& params,
                                              Session* session) {
  if (method == "initialize") return initialize(params, session);
  if (method == "ping") return Json::object();
  if (method == "logging/setLevel") {
    const std::string level = text_of(params, "level");
    if (!is_log_level(level)) throw RpcFailure(kInvalidParams, "there is no level '" + level + "'");
    if (session) session->log_level = level;
    return Json::object();
  }
  const bool subscribes = method == "resources/subscribe";
  if (!subscribes && method != "resources/unsubscribe") return std::nullopt;
  const std::string uri = text_of(params, "uri");
  if (!session) throw RpcFailure(kInvalidRequest, "subscriptions want a session: initialize gives its id");
  constexpr std::size_t kMostSubscribed = 1'000;
  if (subscribes && session->subscribed.size() >= kMostSubscribed)
    throw RpcFailure(kInvalidParams, "too many subscriptions");
  if (subscribes) {
    session->subscribed.insert(uri);
  } else {
    session->subscribed.erase(uri);
  }
  session->changed.notify();
  return Json::object();
}

Json Server::result_of_task(const std::string& method, const Json& params, const Call& call) {
  require_extension(call, kTasksExtension);
  const std::string principal = principal_of(call.request), id = text_of(params, "taskId");
  if (method == "tasks/get") return tasks_.get(principal, id);
  if (method == "tasks/cancel") return tasks_.cancel(principal, id);
  return tasks_.update(principal, id, params.value("inputResponses", Json()));
}

Task<Json> Server::result_of(std::string method, Json params, Call call, std::shared_ptr<Session> session) {
  if (call.era == Era::Legacy) {
    if (auto result = result_of_session(method, params, session.get())) co_return std::move(*result);
  } else {
    if (method == "server/discover") co_return discover();
    if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel")
      co_return result_of_task(method, params, call);
  }
  if (method == "tools/call") co_return co_await call_tool(std::move(params), std::move(call));
  if (method == "resources/read") co_return co_await read_resource(std::move(params), std::move(call));
  if (method == "completion/complete") co_return co_await complete(std::move(params), std::move(call));
  if (method == "prompts/get") co_return co_await get_prompt(std::move(params), std::move(call));
  if (!method.ends_with("/list"))
    throw RpcFailure(kMethodNotFound, "there is no method '" + method + "'", 404);
  refuse_cursor(params);
  if (method == "resources/list") co_return co_await list_resources(std::move(call));
  Json result = Json::object();
  if (method == "tools/list") result["tools"] = listed_for(call, offer_.tools, tools_);
  if (method == "prompts/list") result["prompts"] = prompts_;
  if (method == "resources/templates/list")
    result["resourceTemplates"] = listed_for(call, offer_.templates, templates_);
  co_return result;
}

Task<Json> Server::call_tool(Json params, Call call) {
  const std::string name = text_of(params, "name");
  const auto tool = std::find_if(offer_.tools.begin(), offer_.tools.end(),
                                 [&](const Tool& one) { return one.name == name; });
  if (tool == offer_.tools.end()) throw RpcFailure(kInvalidParams, "there is no tool '" + name + "'");
  Json arguments = params.value("arguments", Json::object());
  if (!arguments.is_object()) throw RpcFailure(kInvalidParams, "params.arguments must be an object");
  const auto faults = faults_of(arguments, tool->input);
  if (!faults.empty()) {
    std::string text = "The arguments of " + name + " are wrong:";
    for (const auto& fault : faults) text += "\n- " + fault;
    co_return failed_tool(text);
  }
  Progress progress = progress_of(params, call);
  ToolResult outcome = co_await tool->run(call, std::move(arguments), progress);
  if (!outcome.later) co_return to_json(std::move(outcome));
  if (call.era == Era::Modern && call.has_extension(kTasksExtension)) {
    Tasks::Work work = [later = std::move(outcome.later)](Call again, Progress told) -> Task<Json> {
      ToolResult last = co_await later(std::move(again), std::move(told));
      co_return to_json(std::move(last));
    };
    const std::string principal = principal_of(call.request);
    Json created = tasks_.start(principal, std::move(call), std::move(work));
    created["resultType"] = "task";
    co_return created;
  }
  const auto later = std::move(outcome.later);
  ToolResult last = co_await later(std::move(call), std::move(progress));
  co_return to_json(std::move(last));
}

Task<Json> Server::list_resources(Call call) const {
  Json all = listed_for(call, offer_.resources, resources_);
  if (offer_.more_resources)
    for (const auto& resource : co_await offer_.more_resources(std::move(call)))
      all.push_back(listed(resource, "uri"));
  Json result = Json::object();
  result["resources"] = std::move(all);
  co_return result;
}

Task<Json> Server::read_resource(Json params, Call call) const {
  const std::string uri = text_of(params, "uri");
  const bool is_legacy = call.era == Era::Legacy;
  const auto is_it = [&](const Resource& one) { return matches(one.uri, uri) && is_for(call, one.audience); };
  std::optional<Content> content;
  if (std::any_of(offer_.resources.begin(), offer_.resources.end(), is_it) ||
      std::any_of(offer_.templates.begin(), offer_.templates.end(), is_it))
    content = co_await offer_.read(std::move(call), uri);
  constexpr int kNoResource = -32002;  // before 2026-07-28
  if (!content)
    throw RpcFailure(is_legacy ? kNoResource : kInvalidParams, "there is no resource " + uri, 400,
                     Json{{"uri", uri}});
  Json one{
      {"uri", uri}, {"mimeType", content->mime_type}, {content->is_binary ? "blob" : "text", content->text}};
  if (!content->meta.is_null()) one["_meta"] = content->meta;
  Json result = Json::object();
  result["contents"] = Json::array({std::move(one)});
  co_return result;
}

Task<Json> Server::complete(Json params, Call call) const {
  const Json argument = params.value("argument", Json::object());
  if (!argument.is_object() || !params.contains("ref"))
    throw RpcFailure(kInvalidParams, "params.ref and params.argument are wanted");
  const std::string name = text_of(argument, "name"), begin = text_of(argument, "value");
  auto values = co_await offer_.complete(std::move(call), name, begin);
  constexpr std::size_t kMost = 100;  // by the specification
  const auto total = values.size();
  if (values.size() > kMost) values.resize(kMost);
  Json completion{{"values", values}, {"total", total}, {"hasMore", total > kMost}};
  Json result = Json::object();
  result["completion"] = std::move(completion);
  co_return result;
}

Task<Json> Server::get_prompt(Json params, Call call) const {
  const std::string name = text_of(params, "name");
  const auto prompt = std::find_if(offer_.prompts.begin(), offer_.prompts.end(),
                                   [&](const Prompt& one) { return one.name == name; });
  if (prompt == offer_.prompts.end()) throw RpcFailure(kInvalidParams, "there is no prompt '" + name + "'");
  const Json given = params.value("arguments", Json::object());
  if (!given.is_object()) throw RpcFailure(kInvalidParams, "params.arguments must be an object");
  std::map<std::string, std::string> arguments;
  for (const auto& argument : prompt->arguments) {
    if (given.contains(argument.name) && given[argument.name].is_string()) {
      arguments[argument.name] = given[argument.name].get<std::string>();
    } else if (argument.required) {
      throw RpcFailure(kInvalidParams, "the prompt " + name + " wants '" + argument.name + "'");
    }
  }
  Json messages = Json::array();
  if (prompt->before)
    for (auto& block : prompt->before(arguments))
      messages.push_back({{"role", "user"}, {"content", std::move(block)}});
  const std::string text = co_await prompt->text(std::move(call), arguments);
  messages.push_back({{"role", "user"}, {"content", text_block(text)}});
  Json result = Json::object();
  result["description"] = prompt->description;
  result["messages"] = std::move(messages);
  co_return result;
}

}  // namespace flowyard::controller::mcp::protocol
