// What a server offers, as its lists show it.
#pragma once

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp::protocol {

Json listed(const Tool& tool);
Json listed(const Resource& resource, const char* uri_key);
Json listed(const Prompt& prompt);

// Of a list, what this client is to see: `listed` has the members of `all`.
Json listed_for(const Call& call, const std::vector<Tool>& all, Json listed);
Json listed_for(const Call& call, const std::vector<Resource>& all, const Json& listed);
bool is_for(const Call& call, const Audience& audience);
// Whether each list is the same for every client.
bool is_for_all(const Offer& offer);

// Whether a URI is one of a template, whose "{...}" stand for one segment each.
bool matches(std::string_view pattern, std::string_view uri);

}  // namespace flowyard::controller::mcp::protocol
