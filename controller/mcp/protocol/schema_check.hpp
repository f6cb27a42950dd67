// What is wrong with a value by a JSON Schema, for the keywords that tools use: type (one), anyOf, enum,
// properties, required, additionalProperties (false or a schema), items, minimum, maximum, minLength,
// maxLength. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/mcp/protocol/rpc.hpp"

namespace flowyard::controller::mcp::protocol {

// All faults, each with its place ("experiment.limit"); empty: it conforms.
std::vector<std::string> faults_of(const Json& value, const Json& schema, const std::string& place = "");

}  // namespace flowyard::controller::mcp::protocol
