// The tools of the MCP server: each a short conversation with the REST API.
#pragma once

#include <vector>

#include "controller/mcp/rest_client.hpp"

namespace flowyard::controller::mcp {

// What to call where a name is not known.
inline constexpr const char* kListExperiments = "experiment_list names the experiments there are.";

std::vector<protocol::Tool> experiment_tools(Handler rest);
std::vector<protocol::Tool> worker_tools(Handler rest);
std::vector<protocol::Tool> result_tools(Handler rest);

}  // namespace flowyard::controller::mcp
