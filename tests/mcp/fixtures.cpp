#include "tests/mcp/fixtures.hpp"

#include <utility>

#include "common/async/event.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

// The smallest PNG and WAV there are: one pixel; no samples.
constexpr const char* kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
constexpr const char* kWav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

Json image() {
  return {{"type", "image"}, {"data", kPng}, {"mimeType", "image/png"}};
}
Json audio() {
  return {{"type", "audio"}, {"data", kWav}, {"mimeType", "audio/wav"}};
}
Json embedded(const std::string& uri) {
  return {{"type", "resource"},
          {"resource", {{"uri", uri}, {"mimeType", "text/plain"}, {"text", "content of " + uri}}}};
}

Tool tool(const char* name, std::string text, std::vector<Json> blocks, bool is_error = false) {
  return fixture(name, [text, blocks, is_error](Call, Progress) -> Task<ToolResult> {
    ToolResult result;
    result.text = text;
    result.links = blocks;
    result.is_error = is_error;
    co_return result;
  });
}

Tool tool_with_progress() {
  return fixture("test_tool_with_progress", [](Call, Progress progress) -> Task<ToolResult> {
    for (const double done : {0.0, 50.0, 100.0}) co_await progress(done, 100, "under way");
    co_return saying("done");
  });
}

Tool tool_with_logging(const char* name) {
  return fixture(name, [](Call call, Progress) -> Task<ToolResult> {
    for (const char* text : {"begun", "under way", "done"}) co_await log(call, "info", text);
    co_return saying("three messages were sent to whoever wanted them");
  });
}

// Keywords of JSON Schema that have to survive being listed.
Tool tool_with_rich_schema() {
  Tool one = tool("json_schema_2020_12_tool", "taken", {});
  one.input = Json::parse(R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                          "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                   "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                   "phone": {"type": "string"}, "email": {"type": "string"}},
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": false})");
  return one;
}

Prompt prompt(const char* name, std::vector<Prompt::Argument> arguments) {
  Prompt one;
  one.name = name;
  one.description = std::string("Fixture ") + name;
  one.arguments = std::move(arguments);
  one.text = [](Call, Prompt::Arguments given) -> Task<std::string> {
    std::string text = "A prompt";
    for (const auto& [key, value] : given) text += ", " + key + ": " + value;
    co_return text;
  };
  return one;
}

Resource resource(const char* uri, const char* mime_type) {
  return {.uri = uri, .name = uri, .title = uri, .description = "Fixture", .mime_type = mime_type};
}

Task<std::optional<Content>> read(Call, std::string uri) {
  if (uri == "test://static-binary")
    co_return Content{.mime_type = "image/png", .text = kPng, .is_binary = true};
  co_return Content{.mime_type = "text/plain", .text = "content of " + uri};
}

Task<std::vector<std::string>> complete(Call, std::string, std::string begin) {
  co_return std::vector<std::string>{begin + "1", begin + "2"};
}

// Changes that a tool of the server itself makes.
struct Changes {
  explicit Changes(const async::Executor& executor) : happened(executor) {}
  async::Event happened;
  int tools = 0, prompts = 0;
};

Task<> watch(std::shared_ptr<Changes> changes, std::function<Task<>(Change)> tell) {
  auto seen_tools = changes->tools, seen_prompts = changes->prompts;
  const Change of_tools{.kind = Change::Kind::Tools}, of_prompts{.kind = Change::Kind::Prompts};
  for (;;) {
    co_await changes->happened.wait_past(changes->happened.version());
    if (std::exchange(seen_tools, changes->tools) != changes->tools) co_await tell(of_tools);
    if (std::exchange(seen_prompts, changes->prompts) != changes->prompts) co_await tell(of_prompts);
  }
}

Tool trigger(const char* name, std::shared_ptr<Changes> changes, int Changes::*count) {
  return fixture(name, [changes, count](Call, Progress) -> Task<ToolResult> {
    ++((*changes).*count);
    changes->happened.notify();
    co_return saying("changed");
  });
}

Prompt prompt_that_asks() {
  Prompt one = prompt("test_input_required_result_prompt", {});
  one.text = [](Call call, Prompt::Arguments) -> Task<std::string> {
    Questions questions{form("user_context", "What is this about?", {{"context", {{"type", "string"}}}})};
    const Answers answers = co_await ask(call, std::move(questions));
    co_return "A prompt about " + answers.at("user_context").dump();
  };
  return one;
}

}  // namespace

Tool fixture(const char* name, std::function<Task<ToolResult>(Call, Progress)> run) {
  Tool one;
  one.name = name;
  one.description = std::string("Fixture ") + name;
  one.input = {{"type", "object"}, {"properties", Json::object()}};
  one.output = {{"type", "object"}};
  one.run = [run](Call call, Json, Progress progress) { return run(std::move(call), std::move(progress)); };
  return one;
}

ToolResult saying(std::string text) {
  ToolResult result;
  result.text = std::move(text);
  return result;
}

Question form(const char* key, const char* message, Json properties) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
  Question question{.key = key, .method = "elicitation/create"};
  question.params = {{"mode", "form"}, {"message", message}, {"requestedSchema", std::move(schema)}};
  return question;
}

Offer fixtures(async::Executor executor) {
  Offer offer;
  offer.name = "fixtures";
  offer.version = "1";
  offer.tools = {
      tool("test_simple_text", "This is a simple text response for testing.", {}),
      tool("test_image_content", "", {image()}),
      tool("test_audio_content", "", {audio()}),
      tool("test_embedded_resource", "", {embedded("test://embedded-resource")}),
      tool("test_multiple_content_types",
           "Several kinds of content:", {image(), embedded("test://mixed-content-resource")}),
      tool("test_error_handling", "This tool intentionally returns an error for testing", {}, true),
      tool_with_progress(),
      tool_with_rich_schema(),
      tool_with_logging("test_tool_with_logging"),
      tool_with_logging("test_logging_tool")};
  for (auto tools : {asking_fixtures(), task_fixtures()})
    for (auto& one : tools) offer.tools.push_back(std::move(one));
  auto changes = std::make_shared<Changes>(executor);
  offer.tools.push_back(trigger("test_trigger_tool_change", changes, &Changes::tools));
  offer.tools.push_back(trigger("test_trigger_prompt_change", changes, &Changes::prompts));
  offer.changing = {.tools = true, .prompts = true};
  offer.watch = [changes](Call, Watched, std::function<Task<>(Change)> tell) {
    return watch(changes, std::move(tell));
  };
  offer.resources = {resource("test://static-text", "text/plain"),
                     resource("test://static-binary", "image/png"),
                     resource("test://watched-resource", "text/plain")};
  offer.templates = {resource("test://template/{id}/data", "text/plain")};
  offer.prompts = {
      prompt("test_simple_prompt", {}),
      prompt("test_prompt_with_arguments",
             {{.name = "arg1", .description = "First"}, {.name = "arg2", .description = "Second"}}),
      prompt("test_prompt_with_embedded_resource", {{.name = "resourceUri", .description = "Its uri"}}),
      prompt("test_prompt_with_image", {}), prompt_that_asks()};
  offer.prompts[2].before = [](const Prompt::Arguments& given) {
    return std::vector<Json>{embedded(given.at("resourceUri"))};
  };
  offer.prompts[3].before = [](const Prompt::Arguments&) { return std::vector<Json>{image()}; };
  offer.read = read;
  offer.complete = complete;
  return offer;
}

}  // namespace flowyard::controller::mcp::protocol
