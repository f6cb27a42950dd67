// Whether something that cannot be undone is meant.
#pragma once

#include <optional>

#include "controller/mcp/protocol/offer.hpp"

namespace flowyard::controller::mcp {

// Nothing: go on. Else what to answer. It is meant where `given`, the argument `confirm`, repeats `name`;
// where that is empty the client's user is asked, if the client can do that. `what` says what would be done.
async::Task<std::optional<protocol::ToolResult>> not_confirmed(protocol::Call call, std::string given,
                                                               std::string name, std::string what,
                                                               protocol::Json nothing_done);

}  // namespace flowyard::controller::mcp
