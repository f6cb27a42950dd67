// The tools as they are listed, what they cost a reader's context, and how they speak of errors.
#include <fstream>
#include <sstream>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/mcp/endpoint.hpp"
#include "controller/mcp/protocol/http_endpoint.hpp"
#include "controller/mcp/protocol/schema_check.hpp"
#include "controller/mcp/tool_text.hpp"
#include "tests/support/run_task.hpp"

namespace flowyard::controller::mcp {
namespace {

using async::Task;
using ::testing::HasSubstr;
using ::testing::Not;

class McpTools : public ::testing::Test {
 protected:
  // A REST API that answers everything alike and remembers what it was asked.
  Handler rest() {
    return [this](http::Request request) -> Task<http::Response> {
      asked_.push_back(request);
      http::Response response;
      response.status = status_;
      response.body = body_;
      co_return response;
    };
  }
  protocol::ToolResult call(const std::string& name, Json arguments, protocol::Call call = {}) {
    for (auto& tool : offer(rest(), "1").tools) {
      if (tool.name != name) continue;
      EXPECT_THAT(protocol::faults_of(arguments, tool.input), testing::IsEmpty());
      const protocol::Tool::Progress silent = [](double, double, std::string) -> Task<> { co_return; };
      return test::run_task(io_, tool.run(std::move(call), std::move(arguments), silent));
    }
    ADD_FAILURE() << "there is no tool " << name;
    return {};
  }

  boost::asio::io_context io_;
  std::vector<http::Request> asked_;
  int status_ = 200;
  std::string body_ = "{}";
};

TEST_F(McpTools, AreFewAndFitAContext) {
  const auto tools = offer(rest(), "1").tools;
  EXPECT_LE(tools.size(), 20u);
  protocol::HttpEndpoint endpoint(io_.get_executor(), offer(rest(), "1"));
  http::Request request;
  request.method = http::Method::Post;
  request.headers.set("MCP-Protocol-Version", protocol::kLegacyVersion);
  request.body = R"({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})";
  const auto response = test::run_task(io_, endpoint.answer(std::move(request)));
  EXPECT_LE(response.body.size(), 32'000u);
  for (const auto& tool : tools) {
    EXPECT_GE(tool.description.size(), 40u) << tool.name;
    EXPECT_EQ(tool.output["type"], "object") << tool.name;
    EXPECT_EQ(tool.input["additionalProperties"], false) << tool.name;
    EXPECT_TRUE(tool.read_only || !tool.destructive || tool.input["properties"].contains("confirm"))
        << tool.name;
    for (const auto& [name, property] : tool.input["properties"].items())
      EXPECT_FALSE(property.value("description", "").empty()) << tool.name << "." << name;
  }
}

TEST_F(McpTools, AreInTheDocs) {
  std::ifstream file(FLOWYARD_DOCS_FOLDER "/mcp.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto& tool : offer(rest(), "1").tools)
    EXPECT_THAT(text.str(), HasSubstr("| `" + tool.name + "` |"));
  for (const auto& prompt : offer(rest(), "1").prompts)
    EXPECT_THAT(text.str(), HasSubstr("`" + prompt.name + "`"));
}

TEST_F(McpTools, AskRestAsWhoeverAskedThem) {
  protocol::Call as_ada;
  as_ada.request.headers.set("Authorization", "Bearer ada");
  as_ada.request.headers.set("Host", "yard.example");
  as_ada.request.arrived_at = "192.0.2.1";
  body_ = R"({"id": 3, "name": "n", "state": "succeeded", "scenarios": 1, "done": 1, "failed": 0})";
  call("experiment_status", {{"experiment", "a b"}}, as_ada);
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].target, "/api/v1/experiments/a%20b");
  EXPECT_EQ(asked_[0].headers.get("Authorization"), "Bearer ada");
  EXPECT_EQ(asked_[0].headers.get("Host"), "yard.example");
  EXPECT_EQ(asked_[0].arrived_at, "192.0.2.1");
}

TEST_F(McpTools, ChangeNothingForAClientThatIsReadOnly) {
  protocol::Call looking;
  looking.request.headers.set(RestClient::kAccess, "read-only");
  const auto result = call("experiment_submit", {{"experiment", "name: a"}, {"key", "k"}}, looking);
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, HasSubstr("read-only"));
  EXPECT_TRUE(asked_.empty());
  call("experiment_plan", {{"experiment", "name: a"}}, looking);
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(McpTools, SubmitByAKeyOfTheClient) {
  body_ = R"({"id": 3, "name": "n", "scenarios": 5})";
  const Json experiment{{"name", "n"}};
  const auto result =
      call("experiment_submit", {{"experiment", experiment}, {"key", "mine"}, {"files", {{"m.mdl", "x"}}}});
  EXPECT_FALSE(result.is_error);
  EXPECT_EQ(asked_[0].headers.get("Idempotency-Key"), "mine");
  const auto sent = Json::parse(asked_[0].body);
  EXPECT_THAT(sent["text"].get<std::string>(), HasSubstr("\"name\": \"n\""));
  EXPECT_EQ(sent["files"][0]["path"], "m.mdl");
}

TEST_F(McpTools, DeleteOnlyWhatIsNamedTwice) {
  body_ = R"({"id": 3, "name": "growth"})";
  auto result = call("experiment_delete", {{"experiment", "3"}, {"confirm", "3"}});
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, HasSubstr("confirm: \"growth\""));
  EXPECT_EQ(asked_.back().method, http::Method::Get);
  result = call("experiment_delete", {{"experiment", "3"}, {"confirm", "growth"}});
  EXPECT_FALSE(result.is_error);
  EXPECT_EQ(asked_.back().method, http::Method::Delete);
}

TEST_F(McpTools, TellEveryFaultAndWhatToCallNext) {
  status_ = 422;
  body_ =
      R"({"detail": "2 errors", "errors": [{"message": "no such key", "file": "experiment.yaml", "line": 3,
              "column": 1}, {"message": "no such model"}], "missing": [{"path": "m.mdl"}]})";
  const auto result = call("experiment_plan", {{"experiment", "x"}});
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, HasSubstr("experiment.yaml:3:1: no such key"));
  EXPECT_THAT(result.text, HasSubstr("the file 'm.mdl' is missing: give its content in files"));
  EXPECT_THAT(result.text, HasSubstr("flowyard://docs/experiments"));
}

TEST_F(McpTools, ShowAChartAsAnImage) {
  body_ = R"({"kind": "histogram", "of": "final", "unit": "people", "runs": 60, "is_sampled": false,
              "told": "final (people) over 60 runs", "image": "aW1hZ2U="})";
  const auto result = call("results_chart", {{"experiment", "growth"}, {"of", "final"}, {"where", "a > 1"}});
  EXPECT_EQ(asked_.back().target, "/api/v1/experiments/growth/chart?format=json&of=final&where=a%20%3E%201");
  EXPECT_EQ(result.text, "final (people) over 60 runs");
  EXPECT_FALSE(result.structured.contains("image"));
  EXPECT_EQ(result.structured["runs"], 60);
  ASSERT_EQ(result.links.size(), 1u);
  EXPECT_EQ(result.links[0], Json({{"type", "image"}, {"data", "aW1hZ2U="}, {"mimeType", "image/png"}}));
  status_ = 422;
  body_ = R"({"detail": "there is no outcome or series 'finl', did you mean 'final'?"})";
  const auto refused = call("results_chart", {{"experiment", "growth"}, {"of", "finl"}});
  EXPECT_TRUE(refused.is_error);
  EXPECT_THAT(refused.text, HasSubstr("did you mean 'final'?"));
}

TEST_F(McpTools, SpeakNoControlCharactersAndNeverTooLong) {
  body_ = "one\x1b[31m\ntwo\n";
  auto result = call("worker_log", {{"worker", "w"}, {"grep", "two"}});
  EXPECT_EQ(result.structured["matching"], 1);
  result = call("worker_log", {{"worker", "w"}});
  EXPECT_THAT(result.text, Not(HasSubstr("\x1b")));
  EXPECT_LE(bounded(std::string(100'000, 'x')).size(), kMostText);
  for (int i = 0; i < 9'000; ++i) body_ += "line " + std::to_string(i) + "\n";
  result = call("worker_log", {{"worker", "w"}, {"grep", "line 8999"}});
  EXPECT_EQ(result.structured["matching"], 1) << "the end of a long log is looked through, too";
  EXPECT_THAT(bounded_end(body_), HasSubstr("line 8999"));
  EXPECT_LE(bounded_end(body_).size(), kMostText);
  std::string lines;
  for (int i = 0; i < 10'000; ++i) lines += "line " + std::to_string(i) + "\n";
  EXPECT_THAT(bounded(lines), HasSubstr("ask for less"));
  EXPECT_LE(bounded(lines).size(), kMostText);
}

}  // namespace
}  // namespace flowyard::controller::mcp
