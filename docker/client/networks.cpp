#include "docker/client/networks.hpp"

#include <nlohmann/json.hpp>

#include "docker/client/engine.hpp"
#include "docker/client/fields.hpp"

namespace flowyard::docker {
namespace {

using Json = nlohmann::json;

Call call_about_network(std::string_view verb, const std::string& network, http::Method method,
                        std::string_view suffix) {
  Call call;
  call.asked = std::string(verb) + " network " + network;
  call.method = method;
  call.path = "/networks/" + http::percent_encode(network) + std::string(suffix);
  return call;
}

void set_json(Call& call, const Json& body) {
  call.body = body.dump();
  call.content_type = "application/json";
}

NetworkDetails network_from(const Json& json) {
  NetworkDetails network;
  network.id = fields::text(json, "Id");
  network.name = fields::text(json, "Name");
  network.driver = fields::text(json, "Driver");
  network.scope = fields::text(json, "Scope");
  network.internal = fields::flag(json, "Internal");
  network.labels = fields::text_map(json, "Labels");
  for (const auto& pool : fields::member(fields::member(json, "IPAM"), "Config")) {
    network.subnets.push_back(fields::text(pool, "Subnet"));
  }
  const auto& containers = fields::member(json, "Containers");
  if (containers.is_object()) {
    for (const auto& [id, container] : containers.items()) {
      network.containers.emplace(id, fields::text(container, "Name"));
    }
  }
  return network;
}

}  // namespace

Task<std::string> Engine::create_network(CreateNetwork options, Milliseconds limit) {
  Json body = {{"Name", options.name},
               {"Driver", options.driver},
               {"Internal", options.internal},
               {"Attachable", options.attachable},
               {"CheckDuplicate", true},  // before 1.44 two networks may have one name otherwise
               {"Options", options.driver_options},
               {"Labels", options.labels}};
  if (!options.subnet.empty()) body["IPAM"] = {{"Config", {{{"Subnet", options.subnet}}}}};
  Call call;
  call.asked = "create network " + options.name;
  call.method = http::Method::Post;
  call.path = "/networks/create";
  set_json(call, body);
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  co_return fields::text(fields::parse(answer.body, asked), "Id");
}

Task<NetworkDetails> Engine::inspect_network(std::string network, Milliseconds limit) {
  Call call = call_about_network("inspect", network, http::Method::Get, "");
  const std::string asked = call.asked;
  const auto answer = co_await requester_->send(std::move(call), limit);
  co_return network_from(fields::parse(answer.body, asked));
}

Task<std::vector<NetworkDetails>> Engine::list_networks(ListNetworks options, Milliseconds limit) {
  Filters filters;
  if (!options.labels.empty()) filters["label"] = options.labels;
  for (const auto& name : options.names) filters["name"].push_back(exact_name_pattern(name));
  Call call;
  call.asked = "list networks";
  call.path = "/networks";
  if (!filters.empty()) call.query.add("filters", to_json_text(filters));
  const auto answer = co_await requester_->send(std::move(call), limit);
  std::vector<NetworkDetails> networks;
  for (const auto& json : fields::parse(answer.body, "list networks")) networks.push_back(network_from(json));
  co_return networks;
}

Task<> Engine::connect_network(std::string network, std::string container, NetworkAttachment attachment,
                               Milliseconds limit) {
  Call call =
      call_about_network("connect container " + container + " to", network, http::Method::Post, "/connect");
  Json body = {{"Container", container}};
  if (!attachment.aliases.empty()) body["EndpointConfig"] = {{"Aliases", attachment.aliases}};
  set_json(call, body);
  co_await requester_->send(std::move(call), limit);
}

Task<> Engine::disconnect_network(std::string network, std::string container, Milliseconds limit) {
  Call call = call_about_network("disconnect container " + container + " from", network, http::Method::Post,
                                 "/disconnect");
  set_json(call, {{"Container", container}, {"Force", true}});
  co_await requester_->send(std::move(call), limit);
}

Task<> Engine::remove_network(std::string network, Milliseconds limit) {
  co_await requester_->send(call_about_network("remove", network, http::Method::Delete, ""), limit);
}

}  // namespace flowyard::docker
