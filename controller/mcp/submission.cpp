#include "controller/mcp/submission.hpp"

namespace flowyard::controller::mcp {

Json files_argument(const std::string& description) {
  return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}, {"description", description}};
}

void add_files(Json& files, const Json& arguments) {
  const Json given = arguments.value("files", Json::object());
  for (const auto& [path, content] : given.items()) files.push_back({{"path", path}, {"content", content}});
}

std::string text_of(const Json& document) {
  return document.is_string() ? document.get<std::string>() : document.dump(2);
}

}  // namespace flowyard::controller::mcp
