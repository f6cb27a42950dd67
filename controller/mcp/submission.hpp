// What a tool takes of an experiment or a model, as the body of a submission has it.
#pragma once

#include <string>

#include "controller/mcp/protocol/rpc.hpp"

namespace flowyard::controller::mcp {

using protocol::Json;

// The argument `files`: texts by path.
Json files_argument(const std::string& description);
// Adds the files of `arguments` to those of a submission.
void add_files(Json& files, const Json& arguments);
// YAML as text, or the same as JSON, which is YAML too.
std::string text_of(const Json& document);

}  // namespace flowyard::controller::mcp
