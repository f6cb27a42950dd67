#include "controller/mcp/protocol/server.hpp"

#include <algorithm>

#include "common/async/task_group.hpp"
#include "controller/mcp/protocol/schema_check.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

// Lists change only with the program, so that a client may keep them for a while.
constexpr int kListLifeMs = 300'000;

Json text_block(const std::string& text) {
  return {{"type", "text"}, {"text", text}};
}

Json listed(const Tool& tool) {
  Json one{{"name", tool.name},
           {"title", tool.title},
           {"description", tool.description},
           {"inputSchema", tool.input},
           {"outputSchema", tool.output}};
  one["annotations"] = {{"readOnlyHint", tool.read_only},
                        {"destructiveHint", tool.destructive},
                        {"idempotentHint", tool.idempotent},
                        {"openWorldHint", false}};
  return one;
}

Json listed(const Resource& resource, const char* uri_key) {
  return {{uri_key, resource.uri},
          {"name", resource.name},
          {"title", resource.title},
          {"description", resource.description},
          {"mimeType", resource.mime_type}};
}

Json listed(const Prompt& prompt) {
  Json arguments = Json::array();
  for (const auto& argument : prompt.arguments)
    arguments.push_back(
        {{"name", argument.name}, {"description", argument.description}, {"required", argument.required}});
  return {{"name", prompt.name},
          {"title", prompt.title},
          {"description", prompt.description},
          {"arguments", std::move(arguments)}};
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

bool changes_in_time(const std::string& method) {
  return method == "resources/read";
}

bool may_be_kept(const std::string& method) {
  return method.ends_with("/list") || method == "server/discover" || changes_in_time(method);
}

Json failed_tool(const std::string& text) {
  return {{"content", Json::array({text_block(text)})}, {"isError", true}};
}

// "{...}" matches one segment. By hand: std::regex calls itself for each character of what a client sends.
bool matches(std::string_view pattern, std::string_view uri) {
  while (!pattern.empty()) {
    if (pattern.front() != '{') {
      if (uri.empty() || uri.front() != pattern.front()) return false;
      pattern.remove_prefix(1);
      uri.remove_prefix(1);
      continue;
    }
    const auto end = pattern.find('}');
    if (end == pattern.npos) return false;
    pattern.remove_prefix(end + 1);
    const auto segment = std::min(uri.find('/'), uri.size());
    if (segment == 0) return false;
    uri.remove_prefix(segment);
  }
  return uri.empty();
}

}  // namespace

Server::Server(Offer offer)
    : offer_(std::move(offer)),
      tools_(Json::array()),
      resources_(Json::array()),
      templates_(Json::array()),
      prompts_(Json::array()) {
  std::sort(offer_.tools.begin(), offer_.tools.end(),
            [](const Tool& a, const Tool& b) { return a.name < b.name; });
  for (const auto& tool : offer_.tools) tools_.push_back(listed(tool));
  for (const auto& resource : offer_.resources) resources_.push_back(listed(resource, "uri"));
  for (const auto& resource : offer_.templates) templates_.push_back(listed(resource, "uriTemplate"));
  for (const auto& prompt : offer_.prompts) prompts_.push_back(listed(prompt));
}

Json Server::info() const {
  return {{"name", offer_.name}, {"title", offer_.title}, {"version", offer_.version}};
}

Json Server::capabilities() const {
  return {{"tools", Json::object()},
          {"resources", Json::object()},
          {"prompts", Json::object()},
          {"completions", Json::object()}};
}

Json Server::initialize(const Json& params) const {
  const std::string asked = text_of(params, "protocolVersion");
  return {{"protocolVersion", asked == kOlderVersion ? kOlderVersion : kLegacyVersion},
          {"capabilities", capabilities()},
          {"serverInfo", info()},
          {"instructions", offer_.instructions}};
}

Json Server::discover() const {
  return {{"supportedVersions", {kModernVersion}},
          {"capabilities", capabilities()},
          {"instructions", offer_.instructions}};
}

std::string Server::subject_of(const Json& message) {
  const Json params = message.value("params", Json());
  if (!params.is_object()) return "";
  for (const char* key : {"name", "uri", "taskId"})
    if (params.contains(key) && params[key].is_string()) return params[key].get<std::string>();
  return "";
}

Task<Json> Server::answer(Json message, Call call, int& status) const {
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
    Json result = co_await result_of(method, std::move(params), std::move(call));
    if (era == Era::Modern) {
      result["resultType"] = "complete";
      if (may_be_kept(method)) {
        result["ttlMs"] = changes_in_time(method) ? 0 : kListLifeMs;
        result["cacheScope"] = changes_in_time(method) ? "private" : "public";
      }
      result["_meta"] = {{"io.modelcontextprotocol/serverInfo", info()}};
    }
    reply["result"] = std::move(result);
  } catch (const RpcFailure& error) {
    failure = {{"code", error.code}, {"message", error.what()}};
    if (!error.data.is_null()) failure["data"] = error.data;
    status = error.status;
  } catch (const std::exception& error) {
    if (async::is_cancellation(error)) throw;
    failure = {{"code", kInternalError}, {"message", error.what()}};
    status = 500;
  }
  if (!failure.is_null()) reply["error"] = std::move(failure);
  co_return reply;
}

Task<Json> Server::result_of(std::string method, Json params, Call call) const {
  const bool legacy = call.era == Era::Legacy;
  if (legacy && method == "initialize") co_return initialize(params);
  if (legacy && method == "ping") co_return Json::object();
  if (!legacy && method == "server/discover") co_return discover();
  if (method == "tools/call") co_return co_await call_tool(std::move(params), std::move(call));
  if (method == "resources/read") co_return co_await read_resource(std::move(params), std::move(call));
  if (method == "completion/complete") co_return co_await complete(std::move(params), std::move(call));
  if (method == "prompts/get") co_return get_prompt(params);
  const std::map<std::string, std::pair<const char*, const Json*>> lists = {
      {"tools/list", {"tools", &tools_}},
      {"resources/list", {"resources", &resources_}},
      {"resources/templates/list", {"resourceTemplates", &templates_}},
      {"prompts/list", {"prompts", &prompts_}}};
  const auto list = lists.find(method);
  if (list == lists.end()) throw RpcFailure(kMethodNotFound, "there is no method '" + method + "'", 404);
  refuse_cursor(params);
  Json result = Json::object();
  result[list->second.first] = *list->second.second;
  co_return result;
}

Task<Json> Server::call_tool(Json params, Call call) const {
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
  const Json meta = params.value("_meta", Json());
  if (!meta.is_null() && !meta.is_object())
    throw RpcFailure(kInvalidParams, "params._meta must be an object");
  const Json token = meta.is_object() ? meta.value("progressToken", Json()) : Json();
  if (!token.is_null() && !token.is_string() && !token.is_number_integer())
    throw RpcFailure(kInvalidParams, "a progressToken is a string or a whole number");
  double before = -1;  // progress must increase
  Tool::Progress progress = [notify = call.notify, token, before](double done, double total,
                                                                  std::string message) mutable -> Task<> {
    if (!notify || token.is_null() || done <= before) co_return;
    before = done;
    Json notification{{"jsonrpc", "2.0"}, {"method", "notifications/progress"}};
    notification["params"] = {
        {"progressToken", token}, {"progress", done}, {"total", total}, {"message", message}};
    co_await notify(std::move(notification));
  };
  ToolResult outcome = co_await tool->run(std::move(call), std::move(arguments), std::move(progress));
  if (outcome.is_error) co_return failed_tool(outcome.text);
  Json content = Json::array();
  if (!outcome.text.empty()) content.push_back(text_block(outcome.text));
  for (auto& link : outcome.links) content.push_back(std::move(link));
  Json result = Json::object();
  result["content"] = std::move(content);
  result["structuredContent"] = std::move(outcome.structured);
  result["isError"] = false;
  co_return result;
}

Task<Json> Server::read_resource(Json params, Call call) const {
  const std::string uri = text_of(params, "uri");
  const auto is_it = [&](const Resource& one) { return matches(one.uri, uri); };
  std::optional<Content> content;
  if (std::any_of(offer_.resources.begin(), offer_.resources.end(), is_it) ||
      std::any_of(offer_.templates.begin(), offer_.templates.end(), is_it))
    content = co_await offer_.read(std::move(call), uri);
  if (!content) throw RpcFailure(kInvalidParams, "there is no resource " + uri, 400, Json{{"uri", uri}});
  Json one{
      {"uri", uri}, {"mimeType", content->mime_type}, {content->is_binary ? "blob" : "text", content->text}};
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

Json Server::get_prompt(const Json& params) const {
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
  messages.push_back({{"role", "user"}, {"content", text_block(prompt->text(arguments))}});
  return {{"description", prompt->description}, {"messages", std::move(messages)}};
}

}  // namespace flowyard::controller::mcp::protocol
