// What any body of a request says by the Model Context Protocol: the message in it, what a header would have
// to repeat of it, and the answer of a server that offers one tool.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "controller/mcp/protocol/message.hpp"
#include "controller/mcp/protocol/schema_check.hpp"
#include "tests/fuzz/reader_target.hpp"

namespace flowyard::fuzz {
namespace {

using namespace controller::mcp::protocol;

async::Task<ToolResult> same(Json arguments) {
  ToolResult result;
  result.structured = std::move(arguments);
  co_return result;
}

Offer an_offer() {
  Offer offer{.name = "fuzz", .title = "", .version = "1", .instructions = ""};
  Tool tool;
  tool.name = "t";
  tool.input = Json::parse(
      R"({"type": "object", "required": ["n"], "additionalProperties": false, "properties": {
          "n": {"type": "integer", "minimum": 0, "maximum": 9}, "w": {"enum": ["a", "b"]},
          "l": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "number"}}},
          "s": {"type": "string", "minLength": 1, "maxLength": 3}}})");
  tool.output = {{"type", "object"}};
  tool.run = [](Call, Json arguments, Tool::Progress) { return same(std::move(arguments)); };
  offer.tools = {tool};
  offer.templates = {
      {.uri = "fuzz://{a}/x", .name = "x", .title = "", .description = "", .mime_type = "text/plain"}};
  offer.prompts = {{.name = "p",
                    .title = "",
                    .description = "",
                    .arguments = {{.name = "who", .description = ""}},
                    .text = [](const auto& given) { return "Greet " + given.at("who"); }}};
  offer.read = [](Call, std::string uri) -> async::Task<std::optional<Content>> {
    co_return Content{.mime_type = "text/plain", .text = std::move(uri)};
  };
  offer.complete = [](Call, std::string, std::string begin) -> async::Task<std::vector<std::string>> {
    co_return std::vector<std::string>(120, begin);
  };
  return offer;
}

// An answer has a result or an error, and the id that was asked with; a notification has none.
void check(const Json& reply, const Json& message) {
  if (reply.is_null() && !message.contains("id")) return;
  if (!reply.is_object() || reply.contains("result") == reply.contains("error")) std::abort();
  if (reply.value("id", Json()) != message.value("id", Json())) std::abort();
  (void)reply.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void answer(const Json& message, Era era) {
  static const Server server(an_offer());
  boost::asio::io_context io;
  Call call;
  call.era = era;
  if (era == Era::Legacy) call.version = kLegacyVersion;
  int status = 0;
  Json reply;
  auto task = server.answer(message, std::move(call), status);
  boost::asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& failure, Json answered) {
    if (failure) std::abort();
    reply = std::move(answered);
  });
  io.run();
  check(reply, message);
}

}  // namespace
}  // namespace flowyard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flowyard::fuzz;
  Json message;
  try {
    message = parse_message(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const RpcFailure&) {
    return 0;
  }
  (void)Server::subject_of(message);
  answer(message, Era::Modern);
  answer(message, Era::Legacy);
  return 0;
}
