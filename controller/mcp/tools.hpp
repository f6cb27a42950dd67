// The tools of the MCP server: each a short conversation with the REST API.
#pragma once

#include <vector>

#include "controller/mcp/rest_client.hpp"

namespace flowyard::controller::mcp {

// What to call where a name is not known.
inline constexpr const char* kListExperiments = "experiment_list names the experiments there are.";

// A tool that has such a conversation with `rest`, and no progress to tell.
inline auto over(Handler rest, async::Task<protocol::ToolResult> (*talk)(Handler, protocol::Call, Json)) {
  return [rest, talk](protocol::Call call, Json given, protocol::Tool::Progress) {
    return talk(rest, std::move(call), std::move(given));
  };
}

std::vector<protocol::Tool> model_tools(Handler rest);
std::vector<protocol::Tool> experiment_tools(Handler rest);
std::vector<protocol::Tool> worker_tools(Handler rest);
std::vector<protocol::Tool> result_tools(Handler rest);
std::vector<protocol::Tool> chart_tools(Handler rest);

}  // namespace flowyard::controller::mcp
