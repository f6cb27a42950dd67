// What the MCP server offers besides tools: resources to read, and prompts.
#pragma once

#include "controller/mcp/rest_client.hpp"

namespace flowyard::controller::mcp {

std::vector<protocol::Resource> resources();
std::vector<protocol::Resource> resource_templates();
// Of the experiments that were submitted last.
async::Task<std::vector<protocol::Resource>> newest_experiments(Handler rest, protocol::Call call);
// Tells of changes until it is cancelled: of the experiments and workers that `watched` names, and of the
// list.
async::Task<> watch_resources(Handler rest, protocol::Call call, protocol::Watched watched,
                              std::function<async::Task<>(protocol::Change)> tell);
async::Task<std::optional<protocol::Content>> read_resource(Handler rest, protocol::Call call,
                                                            std::string uri);
// Names of experiments or workers, by the name of the argument.
async::Task<std::vector<std::string>> complete(Handler rest, protocol::Call call, std::string argument,
                                               std::string begin);
std::vector<protocol::Prompt> prompts();

}  // namespace flowyard::controller::mcp
