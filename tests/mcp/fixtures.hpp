// What the conformance suite of the Model Context Protocol asks a server for by name.
#pragma once

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp::protocol {

Offer fixtures(async::Executor executor);

// Parts of it: tools that ask the client something, and tools that take long.
std::vector<Tool> asking_fixtures();
std::vector<Tool> task_fixtures();

// A tool without arguments.
Tool fixture(const char* name, std::function<async::Task<ToolResult>(Call, Progress)> run);
ToolResult saying(std::string text);

// A form with these properties, all of them required, as the question `key`.
Question form(const char* key, const char* message, Json properties);

}  // namespace flowyard::controller::mcp::protocol
