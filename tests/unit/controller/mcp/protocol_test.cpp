// The Model Context Protocol over HTTP, with a server that knows nothing of experiments.
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/mcp/protocol/http_endpoint.hpp"
#include "controller/mcp/protocol/schema_check.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::controller::mcp::protocol {
namespace {

using async::Task;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Task<ToolResult> add(Json arguments, Tool::Progress progress) {
  co_await progress(0, 2, "begun");
  co_await progress(0, 2, "no further");
  co_await progress(2, 2, "done");
  ToolResult result;
  result.structured = {{"sum", arguments["a"].get<double>() + arguments["b"].get<double>()}};
  result.text = "added";
  co_return result;
}

Task<std::string> greeting(Call, Prompt::Arguments given) {
  co_return "Greet " + given.at("who");
}

Offer an_offer() {
  Offer offer;
  offer.name = "test";
  offer.version = "1";
  const Json schema = Json::parse(
      R"({"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
          "required": ["a", "b"], "additionalProperties": false})");
  Tool tool;
  tool.name = "add";
  tool.input = schema;
  tool.output = {{"type", "object"}};
  tool.run = [](Call, Json arguments, Tool::Progress progress) {
    return add(std::move(arguments), std::move(progress));
  };
  const Audience with_pictures = [](const Call& call) { return call.has_extension("io.example/pictures"); };
  tool.meta = {{"picture", "test://picture"}};
  tool.meta_for = with_pictures;
  offer.tools = {tool};
  offer.resources = {
      {.uri = "test://a", .name = "a", .title = "", .description = "", .mime_type = "text/plain"},
      {.uri = "test://picture",
       .name = "picture",
       .title = "",
       .description = "",
       .mime_type = "image/png",
       .audience = with_pictures}};
  offer.templates = {
      {.uri = "test://n/{id}/x", .name = "x", .title = "", .description = "", .mime_type = "text/plain"}};
  offer.prompts = {{.name = "greet",
                    .title = "",
                    .description = "",
                    .arguments = {{.name = "who", .description = ""}},
                    .text = greeting}};
  offer.read = [](Call, std::string uri) -> Task<std::optional<Content>> {
    if (uri == "test://n/none/x") co_return std::nullopt;
    Content content{.mime_type = "text/plain", .text = "content of " + uri};
    if (uri == "test://picture") content.meta = {{"width", 3}};
    co_return content;
  };
  offer.complete = [](Call, std::string, std::string begin) -> Task<std::vector<std::string>> {
    co_return std::vector<std::string>(120, begin + "x");
  };
  return offer;
}

class Written final : public http::BodyWriter {
 public:
  Task<> write(std::string chunk) override {
    text += chunk;
    co_return;
  }
  std::string text;
};

class McpProtocol : public ::testing::Test {
 protected:
  http::Response send(const std::string& body, http::Headers headers = {}) {
    http::Request request;
    request.method = http::Method::Post;
    request.target = "/mcp";
    request.headers = std::move(headers);
    request.body = body;
    auto response = test::run_task(io_, endpoint_.answer(std::move(request)));
    if (response.stream) {
      Written written;
      test::run_task(io_, counted(response.stream(written)));
      response.body = written.text;
    }
    return response;
  }
  static Task<int> counted(Task<> task) {
    co_await std::move(task);
    co_return 0;
  }
  // A modern request, with the headers that repeat it.
  http::Response modern(const std::string& method, Json params = Json::object(), std::string name = "") {
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = kModernVersion;
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities_;
    const Json message{{"jsonrpc", "2.0"}, {"id", 0}, {"method", method}, {"params", params}};
    http::Headers headers{{"MCP-Protocol-Version", kModernVersion}, {"Mcp-Method", method}};
    if (!name.empty()) headers.set("Mcp-Name", name);
    return send(message.dump(), headers);
  }
  http::Response legacy(const std::string& method, const Json& params = Json::object()) {
    const Json message{{"jsonrpc", "2.0"}, {"id", "x"}, {"method", method}, {"params", params}};
    http::Headers headers{{"MCP-Protocol-Version", kLegacyVersion}};
    if (!session_.empty()) headers.set("MCP-Session-Id", session_);
    return send(message.dump(), headers);
  }
  // The answer, also where it came as the only event of a stream.
  static Json json(const http::Response& response) {
    const auto data = response.body.starts_with('{') ? response.body.npos : response.body.find("data: ");
    if (data == response.body.npos) return Json::parse(response.body);
    return Json::parse(response.body.substr(data + 6, response.body.find('\n', data) - data - 6));
  }
  static int code(const http::Response& response) { return json(response)["error"]["code"].get<int>(); }

  Json capabilities_ = Json::object();
  std::string session_;
  boost::asio::io_context io_;
  HttpEndpoint endpoint_{io_.get_executor(), an_offer()};
};

TEST_F(McpProtocol, RefusesWhatIsNoMessage) {
  EXPECT_EQ(code(send("{")), kParseError);
  EXPECT_EQ(code(send("[]")), kInvalidRequest);
  EXPECT_EQ(code(send(R"({"jsonrpc": "2.0", "id": null, "method": "ping"})")), kInvalidRequest);
  EXPECT_EQ(send("{").status, 400);
  EXPECT_FALSE(json(send("{")).contains("id"));
  http::Request get;
  get.target = "/mcp";
  EXPECT_EQ(test::run_task(io_, endpoint_.answer(std::move(get))).status, 405);
}

TEST_F(McpProtocol, RefusesWhatIsNestedTooDeep) {
  const auto with = [&](std::size_t levels) {
    return send(R"({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": )" +
                    std::string(levels, '[') + std::string(levels, ']') + "}}",
                {{"MCP-Protocol-Version", kLegacyVersion}});
  };
  EXPECT_EQ(json(with(90))["result"], Json::object());
  EXPECT_EQ(code(with(100)), kInvalidRequest);
  // So much would not fit the stack of whoever copies it.
  EXPECT_EQ(code(with(1'000'000)), kInvalidRequest);
}

TEST_F(McpProtocol, OpensWithAHandshakeBefore2026) {
  const auto result = json(legacy("initialize", {{"protocolVersion", "2025-11-25"}}))["result"];
  EXPECT_EQ(result["protocolVersion"], "2025-11-25");
  EXPECT_EQ(result["serverInfo"]["name"], "test");
  EXPECT_FALSE(result.contains("resultType"));
  EXPECT_EQ(json(legacy("initialize", {{"protocolVersion", "2025-06-18"}}))["result"]["protocolVersion"],
            "2025-06-18");
  EXPECT_EQ(json(legacy("initialize", {{"protocolVersion", "1999-01-01"}}))["result"]["protocolVersion"],
            "2025-11-25");
  EXPECT_EQ(json(legacy("ping"))["result"], Json::object());
  EXPECT_EQ(send(R"({"jsonrpc": "2.0", "method": "notifications/initialized"})",
                 {{"MCP-Protocol-Version", kLegacyVersion}})
                .status,
            202);
}

TEST_F(McpProtocol, IsStatelessSince2026) {
  const auto answer = json(modern("server/discover"));
  EXPECT_EQ(answer["id"], 0);
  EXPECT_THAT(answer["result"]["supportedVersions"], ElementsAre(kModernVersion));
  EXPECT_EQ(answer["result"]["resultType"], "complete");
  EXPECT_GT(answer["result"]["ttlMs"], 0);
  EXPECT_EQ(answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "test");
  for (const char* method : {"ping", "initialize", "nonsense"}) {
    const auto refused = modern(method);
    EXPECT_EQ(refused.status, 404) << method;
    EXPECT_EQ(code(refused), kMethodNotFound);
  }
}

TEST_F(McpProtocol, HoldsHeadersAgainstTheBody) {
  const std::string body =
      R"({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientCapabilities": {}}}})";
  EXPECT_EQ(send(body, {{"MCP-Protocol-Version", kModernVersion}, {"Mcp-Method", "tools/list"}}).status, 200);
  EXPECT_EQ(code(send(body)), kHeaderMismatch);
  EXPECT_EQ(code(send(body, {{"MCP-Protocol-Version", kModernVersion}})), kHeaderMismatch);
  EXPECT_EQ(code(send(body, {{"MCP-Protocol-Version", "2025-11-25"}, {"Mcp-Method", "tools/list"}})),
            kHeaderMismatch);
  EXPECT_EQ(code(send(R"({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})",
                      {{"MCP-Protocol-Version", kModernVersion}, {"Mcp-Method", "tools/list"}})),
            kInvalidParams);
  std::string other = body;
  other.replace(other.find("2026-07-28"), 10, "2027-01-01");
  const auto unknown = send(other, {{"MCP-Protocol-Version", "2027-01-01"}, {"Mcp-Method", "tools/list"}});
  EXPECT_EQ(code(unknown), kUnsupportedVersion);
  EXPECT_EQ(json(unknown)["error"]["data"]["requested"], "2027-01-01");
  EXPECT_EQ(code(modern("tools/call", {{"name", "add"}}, "other")), kHeaderMismatch);
  EXPECT_EQ(modern("tools/call", {{"name", "add"}}, "=?base64?YWRk?=").status, 200);
}

TEST_F(McpProtocol, CallsATool) {
  const auto answer =
      json(modern("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}, {"b", 2}}}}, "add"))["result"];
  EXPECT_EQ(answer["structuredContent"]["sum"], 3);
  EXPECT_EQ(answer["content"][0]["text"], "added");
  const auto wrong =
      json(legacy("tools/call", {{"name", "add"}, {"arguments", {{"a", "1"}, {"c", 2}}}}))["result"];
  EXPECT_TRUE(wrong["isError"].get<bool>());
  const auto text = wrong["content"][0]["text"].get<std::string>();
  EXPECT_THAT(text, HasSubstr("'b' is missing"));
  EXPECT_THAT(text, HasSubstr("'a' must be number"));
  EXPECT_THAT(text, HasSubstr("there is no 'c'"));
  EXPECT_EQ(code(legacy("tools/call", {{"name", "nope"}})), kInvalidParams);
  EXPECT_EQ(legacy("tools/call", {{"name", "nope"}}).status, 200) << "an answer as any other, before 2026";
}

TEST_F(McpProtocol, TellsProgressAheadOfTheAnswer) {
  const auto response =
      legacy("tools/call",
             {{"name", "add"}, {"arguments", {{"a", 1}, {"b", 2}}}, {"_meta", {{"progressToken", "t"}}}});
  EXPECT_EQ(response.headers.get("Content-Type"), "text/event-stream");
  std::vector<Json> messages;
  for (std::size_t at = response.body.find("data: "); at != std::string::npos;
       at = response.body.find("data: ", at + 1))
    messages.push_back(Json::parse(response.body.substr(at + 6, response.body.find('\n', at) - at - 6)));
  ASSERT_EQ(messages.size(), 3u) << "progress only ever increases";
  EXPECT_EQ(messages[0]["params"]["progress"], 0);
  EXPECT_EQ(messages[1]["params"]["progress"], 2);
  EXPECT_EQ(messages[1]["params"]["progressToken"], "t");
  EXPECT_EQ(messages[2]["result"]["structuredContent"]["sum"], 3);
}

TEST_F(McpProtocol, ReadsResourcesByNameAndByTemplate) {
  EXPECT_EQ(json(legacy("resources/read", {{"uri", "test://a"}}))["result"]["contents"][0]["text"],
            "content of test://a");
  EXPECT_EQ(json(modern("resources/read", {{"uri", "test://n/7/x"}}, "test://n/7/x"))["result"]["ttlMs"], 0);
  for (const char* uri : {"test://b", "test://n/7/8/x", "test://n/none/x"}) {
    const auto refused = legacy("resources/read", {{"uri", uri}});
    EXPECT_EQ(code(refused), -32002) << uri << ": by the older specifications";
    EXPECT_EQ(json(refused)["error"]["data"]["uri"], uri);
  }
  EXPECT_EQ(code(legacy("resources/list", {{"cursor", "z"}})), kInvalidParams);
}

TEST_F(McpProtocol, ShowsToSomeClientsWhatOthersDoNotSee) {
  const Json picture{{"uri", "test://picture"}};
  const auto shown = [&](auto ask) {
    const Json tools = json(ask("tools/list", Json::object(), ""))["result"],
               resources = json(ask("resources/list", Json::object(), ""))["result"]["resources"],
               read = json(ask("resources/read", picture, "test://picture"));
    const bool is_shown = tools["tools"][0].contains("_meta");
    EXPECT_EQ(resources.size(), is_shown ? 2u : 1u);
    EXPECT_EQ(read.contains("result"), is_shown);
    if (is_shown) {
      EXPECT_EQ(tools["tools"][0]["_meta"]["picture"], "test://picture");
      EXPECT_EQ(read["result"]["contents"][0]["_meta"]["width"], 3);
    }
    if (tools.contains("cacheScope")) {
      EXPECT_EQ(tools["cacheScope"], "private");
    }
    return is_shown;
  };
  const auto by_modern = [&](auto... request) { return modern(request...); };
  const auto by_legacy = [&](const char* method, const Json& params, const char*) {
    return legacy(method, params);
  };
  const auto shake_hands = [&] {
    session_.clear();
    const auto opened =
        legacy("initialize", {{"protocolVersion", "2025-11-25"}, {"capabilities", capabilities_}});
    session_ = opened.headers.get("MCP-Session-Id");
    ASSERT_FALSE(session_.empty());
  };
  shake_hands();
  EXPECT_FALSE(shown(by_modern));
  EXPECT_FALSE(shown(by_legacy));
  capabilities_["extensions"]["io.example/other"] = Json::object();
  shake_hands();
  EXPECT_FALSE(shown(by_modern));
  EXPECT_FALSE(shown(by_legacy));
  capabilities_["extensions"]["io.example/pictures"] = Json::object();
  EXPECT_TRUE(shown(by_modern));
  EXPECT_FALSE(shown(by_legacy)) << "a session has what was declared at its beginning";
  shake_hands();
  EXPECT_TRUE(shown(by_legacy));
}

TEST_F(McpProtocol, BearsWhatNobodyWouldSend) {
  const std::string id(200'000, 'a');
  EXPECT_EQ(json(legacy("resources/read", {{"uri", "test://n/" + id + "/x"}}))["result"]["contents"].size(),
            1u);
  EXPECT_EQ(code(legacy("resources/read", {{"uri", "test://n/" + id + "/y"}})), -32002);
  EXPECT_EQ(code(send(R"({"jsonrpc": "2.0", "id": 1, "method": 5})")), kInvalidRequest);
  EXPECT_EQ(code(legacy("initialize", {{"protocolVersion", 5}})), kInvalidParams);
  EXPECT_EQ(
      code(legacy("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}, {"b", 2}}}, {"_meta", "x"}})),
      kInvalidParams);
  EXPECT_EQ(code(legacy("prompts/get", {{"name", "greet"}, {"arguments", 3}})), kInvalidParams);
  EXPECT_EQ(code(legacy("tools/call", Json::array())), kInvalidParams);
  EXPECT_EQ(code(send(std::string(100'000, '['))), kInvalidRequest);
}

TEST_F(McpProtocol, GivesPromptsAndCompletions) {
  const auto prompt =
      json(legacy("prompts/get", {{"name", "greet"}, {"arguments", {{"who", "Ada"}}}}))["result"];
  EXPECT_EQ(prompt["messages"][0]["content"]["text"], "Greet Ada");
  EXPECT_EQ(code(legacy("prompts/get", {{"name", "greet"}})), kInvalidParams);
  const auto completion =
      json(legacy("completion/complete", {{"ref", {{"type", "ref/prompt"}, {"name", "greet"}}},
                                          {"argument", {{"name", "who"}, {"value", "A"}}}}));
  EXPECT_EQ(completion["result"]["completion"]["values"].size(), 100u);
  EXPECT_TRUE(completion["result"]["completion"]["hasMore"].get<bool>());
}

TEST(SchemaCheck, TellsAllFaultsWithTheirPlaces) {
  const Json schema = Json::parse(
      R"({"type": "object", "required": ["n"], "additionalProperties": false, "properties": {
          "n": {"type": "integer", "minimum": 1, "maximum": 5}, "w": {"type": "string", "enum": ["a", "b"]},
          "l": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}},
          "o": {"anyOf": [{"type": "string"}, {"type": "null"}]}}})");
  EXPECT_THAT(faults_of(Json::parse(R"({"n": 2, "w": "a", "l": [{"x": 1.5}], "o": null})"), schema),
              IsEmpty());
  EXPECT_THAT(faults_of(Json::parse(R"({"n": 2.0})"), schema), IsEmpty());
  EXPECT_THAT(faults_of(Json::parse(R"({"n": 9, "w": "c", "l": [{"x": "y"}], "o": 1, "N": 1})"), schema),
              ElementsAre(HasSubstr("'n' must be at most 5"), HasSubstr("'w' must be one of"),
                          HasSubstr("'l[0].x' must be number"), HasSubstr("'o' must be string or null"),
                          HasSubstr("there is no 'N', did you mean 'n'?")));
  EXPECT_THAT(faults_of(Json::parse("{}"), schema), ElementsAre("'n' is missing"));
  EXPECT_THAT(faults_of(Json(3), schema), ElementsAre("the arguments must be object, not 3"));
}

}  // namespace
}  // namespace flowyard::controller::mcp::protocol
