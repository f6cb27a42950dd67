#include "controller/mcp/confirmation.hpp"

#include "controller/mcp/tool_text.hpp"

namespace flowyard::controller::mcp {

using async::Task;
using protocol::Json;
using protocol::ToolResult;

Task<std::optional<ToolResult>> not_confirmed(protocol::Call call, std::string given, std::string name,
                                              std::string what, Json nothing_done) {
  if (given == name) co_return std::nullopt;
  if (!given.empty() || !call.can("elicitation"))
    co_return failed("Nothing was deleted. " + what + ": say so by confirm: \"" + name + "\".");
  protocol::Question question{.key = "confirm", .method = "elicitation/create"};
  const Json field{{"type", "boolean"}, {"title", "Delete " + name}, {"default", false}};
  const Json schema{{"type", "object"}, {"properties", {{"delete", field}}}, {"required", {"delete"}}};
  question.params = {{"message", what + "."}, {"requestedSchema", schema}};
  protocol::Questions questions{std::move(question)};
  const auto answers = co_await protocol::ask(call, std::move(questions));
  const Json& answer = answers.at("confirm");
  if (answer["action"] == "accept" && answer["content"]["delete"] == true) co_return std::nullopt;
  co_return done(std::move(nothing_done), "Nothing was deleted: the user declined.");
}

}  // namespace flowyard::controller::mcp
