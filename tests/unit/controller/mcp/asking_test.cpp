// What needs a second message: questions to the client, sessions, tasks, and news of changes.
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/async/task_group.hpp"
#include "controller/mcp/protocol/http_endpoint.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::controller::mcp::protocol {
namespace {

using async::Task;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Question confirmation() {
  Question question{.key = "sure", .method = "elicitation/create"};
  question.params = Json::parse(R"({"message": "Sure?", "requestedSchema": {
      "type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]}})");
  return question;
}

Task<ToolResult> confirm(Call call, Json, Progress) {
  Questions questions{confirmation()};
  const Answers answers = co_await ask(call, std::move(questions));
  ToolResult result;
  result.text = dump(answers.at("sure"));
  co_return result;
}

Task<ToolResult> confirm_later(Call, Json, Progress) {
  ToolResult result;
  result.later = [](Call call, Progress told) { return confirm(std::move(call), {}, std::move(told)); };
  co_return result;
}

Task<ToolResult> never_end(Call, Json, Progress) {
  co_await async::sleep_for(std::chrono::hours(1));
  co_return ToolResult();
}

Tool tool(const char* name, Task<ToolResult> (*run)(Call, Json, Progress)) {
  Tool one;
  one.name = name;
  one.input = {{"type", "object"}};
  one.output = {{"type", "object"}};
  one.run = run;
  return one;
}

class Written final : public http::BodyWriter {
 public:
  explicit Written(const async::Executor& executor) : more(executor) {}
  Task<> write(std::string chunk) override {
    for (std::size_t at = chunk.find("data: "); at != std::string::npos; at = chunk.find("data: ", at + 1))
      messages.push_back(Json::parse(chunk.substr(at + 6, chunk.find('\n', at) - at - 6)));
    more.notify();
    co_return;
  }
  // The message with that index, once it is there.
  Task<Json> message(std::size_t index) {
    while (messages.size() <= index) co_await more.wait_past(more.version());
    co_return messages[index];
  }
  std::vector<Json> messages;
  async::Event more;
};

class McpConversation : public ::testing::Test {
 protected:
  McpConversation() : happened_(io_.get_executor()), endpoint_(io_.get_executor(), offer()) {}

  Offer offer() {
    Offer offer;
    offer.name = "test";
    offer.tools = {tool("confirm", confirm), tool("confirm_later", confirm_later),
                   tool("never_end", never_end)};
    offer.changing = {.resources = true};
    offer.watch = [this](Call, Watched, std::function<Task<>(Change)> tell) {
      return watch(std::move(tell));
    };
    return offer;
  }
  Task<> watch(std::function<Task<>(Change)> tell) {
    const Change list{.kind = Change::Kind::Resources}, a{.uri = "test://a"}, b{.uri = "test://b"};
    for (;;) {
      co_await happened_.wait_past(happened_.version());
      co_await tell(list);
      co_await tell(a);
      co_await tell(b);
    }
  }
  Task<http::Response> post(Json message, http::Headers headers) {
    http::Request request;
    request.method = http::Method::Post;
    request.headers = std::move(headers);
    request.headers.set("Authorization", "Bearer " + token_);
    request.body = dump(message);
    co_return co_await endpoint_.answer(std::move(request));
  }
  static Json message_of(const std::string& method, Json params) {
    return {{"jsonrpc", "2.0"}, {"id", 7}, {"method", method}, {"params", std::move(params)}};
  }
  Task<http::Response> modern(std::string method, Json params) {
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = kModernVersion;
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = client_;
    http::Headers headers{{"MCP-Protocol-Version", kModernVersion}, {"Mcp-Method", method}};
    const Json message = message_of(method, params);
    headers.set("Mcp-Name", Server::subject_of(message));
    co_return co_await post(message, headers);
  }
  // Calls a tool that answers with more than an error.
  Task<Json> call(std::string name, Json more = Json::object()) {
    more["name"] = name;
    const auto response = co_await modern("tools/call", std::move(more));
    co_return Json::parse(response.body);
  }
  Task<std::string> open_session() {
    Json params{{"protocolVersion", kLegacyVersion}, {"capabilities", {{"elicitation", Json::object()}}}};
    const Json opening = message_of("initialize", std::move(params));
    const http::Headers none;
    const auto response = co_await post(opening, none);
    co_return std::string(response.headers.get("MCP-Session-Id"));
  }
  Task<http::Response> legacy(std::string session, Json message) {
    http::Headers headers{{"MCP-Session-Id", session}, {"MCP-Protocol-Version", kLegacyVersion}};
    co_return co_await post(std::move(message), std::move(headers));
  }
  static Task<> pump(http::Response response, Written& written) { co_await response.stream(written); }
  void run(Task<> script) { test::run_task(io_, std::move(script)); }

  boost::asio::io_context io_;
  async::Event happened_;
  std::string token_ = "mine";
  Json client_ = {{"elicitation", Json::object()}};
  HttpEndpoint endpoint_;
};

const Json kYes = Json::parse(R"({"sure": {"action": "accept", "content": {"yes": true}}})");

TEST_F(McpConversation, AskingEndsACallWhichIsRepeatedWithTheAnswer) {
  const auto script = [this]() -> Task<> {
    const Json first = (co_await call("confirm"))["result"];
    EXPECT_EQ(first["resultType"], "input_required");
    EXPECT_EQ(first["inputRequests"]["sure"]["method"], "elicitation/create");
    const Json bad{{"inputResponses", {{"sure", {{"action", "accept"}, {"content", {{"yes", 3}}}}}}},
                   {"requestState", first["requestState"]}};
    const Json second = (co_await call("confirm", bad))["result"];
    EXPECT_EQ(second["resultType"], "input_required") << "a form that is filled in wrong is asked again";
    const Json good{{"inputResponses", kYes}, {"requestState", second["requestState"]}};
    const Json last = co_await call("confirm", good);
    EXPECT_THAT(last["result"]["content"][0]["text"].get<std::string>(), HasSubstr("true"));
    const Json again = co_await call("confirm", good);
    EXPECT_EQ(again["error"]["code"], kInvalidParams) << "a state is good for once";
  };
  run(script());
}

TEST_F(McpConversation, AStateIsOfOneCallOfOneClient) {
  const auto script = [this]() -> Task<> {
    const Json state = (co_await call("confirm"))["result"]["requestState"];
    const Json other{{"inputResponses", kYes}, {"requestState", state}, {"arguments", {{"x", 1}}}};
    const Json with_other_arguments = co_await call("confirm", other);
    EXPECT_EQ(with_other_arguments["error"]["code"], kInvalidParams);
    token_ = "somebody else's";
    const Json mine{{"inputResponses", kYes}, {"requestState", state}};
    const Json of_another = co_await call("confirm", mine);
    EXPECT_EQ(of_another["error"]["code"], kInvalidParams);
    token_ = "mine";
    const Json without{{"inputResponses", kYes}};
    const Json unasked = (co_await call("confirm", without))["result"];
    EXPECT_EQ(unasked["resultType"], "input_required") << "an answer to what was never asked is none";
  };
  run(script());
}

TEST_F(McpConversation, WhoCannotBeAskedIsToldWhatIsMissing) {
  const auto script = [this]() -> Task<> {
    client_ = Json::object();
    const Json answer = co_await call("confirm");
    EXPECT_EQ(answer["error"]["code"], kMissingCapability);
    EXPECT_TRUE(answer["error"]["data"]["requiredCapabilities"].contains("elicitation"));
  };
  run(script());
}

TEST_F(McpConversation, ASessionIsAskedWhileItsCallRuns) {
  const auto script = [this]() -> Task<> {
    const auto session = co_await open_session();
    const Json question = message_of("tools/call", {{"name", "confirm"}});
    auto response = co_await legacy(session, question);
    Written written(io_.get_executor());
    async::TaskGroup streams(io_.get_executor());
    streams.spawn("stream", pump(std::move(response), written));
    const Json asked = co_await written.message(0);
    EXPECT_EQ(asked["method"], "elicitation/create");
    const Json answer{{"jsonrpc", "2.0"}, {"id", asked["id"]}, {"result", kYes["sure"]}};
    const auto accepted = co_await legacy(session, answer);
    EXPECT_EQ(accepted.status, 202);
    const Json last = co_await written.message(1);
    EXPECT_EQ(last["id"], 7);
    EXPECT_THAT(last["result"]["content"][0]["text"].get<std::string>(), HasSubstr("true"));
    co_await streams.join();
  };
  run(script());
}

TEST_F(McpConversation, ACallOfASessionIsCancelledByItsId) {
  const auto script = [this]() -> Task<> {
    const auto session = co_await open_session();
    const Json begun = message_of("tools/call", {{"name", "never_end"}});
    auto response = co_await legacy(session, begun);
    Written written(io_.get_executor());
    async::TaskGroup streams(io_.get_executor());
    streams.spawn("stream", pump(std::move(response), written));
    Json cancelled = notification("notifications/cancelled", Json{{"requestId", 7}});
    co_await legacy(session, std::move(cancelled));
    co_await streams.join();
    EXPECT_TRUE(written.messages.empty());
  };
  run(script());
}

TEST_F(McpConversation, ASessionEndsAndIsNobodyElses) {
  const auto script = [this]() -> Task<> {
    const auto session = co_await open_session();
    const Json ping = message_of("ping", Json::object());
    const auto there = co_await legacy(session, ping);
    EXPECT_EQ(there.status, 200);
    token_ = "somebody else's";
    const auto of_another = co_await legacy(session, ping);
    EXPECT_EQ(of_another.status, 404);
    token_ = "mine";
    http::Request end;
    end.method = http::Method::Delete;
    end.headers = {{"MCP-Session-Id", session}, {"Authorization", "Bearer mine"}};
    const auto ended = co_await endpoint_.answer(std::move(end));
    EXPECT_EQ(ended.status, 204);
    const auto gone = co_await legacy(session, ping);
    EXPECT_EQ(gone.status, 404);
  };
  run(script());
}

TEST_F(McpConversation, ASessionHearsOfWhatItSubscribedTo) {
  const auto script = [this]() -> Task<> {
    const auto session = co_await open_session();
    http::Request get;
    get.headers = {{"MCP-Session-Id", session}, {"Authorization", "Bearer mine"}};
    auto response = co_await endpoint_.answer(std::move(get));
    Written written(io_.get_executor());
    async::TaskGroup streams(io_.get_executor());
    streams.spawn("stream", pump(std::move(response), written));
    const Json subscription = message_of("resources/subscribe", {{"uri", "test://b"}});
    co_await legacy(session, subscription);
    co_await test::let_others_run();
    happened_.notify();
    const Json list = co_await written.message(0), content = co_await written.message(1);
    EXPECT_EQ(list["method"], "notifications/resources/list_changed");
    EXPECT_EQ(content["method"], "notifications/resources/updated");
    EXPECT_EQ(content["params"]["uri"], "test://b");
    streams.cancel();
    co_await streams.join();
    EXPECT_EQ(written.messages.size(), 2u) << "nobody asked for test://a";
  };
  run(script());
}

TEST_F(McpConversation, AListenerHearsOnlyWhatItAskedFor) {
  const auto script = [this]() -> Task<> {
    const Json wanted{{"toolsListChanged", true}, {"resourceSubscriptions", {"test://a"}}};
    const Json filter{{"notifications", wanted}};
    auto response = co_await modern("subscriptions/listen", filter);
    Written written(io_.get_executor());
    async::TaskGroup streams(io_.get_executor());
    streams.spawn("stream", pump(std::move(response), written));
    const Json accepted = co_await written.message(0);
    EXPECT_EQ(accepted["method"], "notifications/subscriptions/acknowledged");
    EXPECT_FALSE(accepted["params"]["notifications"].contains("toolsListChanged")) << "they never change";
    co_await test::let_others_run();
    happened_.notify();
    const Json told = co_await written.message(1);
    EXPECT_EQ(told["params"]["uri"], "test://a");
    EXPECT_EQ(told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 7);
    streams.cancel();
    co_await streams.join();
    EXPECT_EQ(written.messages.size(), 2u);
  };
  run(script());
}

TEST_F(McpConversation, WhatTakesLongIsATaskForWhoKnowsOfTasks) {
  const auto script = [this]() -> Task<> {
    client_["extensions"][kTasksExtension] = Json::object();
    const Json created = (co_await call("confirm_later"))["result"];
    EXPECT_EQ(created["resultType"], "task");
    const Json by_id{{"taskId", created["taskId"]}};
    Json state = Json::object();
    while (state.value("status", "") != "input_required") {
      co_await test::let_others_run();
      state = Json::parse((co_await modern("tasks/get", by_id)).body)["result"];
    }
    EXPECT_TRUE(state["inputRequests"].contains("sure"));
    Json answer = by_id;
    answer["inputResponses"] = kYes;
    co_await modern("tasks/update", answer);
    while (state.value("status", "") != "completed") {
      co_await test::let_others_run();
      state = Json::parse((co_await modern("tasks/get", by_id)).body)["result"];
    }
    EXPECT_THAT(state["result"]["content"][0]["text"].get<std::string>(), HasSubstr("true"));
    token_ = "somebody else's";
    const auto of_another = Json::parse((co_await modern("tasks/get", by_id)).body);
    EXPECT_EQ(of_another["error"]["code"], kInvalidParams);
    co_await endpoint_.close();
  };
  run(script());
}

TEST_F(McpConversation, ATaskIsCancelled) {
  const auto script = [this]() -> Task<> {
    client_["extensions"][kTasksExtension] = Json::object();
    const Json created = (co_await call("confirm_later"))["result"];
    const Json by_id{{"taskId", created["taskId"]}};
    const auto cancelled = Json::parse((co_await modern("tasks/cancel", by_id)).body)["result"];
    EXPECT_EQ(cancelled["resultType"], "complete");
    Json state = Json::object();
    while (state.value("status", "") != "cancelled") {
      co_await test::let_others_run();
      state = Json::parse((co_await modern("tasks/get", by_id)).body)["result"];
    }
    EXPECT_FALSE(state.contains("result"));
    client_.erase("extensions");
    const auto undeclared = Json::parse((co_await modern("tasks/get", by_id)).body);
    EXPECT_EQ(undeclared["error"]["code"], kMissingCapability);
    co_await endpoint_.close();
  };
  run(script());
}

}  // namespace
}  // namespace flowyard::controller::mcp::protocol
