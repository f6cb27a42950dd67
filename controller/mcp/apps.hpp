// Pages that a client may show beside the answers of tools: the extension MCP Apps, revision 2026-01-26. The
// pages are in apps/; they call tools through the client that shows them, and load nothing.
#pragma once

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp {

inline constexpr const char* kAppsExtension = "io.modelcontextprotocol/ui";
inline constexpr const char* kAppMimeType = "text/html;profile=mcp-app";

// Adds the pages to what is offered already, for those clients that declare that they can show them; for
// others nothing changes.
void add_apps(protocol::Offer& offer);

}  // namespace flowyard::controller::mcp
