// What a server offers, as its lists show it.
#pragma once

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp::protocol {

Json listed(const Tool& tool);
Json listed(const Resource& resource, const char* uri_key);
Json listed(const Prompt& prompt);

// Whether a URI is one of a template, whose "{...}" stand for one segment each.
bool matches(std::string_view pattern, std::string_view uri);

}  // namespace flowyard::controller::mcp::protocol
