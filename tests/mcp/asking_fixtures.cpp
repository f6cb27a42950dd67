// Tools that want to know something of the client's user, model or folders.
#include "tests/mcp/fixtures.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

const Json kText{{"type", "string"}};

Question sampling(const char* key, const std::string& prompt) {
  const Json message{{"role", "user"}, {"content", {{"type", "text"}, {"text", prompt}}}};
  Question question{.key = key, .method = "sampling/createMessage"};
  question.params = {{"messages", Json::array({message})}, {"maxTokens", 100}};
  return question;
}

Question roots(const char* key) {
  return {.key = key, .method = "roots/list"};
}

Question name_form(const char* key) {
  return form(key, "What is your name?", {{"name", kText}});
}

// A tool that asks all of these and says what it was answered.
Tool asking(const char* name, Questions questions) {
  return fixture(name, [questions](Call call, Progress) -> Task<ToolResult> {
    const Answers answers = co_await ask(call, questions);
    std::string text = "state-ok.";
    for (const auto& [key, answer] : answers) {
      const std::string action = answer.value("action", ""), content = answer.value("content", Json()).dump();
      text += " " + key + ": action=" + action + ", content=" + content;
      if (answer.contains("roots")) text += answer["roots"].dump();
    }
    co_return saying(text);
  });
}

// The same with a text of the caller in the question.
Tool asking_with(const char* name, const char* argument, std::function<Question(std::string)> question) {
  Tool one = fixture(name, {});
  one.input["properties"][argument] = kText;
  one.run = [argument, question](Call call, Json arguments, Progress) -> Task<ToolResult> {
    Questions questions{question(arguments.value(argument, ""))};
    const Answers answers = co_await ask(call, std::move(questions));
    co_return saying("The answer: " + answers.begin()->second.dump());
  };
  return one;
}

Tool multi_round() {
  return fixture("test_input_required_result_multi_round", [](Call call, Progress) -> Task<ToolResult> {
    Questions first{form("step1", "Step 1: What is your name?", {{"name", kText}})};
    const Answers name = co_await ask(call, std::move(first));
    Questions second{form("step2", "Step 2: What is your favorite color?", {{"color", kText}})};
    const Answers color = co_await ask(call, std::move(second));
    co_return saying(name.at("step1").dump() + color.at("step2").dump());
  });
}

// Asks only for what the client can give.
Tool capabilities() {
  return fixture("test_input_required_result_capabilities", [](Call call, Progress) -> Task<ToolResult> {
    Questions questions;
    if (call.can("elicitation")) questions.push_back(name_form("user_name"));
    if (call.can("sampling")) questions.push_back(sampling("greeting", "Generate a greeting"));
    const Answers answers = co_await ask(call, std::move(questions));
    co_return saying(std::to_string(answers.size()) + " answers");
  });
}

Json option(const char* value, const char* title) {
  return {{"const", value}, {"title", title}};
}

Json enums() {
  const Json options = Json::array({"option1", "option2", "option3"});
  const Json titled = Json::array({option("value1", "First Option"), option("value2", "Second Option"),
                                   option("value3", "Third Option")});
  return {{"untitledSingle", {{"type", "string"}, {"enum", options}}},
          {"titledSingle", {{"type", "string"}, {"oneOf", titled}}},
          {"legacyEnum",
           {{"type", "string"},
            {"enum", {"opt1", "opt2", "opt3"}},
            {"enumNames", {"Option One", "Option Two", "Option Three"}}}},
          {"untitledMulti", {{"type", "array"}, {"items", {{"type", "string"}, {"enum", options}}}}},
          {"titledMulti", {{"type", "array"}, {"items", {{"anyOf", titled}}}}}};
}

Json defaults() {
  return {
      {"name", {{"type", "string"}, {"default", "John Doe"}}},
      {"age", {{"type", "integer"}, {"default", 30}}},
      {"score", {{"type", "number"}, {"default", 95.5}}},
      {"status", {{"type", "string"}, {"enum", {"active", "inactive", "pending"}}, {"default", "active"}}},
      {"verified", {{"type", "boolean"}, {"default", true}}}};
}

// A form none of whose fields has to be filled in.
Question optional_form(const char* key, Json properties) {
  Question question = form(key, "Please look at these", std::move(properties));
  question.params["requestedSchema"].erase("required");
  return question;
}

}  // namespace

std::vector<Tool> asking_fixtures() {
  const Json is_ok{{"ok", {{"type", "boolean"}}}};
  return {
      asking("test_missing_capability", {sampling("question", "Anything")}),
      asking("test_streaming_elicitation", {name_form("user_name")}),
      asking_with("test_sampling", "prompt",
                  [](const std::string& text) { return sampling("answer", text); }),
      asking_with("test_elicitation", "message",
                  [](const std::string& text) {
                    return form("user", text.c_str(), {{"username", kText}, {"email", kText}});
                  }),
      asking("test_elicitation_sep1034_defaults", {optional_form("user", defaults())}),
      asking("test_elicitation_sep1330_enums", {optional_form("choice", enums())}),
      asking("test_input_required_result_elicitation", {name_form("user_name")}),
      asking("test_input_required_result_sampling",
             {sampling("capital_question", "What is the capital of France?")}),
      asking("test_input_required_result_list_roots", {roots("client_roots")}),
      asking("test_input_required_result_request_state", {form("confirm", "Please confirm", is_ok)}),
      asking("test_input_required_result_multiple_inputs",
             {name_form("user_name"), sampling("greeting", "Generate a greeting"), roots("client_roots")}),
      asking("test_input_required_result_tampered_state", {form("confirm", "Please confirm", is_ok)}),
      multi_round(),
      capabilities()};
}

}  // namespace flowyard::controller::mcp::protocol
