// A server of the Model Context Protocol with what its conformance suite asks for by name, for that suite
// alone.
//
//   mcp_fixture_server      listens on a port of 127.0.0.1 that it prints, until it is ended
#include <iostream>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "common/http/server.hpp"
#include "controller/mcp/protocol/http_endpoint.hpp"

namespace flowyard::controller::mcp::protocol {
namespace {

using async::Task;

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
  Tool one;
  one.name = name;
  one.description = std::string("Fixture ") + name;
  one.input = {{"type", "object"}, {"properties", Json::object()}};
  one.output = {{"type", "object"}};
  one.run = [text, blocks, is_error](Call, Json, Tool::Progress) -> Task<ToolResult> {
    ToolResult result;
    result.text = text;
    result.links = blocks;
    result.is_error = is_error;
    co_return result;
  };
  return one;
}

Tool tool_with_progress() {
  Tool one = tool("test_tool_with_progress", "", {});
  one.run = [](Call, Json, Tool::Progress progress) -> Task<ToolResult> {
    for (const double done : {0.0, 50.0, 100.0}) co_await progress(done, 100, "under way");
    ToolResult result;
    result.text = "done";
    co_return result;
  };
  return one;
}

Prompt prompt(const char* name, std::vector<Prompt::Argument> arguments) {
  Prompt one;
  one.name = name;
  one.description = std::string("Fixture ") + name;
  one.arguments = std::move(arguments);
  one.text = [](const std::map<std::string, std::string>& given) {
    std::string text = "A prompt";
    for (const auto& [key, value] : given) text += ", " + key + ": " + value;
    return text;
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

Offer fixtures() {
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
      tool_with_progress()};
  offer.resources = {resource("test://static-text", "text/plain"),
                     resource("test://static-binary", "image/png")};
  offer.templates = {resource("test://template/{id}/data", "text/plain")};
  offer.prompts = {
      prompt("test_simple_prompt", {}),
      prompt("test_prompt_with_arguments",
             {{.name = "arg1", .description = "First"}, {.name = "arg2", .description = "Second"}}),
      prompt("test_prompt_with_embedded_resource", {{.name = "resourceUri", .description = "Its uri"}}),
      prompt("test_prompt_with_image", {})};
  offer.prompts[2].before = [](const std::map<std::string, std::string>& given) {
    return std::vector<Json>{embedded(given.at("resourceUri"))};
  };
  offer.prompts[3].before = [](const std::map<std::string, std::string>&) {
    return std::vector<Json>{image()};
  };
  offer.read = read;
  offer.complete = complete;
  return offer;
}

// Of another site, or by another name: what a guard does for the controller.
bool is_foreign(const http::Request& request) {
  const auto is_local = [](std::string_view host) {
    return host.starts_with("127.0.0.1") || host.starts_with("localhost");
  };
  auto origin = request.headers.get("Origin");
  if (origin.starts_with("http://")) origin.remove_prefix(7);
  return !is_local(request.headers.get("Host")) || (!origin.empty() && !is_local(origin));
}

int serve() {
  boost::asio::io_context io(1);
  const auto server = std::make_shared<const Server>(fixtures());
  const http::Handler handler = [server](http::Request request) -> Task<http::Response> {
    if (!is_foreign(request)) co_return co_await answer_http(server, std::move(request));
    http::Response refused;
    refused.status = 403;
    co_return refused;
  };
  const http::Endpoint any = http::parse_endpoint("http://127.0.0.1:0").value();
  const http::Server listener(io.get_executor(), any, handler, {}, Log(descriptor_sink(2, LogLevel::Info)));
  std::cout << listener.endpoint().port << std::endl;
  io.run();
  return 0;
}

}  // namespace
}  // namespace flowyard::controller::mcp::protocol

int main() {
  return flowyard::controller::mcp::protocol::serve();
}
